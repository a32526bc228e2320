# Master boot records and boot sectors, in front of test_body.asm: words of build.sh, which sources this.
nasm -f bin -o "$W/body.bin" "$HERE/test_body.asm"
python3 "$HERE/../../firmware/stage2/assemble.py" "$FW/stage2/head.bin" "$W/body.bin" "$W/stage2.bin"
BOOT=("$HERE/test_body.asm" "$FW/stage2/head.bin") # what all of these are made of
place() { python3 "$HERE/place.py" "$1" "$W/stage2.bin" "${@:2}"; }
code() { dd if="$FW/$2.bin" of="$1" conv=notrunc status=none; } # code IMAGE NAME: a boot record's code, nothing behind it

# dosdisk IMAGE MIB PARTITION...: an MBR disk; sfdisk's words
dosdisk() {
  truncate -s "$2M" "$1"
  { printf 'label: dos\nlabel-id: 0x4253494d\n'; printf '%s\n' "${@:3}"; } | sfdisk -q --no-reread --no-tell-kernel "$1" >/dev/null
}
# fatpart IMAGE LBA SECTORS BITS [MKFS-OPTION...]: a FAT file system with a fragmented stage2.bin
fatpart() {
  local image=$1 lba=$2 sectors=$3 bits=$4 n
  shift 4
  rm -f "$W/p"
  mkfs.fat --invariant -F "$bits" -h "$lba" "$@" -C "$W/p" $((sectors / 2)) >/dev/null
  dd if=/dev/zero of="$W/hole" bs=2048 count=1 status=none
  stamp "$W/hole"; stamp "$W/stage2.bin"
  for n in 1 2 3 4; do mcopy -m -i "$W/p" "$W/hole" "::/hole$n"; done
  mdel -i "$W/p" ::/hole1 ::/hole3
  mcopy -m -i "$W/p" "$W/stage2.bin" ::/stage2.bin
  dd if="$W/p" of="$image" bs=512 seek="$lba" conv=notrunc,sparse status=none
}

if want mbr-fat16.img "${BOOT[@]}" "$FW/mbr.bin" "$FW/boot_fat16.bin"; then
  dosdisk "$NOW" 24 'start=2048, size=20480, type=e, bootable' 'start=24576, type=83'
  fatpart "$NOW" 2048 20480 16
  code "$NOW" mbr
  place "$NOW" --boot "$FW/boot_fat16.bin" --at 2048 --keep fat16 --kind 1 --volume 2048
fi
