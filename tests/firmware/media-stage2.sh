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
  cat >"$W/t/bootsim/if.cfg" <<'CFG'
set menu_title="A menu with conditions"
if exists /nowhere {
  set kind=nowhere
  entry "Not here" {
    pause
  }
} else if exists /docs {
  set kind=docs
  set default=last
  entry "Docs are here" {
    pause
  }
} else {
  set kind=neither
}
if ${unset} == "" {
  if not "${kind}" != docs {
    set nested=yes
  }
}
entry "The last" --id=last {
  if ${kind} == docs {
    echo kind ${kind}, nested ${nested}
    if exists (hd0,5)/marker.txt {
      echo the marker is there
    } else {
      cat /nowhere.txt
    }
  } else {
    cat /nowhere.txt
  }
  if of nonsense {
    echo not this
  }
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
title ^Windows, or what is on the disk
rootnoverify (hd0,0)
makeactive
pause --wait=1 As GRUB Legacy's manual has it:
chainloader +1
boot
CFG
  stamp "$W/t"
  mkfs.fat --invariant -F 12 -n STAGE2 -C "$NOW" 1440 >/dev/null
  mcopy -m -s -i "$NOW" "$W/t"/* ::
  python3 "$HERE/place.py" "$NOW" "$FW/stage2.bin" --boot "$FW/boot_fat16.bin" --at 0 --keep fat16 --kind 4
fi

if want stage2-cd.iso "$FW/isoboot.bin" "$FW/isohybrid.bin" "${BASH_SOURCE[0]}"; then # isolinux.cfg; CD and disk
  tree "$W/t"
  mkdir "$W/t/isolinux" "$W/t/boot"
  cp "$FW/isoboot.bin" "$W/t/boot/isoboot.bin"
  cat >"$W/t/isolinux/isolinux.cfg" <<'CFG'
UI menu.c32
MENU TITLE isolinux.cfg on a CD
TIMEOUT 50
SAY said before the menu
INCLUDE more.cfg
LABEL disk
  MENU LABEL Boot from the ^next device
  LOCALBOOT 0x80
  TEXT HELP
What LOCALBOOT does.
  ENDTEXT
LABEL module
  MENU LABEL A ^module
  COM32 chain.c32
  APPEND hd0 1
CFG
  cat >"$W/t/isolinux/more.cfg" <<'CFG'
LABEL live
  MENU LABEL ^Live system
  KERNEL vmlinuz
  APPEND initrd=initrd.gz boot=live
CFG
  stamp "$W/t"
  xorriso -as mkisofs -quiet -o "$NOW" -V STAGE2CD -r -J --set_all_file_dates set_to_mtime --modification-date=2023111422132000 \
    -b boot/isoboot.bin -c boot/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
    -isohybrid-mbr "$FW/isohybrid.bin" "$W/t" 2>"$W/log" || { cat "$W/log" >&2; false; }
fi

if want stage2-gpt.img "$FW/stage2.bin" "$FW/gptmbr.bin" "$FW/boot_raw.bin" "${BASH_SOURCE[0]}"; then # embedded; ext4
  truncate -s 64M "$NOW"
  printf 'label: gpt\nlabel-id: 12345678-0000-4000-8000-000000000001\nfirst-lba: 34\n%s\n%s\n%s\n' \
    'start=40, size=1000, type=21686148-6449-6E6F-744E-656564454649, uuid=12345678-0000-4000-8000-000000000002' \
    'start=2048, size=20480, type=L, uuid=12345678-0000-4000-8000-000000000003' \
    'start=30000, size=20480, type=L, uuid=12345678-0000-4000-8000-000000000004' |
    sfdisk -q --no-reread --no-tell-kernel "$NOW" >/dev/null
  rm -rf "$W/e"; mkdir -p "$W/e/boot/bootsim"
  printf 'entry "An entry on ext4" {\n  echo "root is ${root}"\n  cat (hd0,2)/third.txt\n}\n' >"$W/e/boot/bootsim/bootsim.cfg"
  stamp "$W/e"
  extpart "$NOW" 2048 ext4 GPTROOT 33333333-2222-3333-4444-555555555555
  rm -rf "$W/e"; mkdir "$W/e"; echo 'text on the third partition' >"$W/e/third.txt"; stamp "$W/e"
  extpart "$NOW" 30000 ext4 GPTTHIRD 44444444-2222-3333-4444-555555555555
  code "$NOW" gptmbr
  python3 "$HERE/place.py" "$NOW" "$FW/stage2.bin" --boot "$FW/boot_raw.bin" --at 40 --kind 2 --volume 2048 --area 41+990
fi

if want stage2-picture.img "${STAGE2[@]}" "$HERE/picture.py"; then # pictures behind the menu, good and bad ones
  tree "$W/t"
  mkdir -p "$W/t/boot" "$W/t/bootsim"
  python3 "$HERE/picture.py" "$W/t/boot/640.bmp" 640 480 24
  python3 "$HERE/picture.py" "$W/t/boot/800.bmp" 800 600 8
  python3 "$HERE/picture.py" "$W/t/boot/small.bmp" 320 200 32
  head -c 100000 "$W/t/boot/640.bmp" >"$W/t/boot/short.bmp"
  printf '%s\n' 'background /boot/640.bmp' 'entry "First entry" {' '  info What the first entry does.' '  echo in text again' '}' \
    'entry "800x600" --key=8 {' '  configfile /bootsim/800.cfg' '}' 'entry "320x200" --key=3 {' '  configfile /bootsim/small.cfg' '}' \
    >"$W/t/bootsim/bootsim.cfg"
  printf '%s\n' 'background /boot/800.bmp' 'set color_normal=0x1f' 'entry "Over 800x600" {' '  pause' '}' >"$W/t/bootsim/800.cfg"
  printf '%s\n' 'background /boot/small.bmp' 'entry "Over 320x200" {' '  pause' '}' >"$W/t/bootsim/small.cfg"
  printf '%s\n' 'background /boot/short.bmp' 'entry "Without a picture" {' '  pause' '}' >"$W/t/bootsim/short.cfg"
  fatdisk "$NOW" "$W/t"
fi
