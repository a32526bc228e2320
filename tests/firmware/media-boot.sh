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

# probe IMAGE LBA NAME: a boot sector that says what it was given (probe.asm)
probe() {
  nasm -f bin -DNAME="'$3'" -o "$W/probe" "$HERE/probe.asm"
  dd if="$W/probe" of="$1" bs=512 seek="$2" conv=notrunc status=none
}
PROBE="$HERE/probe.asm"

# --- master boot records: four partitions with probes, the second one active
THREE=('start=2048, size=2048, type=e' 'start=4096, size=2048, type=83, bootable' 'start=6144, size=2048, type=c')
probes() { # probes IMAGE MBR
  probe "$1" 2048 1; probe "$1" 4096 2; probe "$1" 6144 3
  code "$1" "$2"
}
if want mbr-probes.img "$FW/mbr.bin" "$PROBE"; then dosdisk "$NOW" 8 "${THREE[@]}"; probes "$NOW" mbr; fi
if want mbr-none-active.img "$FW/mbr.bin" "$PROBE"; then
  dosdisk "$NOW" 8 "${THREE[@]/, bootable/}"; probes "$NOW" mbr
fi
if want mbr-no-boot-sector.img "$FW/mbr.bin"; then dosdisk "$NOW" 8 "${THREE[@]}"; code "$NOW" mbr; fi
if want probe-floppy.img "$PROBE"; then truncate -s 1440K "$NOW"; probe "$NOW" 0 F; fi

# --- GPT disks. gptdisk IMAGE SIZE SGDISK-OPTION...
gptdisk() {
  truncate -s "$2" "$1"
  sgdisk -a 1 -U 4253494d-0000-4000-8000-000000000001 "${@:3}" "$1" >/dev/null
  code "$1" gptmbr
}
if want gpt-probes.img "$FW/gptmbr.bin" "$PROBE"; then
  gptdisk "$NOW" 8M -n 1:2048:4095 -n 2:4096:6143 -n 6:6144:8191 -A 6:set:2 -t 1:ef02
  probe "$NOW" 2048 1; probe "$NOW" 4096 2; probe "$NOW" 6144 6
fi
if want gpt-bios-boot.img "${BOOT[@]}" "$FW/gptmbr.bin" "$FW/boot_raw.bin"; then
  gptdisk "$NOW" 8M -n 1:2048:4095 -n 2:4096:6143 -t 2:ef02
  place "$NOW" --boot "$FW/boot_raw.bin" --at 4096 --kind 2 --volume 2048 --area 4097+200
fi
if want gpt-none.img "$FW/gptmbr.bin" "$PROBE"; then
  gptdisk "$NOW" 8M -n 1:2048:4095; probe "$NOW" 2048 1
fi
if want gpt-far.img "$FW/gptmbr.bin" "$PROBE"; then # a partition behind 2^32 sectors, in a sparse file of 3 TiB
  gptdisk "$NOW" 3T -n 1:2048:4095 -n 2:4295000000:4295002047 -A 2:set:2
  probe "$NOW" 4295000000 2
fi
if want mbr-on-gpt-code.img "$FW/gptmbr.bin"; then dosdisk "$NOW" 8 "${THREE[@]}"; code "$NOW" gptmbr; fi

# --- boot sectors of partitions on an MBR disk
fatdisk() { # fatdisk IMAGE MIB PARTITION-SECTORS BITS BOOT-SECTOR TYPE
  dosdisk "$1" "$2" "start=2048, size=$3, type=$6, bootable"
  fatpart "$1" 2048 "$3" "$4"
  code "$1" mbr
  place "$1" --boot "$FW/$5.bin" --at 2048 --keep "${5#boot_}" --kind 1 --volume 2048
}
if want mbr-fat16.img "${BOOT[@]}" "$FW/mbr.bin" "$FW/boot_fat16.bin"; then fatdisk "$NOW" 24 20480 16 boot_fat16 e; fi
if want mbr-fat32.img "${BOOT[@]}" "$FW/mbr.bin" "$FW/boot_fat32.bin"; then fatdisk "$NOW" 48 90112 32 boot_fat32 c; fi
if want mbr-ext4.img "${BOOT[@]}" "$FW/mbr.bin" "$FW/boot_raw.bin"; then
  dosdisk "$NOW" 24 'start=2048, size=40960, type=83, bootable'
  mkdir -p "$W/t/boot"; cp "$W/stage2.bin" "$W/t/boot/"; stamp "$W/t"
  truncate -s 20M "$W/p"
  mke2fs -q -t ext4 -U 4253494d-0000-4000-8000-000000000002 -E hash_seed=4253494d-0000-4000-8000-000000000003 -d "$W/t" "$W/p"
  dd if="$W/p" of="$NOW" bs=512 seek=2048 conv=notrunc,sparse status=none; rm "$W/p"
  code "$NOW" mbr
  place "$NOW" --boot "$FW/boot_raw.bin" --at 2048 --kind 1 --volume 2048
