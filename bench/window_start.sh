#!/bin/bash
# window_start.sh BUILD IMAGE [TEXT]: how long it takes from the start of bootsim-gui to a frame that shows TEXT on the guest's
# screen (a regular expression; default: anything, so the first words of the BIOS), with Mesa's software rasteriser in a
# virtual display. Five times; the least counts, the others tell how busy this computer is.
#   bench/window_start.sh build/release build/corpus/grub-rescue-cdrom.iso 'GNU GRUB'
set -euo pipefail
build=$(realpath "${1:?usage: window_start.sh BUILD IMAGE [TEXT]}") image=$(realpath "${2:?usage: window_start.sh BUILD IMAGE [TEXT]}")
text=${3:-\S}
if [ -z "${DISPLAY:-}" ]; then
  exec xvfb-run -a -s '-screen 0 1440x900x24' "$0" "$build" "$image" "$text"
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LIBGL_ALWAYS_SOFTWARE=1
# One more frame behind the one in which the guest had written it: that one surely shows it.
printf 'wait screen %s\nframes 1\nstate %s\n' "$text" "$scratch/shown" >"$scratch/script"
for _ in 1 2 3 4 5; do
  begin=$(date +%s%N)
  "$build/ui/bootsim-gui" --no-settings --script "$scratch/script" "$image"
  shown=$(stat -c %.9Y "$scratch/shown" | tr -d .)
  printf '%d ms\n' $(((shown - begin) / 1000000))
done
