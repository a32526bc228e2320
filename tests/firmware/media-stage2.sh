# stage2 itself, on media with files, configurations and file systems to find: words of build.sh, which sources this.
STAGE2=("$FW/stage2.bin" "$FW/mbr.bin" "$FW/boot_fat16.bin" "${BASH_SOURCE[0]}")

# tree DIR: files that every medium has
tree() {
  mkdir -p "$1/docs"
  printf 'hello from stage2\r\nthe second line\n' >"$1/hello.txt"
  printf 'a name that 8.3 cannot hold\n' >"$1/docs/A rather long name.text"
}

# fatdisk IMAGE TREE: an MBR disk; stage2 as a file of the first partition (FAT16, label FATVOL) with TREE beside it, then
# ext4 (EXTVOL) and, as logical ones, ext2 (LOGVOL) and FAT32 (BIGFAT)
fatdisk() {
  local image=$1 tree=$2
  dosdisk "$image" 96 'start=2048, size=20480, type=e, bootable' 'start=24576, size=20480, type=83' \
    'start=45056, type=f' 'start=47104, size=20480, type=83' 'start=69632, size=81920, type=c'
  cp "$FW/stage2.bin" "$tree/stage2.bin"
  stamp "$tree"
  rm -f "$W/p"
  mkfs.fat --invariant -F 16 -h 2048 -n FATVOL -C "$W/p" 10240 >/dev/null
  mcopy -m -s -i "$W/p" "$tree"/* ::
  dd if="$W/p" of="$image" bs=512 seek=2048 conv=notrunc,sparse status=none
  rm -rf "$W/e"; mkdir "$W/e"; echo 'text on ext4' >"$W/e/ext.txt"; stamp "$W/e"
  extpart "$image" 24576 ext4 EXTVOL 11111111-2222-3333-4444-555555555555
  rm -f "$W/e/ext.txt"; echo 'text on a logical partition' >"$W/e/logical.txt"; stamp "$W/e"
  extpart "$image" 47104 ext2 LOGVOL 22222222-2222-3333-4444-555555555555
  rm -f "$W/p"
  mkfs.fat --invariant -F 32 -s 1 -h 69632 -n BIGFAT -i 89abcdef -C "$W/p" 40960 >/dev/null
  mcopy -m -i "$W/p" "$tree/hello.txt" ::/marker.txt
  dd if="$W/p" of="$image" bs=512 seek=69632 conv=notrunc,sparse status=none
  code "$image" mbr
  python3 "$HERE/place.py" "$image" "$FW/stage2.bin" --boot "$FW/boot_fat16.bin" --at 2048 --keep fat16 --kind 1 --volume 2048
}
# extpart IMAGE LBA TYPE LABEL UUID: $W/e as a file system of 10 MiB
extpart() {
  rm -f "$W/p"
  mke2fs -q -t "$3" -L "$4" -U "$5" -E hash_seed="$5" -d "$W/e" "$W/p" 10M >/dev/null 2>&1
  dd if="$W/p" of="$1" bs=512 seek="$2" conv=notrunc,sparse status=none
}

if want stage2-plain.img "${STAGE2[@]}"; then # no configuration
  tree "$W/t"
  fatdisk "$NOW" "$W/t"
fi

if want stage2-menu.img "${STAGE2[@]}"; then # native syntax
  tree "$W/t"
  mkdir "$W/t/bootsim"
  cat >"$W/t/bootsim/bootsim.cfg" <<'CFG'
set menu_title="A menu of stage2"
set timeout=5
set default=second
set fallback=third
set name=value
set color_normal=0x1f

entry "First entry" --key=f {
  info What the first entry does.
  echo "the first: ${name} on ${root}"
}
entry "Second entry" --id=second {
  info What the second entry does.
  cat /nowhere.txt
  echo "not reached"
}
entry "Third entry" --id=third {
  echo "the third"
  cat /hello.txt
}
submenu "More of them" --key=m {
  entry "Inner entry" {
    search --label BIGFAT --set
    cat /marker.txt
  }
  entry "Another configuration" --key=a {
    configfile /bootsim/other.cfg
  }
}
CFG
  cat >"$W/t/bootsim/other.cfg" <<'CFG'
set menu_title="Another menu"
entry "Back to the BIOS" {
  localboot
}
CFG
  fatdisk "$NOW" "$W/t"
fi

if want stage2-serial.img "${STAGE2[@]}"; then
  tree "$W/t"
  cat >"$W/t/bootsim.cfg" <<'CFG'
serial --unit=0 --speed=115200
terminal console serial
set timeout=2
entry "An entry for both" {
  echo both show this
}
CFG
  fatdisk "$NOW" "$W/t"
fi

if want stage2-menulst.img "${STAGE2[@]}"; then # grub4dos's syntax, FAT12
  tree "$W/t"
  cp "$FW/stage2.bin" "$W/t/stage2.bin"
  cat >"$W/t/menu.lst" <<'CFG'
default 1
timeout 3
color white/blue black/cyan
title First of menu.lst
cat /hello.txt
title ^Second of menu.lst\nwith a help text
find --set-root /hello.txt
root
cat /docs/A\ rather\ long\ name.text
CFG
  stamp "$W/t"
  mkfs.fat --invariant -F 12 -n STAGE2 -C "$NOW" 1440 >/dev/null
  mcopy -m -s -i "$NOW" "$W/t"/* ::
  python3 "$HERE/place.py" "$NOW" "$FW/stage2.bin" --boot "$FW/boot_fat16.bin" --at 0 --keep fat16 --kind 4
fi
