# stage2's `map`: one disk with ISOs, floppies and disks as files on FAT32 and on ext4, and a second disk. Words of build.sh,
# which sources this. The guests are those of tests/corpus/build.sh, in the folder above; without them nothing is made.
GUESTS=$(dirname "$M")

# fragmented IMAGE TREE FILE...: TREE, then the FILEs into the holes between others of 32 KiB, on a FAT file system
fragmented() {
  local image=$1 tree=$2 n
  mcopy -m -s -i "$image" "$tree"/* ::
  mmd -i "$image" ::/holes
  mkdir "$W/holes"
  for ((n = 1000; n < 1300; ++n)); do head -c 32768 /dev/zero >"$W/holes/$n"; done
  head -c 65536 /dev/zero >"$W/rest"
  stamp "$W/holes"
  mcopy -m -s -i "$image" "$W/holes"/* ::/holes
  n=0
  while mcopy -i "$image" "$W/rest" "::/holes/rest$n" 2>/dev/null; do n=$((n + 1)); done # no room but in the holes
  mdel -i "$image" "::/holes/rest$((n - 1))" 2>/dev/null || true
  for ((n = 1000; n < 1300; n += 2)); do mdel -i "$image" ::/holes/$n; done
  mcopy -m -i "$image" "${@:3}" ::
  rm -r "$W/holes"
}

# mkcd OUT TREE MKISOFS-OPTION...
mkcd() {
  xorriso -as mkisofs -quiet -o "$1" -V MAPCD -r -J --set_all_file_dates set_to_mtime --modification-date=2023111422132000 \
    -c boot.cat "${@:3}" "$2" 2>"$W/log" || { cat "$W/log" >&2; false; }
}

if [ -e "$GUESTS/isolinux-plain.iso" ]; then
  if want map-disk.img "$FW/stage2.bin" "$FW/mbr.bin" "$FW/boot_fat32.bin" "$HERE/map_probe.asm"; then
    nasm -f bin -DSECTORS=2880 -o "$W/probe.img" "$HERE/map_probe.asm"
    dosdisk "$NOW" 192 'start=2048, size=133120, type=c, bootable' 'start=135168, size=81920, type=83' \
      'start=217088, size=49152, type=6' 'start=266240, size=2880, type=1'
    mkdir "$W/t/iso" "$W/t/img" "$W/t/seed"
    cp "$FW/stage2.bin" "$W/t/stage2.bin"
    cp "$GUESTS"/{isolinux-plain,grub-rescue-cdrom,eltorito-floppy1440-syslinux,eltorito-hd-syslinux}.iso "$W/t/iso/"
    cp "$GUESTS/syslinux-fat12-1440.img" "$W/t/img/floppy.img"
    cp "$GUESTS/syslinux-mbr-fat16.img" "$W/t/img/disk.img"
    head -c 1000000 "$W/t/img/floppy.img" >"$W/t/img/cut.img"
    cp "$W/t/img/floppy.img" "$W/t/img/padded.img"; truncate -s 1600000 "$W/t/img/padded.img"
    cp "$W/probe.img" "$W/t/img/"
    gzip -n -9 -c "$W/t/img/floppy.img" >"$W/t/img/floppy.gz"
    head -c 100000 "$W/t/img/floppy.gz" >"$W/t/img/short.gz"
    { head -c 50000 "$W/t/img/floppy.gz"; printf 'damaged'; tail -c +50008 "$W/t/img/floppy.gz"; } >"$W/t/img/damaged.gz"
    python3 - "$W/t/img/disk.img" "$W/t/img/disk.zip" <<'PY'
import sys, zipfile
with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as archive:
    archive.writestr(zipfile.ZipInfo('disk.img', (2023, 11, 14, 0, 0, 0)), open(sys.argv[1], 'rb').read(), zipfile.ZIP_DEFLATED)
PY
    printf '%s\n' 'title Boot from linux ISO' 'map /iso/isolinux-plain.iso (0xA0)' 'map --hook' 'chainloader (0xa0h)' \
      'title As root' 'map /iso/isolinux-plain.iso (0xA0)' 'map -hook' 'root (0a0h)' 'cat /isolinux/hello.txt' >"$W/t/seed/menu.lst"
    echo 'no ISO' >"$W/t/text.txt"
    stamp "$W/t"
    rm -f "$W/p"
    mkfs.fat --invariant -F 32 -s 1 -h 2048 -n MAPFAT -C "$W/p" 66560 >/dev/null
    mcopy -m -s -i "$W/p" "$W/t"/* ::
    dd if="$W/p" of="$NOW" bs=512 seek=2048 conv=notrunc,sparse status=none
    rm -rf "$W/e"; mkdir "$W/e"
    mkdir "$W/e/iso"
    cp "$GUESTS"/{isolinux-plain,grub-rescue-cdrom,grub-linux-amd64}.iso "$W/e/iso/"; stamp "$W/e"
    rm -f "$W/p"
    mke2fs -q -t ext4 -L MAPEXT -U 33333333-2222-3333-4444-555555555555 -E hash_seed=33333333-2222-3333-4444-555555555555 \
      -d "$W/e" "$W/p" 40M 2>/dev/null
    dd if="$W/p" of="$NOW" bs=512 seek=135168 conv=notrunc,sparse status=none
    rm -f "$W/p"; rm -rf "$W/f"; mkdir "$W/f"; echo 'the fragmented volume' >"$W/f/here.txt"; stamp "$W/f"
    mkfs.fat --invariant -F 16 -s 4 -h 217088 -n MAPFRAG -C "$W/p" 24576 >/dev/null
    fragmented "$W/p" "$W/f" "$W/t/iso/isolinux-plain.iso" "$W/t/img/floppy.img" "$W/probe.img"
    dd if="$W/p" of="$NOW" bs=512 seek=217088 conv=notrunc,sparse status=none
    dd if="$GUESTS/syslinux-fat12-1440.img" of="$NOW" bs=512 seek=266240 conv=notrunc,sparse status=none
    code "$NOW" mbr
    python3 "$HERE/place.py" "$NOW" "$FW/stage2.bin" --boot "$FW/boot_fat32.bin" --at 2048 --keep fat32 --kind 1 --volume 2048
  fi
  if want map-cd.iso "$FW/isoboot.bin" "$HERE/map_probe.asm"; then # sectors of 2048 bytes below
    nasm -f bin -DSECTORS=2880 -o "$W/t/probe.img" "$HERE/map_probe.asm"
    cp "$GUESTS/isolinux-plain.iso" "$FW/isoboot.bin" "$W/t/"
    mkdir "$W/t/el"
    cp "$W/t/probe.img" "$W/t/el/"
    stamp "$W/t"
    mkcd "$W/t/floppy.iso" "$W/t/el" -b probe.img
    rm -r "$W/t/el"
    stamp "$W/t"
    mkcd "$NOW" "$W/t" -b isoboot.bin -no-emul-boot -boot-load-size 4 -boot-info-table
  fi
  if want map-pieces.img; then # a file in more pieces than a map may have: every second cluster of a floppy
    mkfs.fat --invariant -F 12 -s 1 -n PIECES -C "$NOW" 1440 >/dev/null
    mkdir "$W/t/pieces"
    for ((n = 10000; n < 12640; ++n)); do head -c 512 /dev/zero >"$W/t/pieces/$n"; done
    head -c 614400 /dev/zero >"$W/t/pieces.img"
    stamp "$W/t"
    mmd -i "$NOW" ::/pieces
    mcopy -m -i "$NOW" "$W/t/pieces"/* ::/pieces
    mdel -i "$NOW" '::/pieces/1[0-9][0-9][0-9][02468]'
    mcopy -m -i "$NOW" "$W/t/pieces.img" ::
  fi
  if want map-far.img; then # a file beyond 2 TiB: a sparse GPT disk of 3 TiB
    truncate -s 3T "$NOW"
    sgdisk -Z -o -U 44444444-2222-3333-4444-555555555555 -n 1:6442381312:+16M -t 1:0700 \
      -u 1:55555555-2222-3333-4444-555555555555 "$NOW" >/dev/null 2>&1
    rm -f "$W/p"
    mkfs.fat --invariant -F 16 -n MAPFAR -C "$W/p" 16384 >/dev/null
    mcopy -i "$W/p" "$GUESTS/isolinux-plain.iso" ::
    dd if="$W/p" of="$NOW" bs=512 seek=6442381312 conv=notrunc,sparse status=none
  fi
fi
