#!/bin/bash
# make_iso.sh OUT.iso BOOTSIM: a CD with our loader, memory disk and a floppy image; the same bytes every time. Needs nasm and
# xorriso.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: make_iso.sh OUT.iso BOOTSIM} bootsim=${2:?usage: make_iso.sh OUT.iso BOOTSIM}
export SOURCE_DATE_EPOCH=1700000000 TZ=UTC
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/bootsim" "$(dirname "$out")"
nasm -f bin "$here/floppy.asm" -o "$tree/floppy.img"
"$bootsim" firmware memdisk -o "$tree/memdisk.bin" >/dev/null
cp "$here/bootsim.cfg" "$tree/bootsim/"
"$bootsim" mkimage --iso "$out" "$tree" --label DEMO >/dev/null