fi
if want embedded.img "${BOOT[@]}" "$FW/boot_raw.bin"; then # in the gap behind the MBR
  dosdisk "$NOW" 8 'start=2048, size=2048, type=83'
  place "$NOW" --boot "$FW/boot_raw.bin" --at 0 --keep mbr --kind 2 --volume 2048 --area 1+2047
fi
if want embedded-far.img "${BOOT[@]}" "$FW/boot_raw.bin"; then # stage2 behind cylinder 1023: 1024 x 255 x 63 = 16450560 sectors
  dosdisk "$NOW" 9000 'start=2048, size=18000000, type=83'
  place "$NOW" --boot "$FW/boot_raw.bin" --at 0 --keep mbr --kind 2 --volume 2048 --area 16450560+200
fi
if want embedded-other-id.img "${BOOT[@]}" "$FW/boot_raw.bin"; then # the head of another installation
  dosdisk "$NOW" 8 'start=2048, size=2048, type=83'
  place "$NOW" --boot "$FW/boot_raw.bin" --at 0 --keep mbr --kind 2 --volume 2048 --area 1+2047 --id 0x11111111
  printf '\x22' | dd of="$NOW" bs=1 seek=$((512 + 12)) conv=notrunc status=none
fi
if want embedded-damaged.img "${BOOT[@]}" "$FW/boot_raw.bin"; then # one bit of the body's 50th sector
  dosdisk "$NOW" 8 'start=2048, size=2048, type=83'
  place "$NOW" --boot "$FW/boot_raw.bin" --at 0 --keep mbr --kind 2 --volume 2048 --area 1+2047
  printf '\x01' | dd of="$NOW" bs=1 seek=$((52 * 512 + 256)) conv=notrunc status=none
fi

# --- floppies, and sticks formatted like them
fatfloppy() { # fatfloppy IMAGE KIB
  rm -f "$1"
  mkfs.fat --invariant -F 12 -C "$1" "$2" >/dev/null
  stamp "$W/stage2.bin"; mcopy -m -i "$1" "$W/stage2.bin" ::/stage2.bin
  place "$1" --boot "$FW/boot_fat16.bin" --at 0 --keep fat16 --kind 4
}
if want fat12-1440.img "${BOOT[@]}" "$FW/boot_fat16.bin"; then fatfloppy "$NOW" 1440; fi
if want fat12-720.img "${BOOT[@]}" "$FW/boot_fat16.bin"; then fatfloppy "$NOW" 720; fi
if want fat16-whole.img "${BOOT[@]}" "$FW/boot_fat16.bin"; then # a stick without a partition table
  fatpart "$NOW" 0 40960 16
  place "$NOW" --boot "$FW/boot_fat16.bin" --at 0 --keep fat16 --kind 4
fi
if want raw-1440.img "${BOOT[@]}" "$FW/boot_raw.bin"; then
  truncate -s 1440K "$NOW"
  place "$NOW" --boot "$FW/boot_raw.bin" --at 0 --kind 4 --area 1+200
fi

# --- CDs: an ISO that boots as CD and as disk. bootiso IMAGE MBR
bootiso() {
  mkdir -p "$W/t/boot"
  cat "$FW/cdboot.bin" "$W/stage2.bin" >"$W/t/boot/isoboot.bin"
  stamp "$W/t"
  xorriso -as mkisofs -quiet -o "$1" -V BOOTSIM -r -J --set_all_file_dates set_to_mtime --modification-date=2023111422132000 \
    -b boot/isoboot.bin -c boot/boot.cat -no-emul-boot -boot-load-size 4 "${@:2}" "$W/t" 2>"$W/log" || { cat "$W/log" >&2; return 1; }
}
if want cd.iso "${BOOT[@]}" "$FW/cdboot.bin" "$FW/isohybrid.bin"; then
  bootiso "$NOW" -boot-info-table -isohybrid-mbr "$FW/isohybrid.bin"
fi
if want cd-isohdpfx.iso "${BOOT[@]}" "$FW/cdboot.bin"; then
  bootiso "$NOW" -boot-info-table -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin
fi
if want cd-no-table.iso "${BOOT[@]}" "$FW/cdboot.bin"; then bootiso "$NOW"; fi
