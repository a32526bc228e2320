#!/bin/bash
# make_iso.sh OUT.iso: a small boot CD, the same bytes every time. Needs nasm and xorriso.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: make_iso.sh OUT.iso}
export SOURCE_DATE_EPOCH=1700000000 TZ=UTC
tree=$(mktemp -d)
trap 'rm -rf "$tree" "$tree.log"' EXIT
mkdir -p "$tree/boot" "$(dirname "$out")"
nasm -f bin "$here/demo.asm" -o "$tree/boot/demo.bin"
cp "$here/HELLO.TXT" "$tree/HELLO.TXT"
find "$tree" -exec touch -h -d @$SOURCE_DATE_EPOCH {} +
rm -f "$out"
xorriso -as mkisofs -quiet -o "$out" -V BOOTSIM_DEMO -r -J --set_all_file_dates set_to_mtime \
  --modification-date=2023111422132000 -b boot/demo.bin -c boot/boot.cat -no-emul-boot -boot-load-size 4 \
  -boot-info-table "$tree" 2>"$tree.log" || { cat "$tree.log" >&2; exit 1; }
