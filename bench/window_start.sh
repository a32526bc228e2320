#!/bin/bash
# window_start.sh BUILD IMAGE [TEXT]: how long it takes from the start of bootsim-gui to the first frame in which the guest's own
# screen is drawn: the guest runs and has set a video mode, so this is its display, blank or not. With TEXT, a regular
# expression, to a frame that shows it there; that measures how fast the loader prints, too: GRUB clears the screen and writes
# its menu only after some 0.3 s of work in `bootsim run` as well. With Mesa's software rasteriser in a virtual display, which is
# up before the clock starts. Five times; the least counts, the others tell how busy this computer is.
#   bench/window_start.sh build/release build/corpus/grub-rescue-cdrom.iso
#   bench/window_start.sh build/release build/corpus/grub-rescue-cdrom.iso 'GNU GRUB'
set -euo pipefail
build=$(realpath "${1:?usage: window_start.sh BUILD IMAGE [TEXT]}") image=$(realpath "${2:?usage: window_start.sh BUILD IMAGE [TEXT]}")
if [ -z "${DISPLAY:-}" ]; then
  exec xvfb-run -a -s '-screen 0 1440x900x24' "$0" "$build" "$image" "${@:3}"
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LIBGL_ALWAYS_SOFTWARE=1
# The mark screen.display is set only by a frame that draws a picture of the guest's. It is written down in the frame after
# that one, which is on the display by then.
{ [ -z "${3:-}" ] || printf 'wait screen %s\n' "$3"; printf 'wait mark screen.display\nmarks %s\n' "$scratch/shown"; } >"$scratch/script"
for _ in 1 2 3 4 5; do
  begin=$(date +%s%N)
  "$build/ui/bootsim-gui" --no-settings --script "$scratch/script" "$image"
  shown=$(stat -c %.9Y "$scratch/shown" | tr -d .)
  printf '%d ms\n' $(((shown - begin) / 1000000))
done
