#!/bin/bash
# window_frames.sh BUILD [CALLS]: how long a frame of bootsim-gui takes while a guest runs that has made CALLS (100000) disk
# calls and makes more, all of them in the table, with Mesa's software rasteriser in a virtual display. Median, 95th
# percentile and worst of 200 frames, three times.
#   bench/window_frames.sh build/release
set -euo pipefail
build=$(realpath "${1:?usage: window_frames.sh BUILD [CALLS]}") calls=${2:-100000}
if [ -z "${DISPLAY:-}" ]; then
  exec xvfb-run -a -s '-screen 0 1440x900x24' "$0" "$build" "$calls"
fi
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LIBGL_ALWAYS_SOFTWARE=1
nasm -f bin -DTIMES=1000000000 -DREADS=1 -o "$scratch/calls.img" "$here/guest/calls.asm"
printf 'wait call %s\nwait running\ntimes /dev/null\nframes 200\ntimes %s\n' "$calls" "$scratch/times" >"$scratch/script"
for _ in 1 2 3; do
  "$build/ui/bootsim-gui" --no-settings --script "$scratch/script" "$scratch/calls.img"
  cat "$scratch/times"
done
