#!/bin/bash
# make.sh BUILD MEDIA: makes the pictures of the documentation again, with the window itself in a virtual display.
#   docs/pictures/make.sh build/release build/corpus
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "${1:?usage: make.sh BUILD MEDIA}") media=$(realpath "${2:?usage: make.sh BUILD MEDIA}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CONFIG_HOME="$scratch" XDG_CACHE_HOME="$scratch" LIBGL_ALWAYS_SOFTWARE=1
for script in "$here"/*.script; do
  sed -e "s|{media}|$media|g" -e "s|{out}|$here|g" "$script" >"$scratch/script"
  xvfb-run -a -s '-screen 0 1440x900x24' "$build/ui/bootsim-gui" --no-settings --script "$scratch/script"
done
