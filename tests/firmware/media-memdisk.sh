# The memory disk, the images that it holds, and CDs that load it: words of build.sh, which sources this. The guests are
# those of tests/corpus/build.sh, in the folder above; without them nothing is made.
MEMDISK=$FW/memdisk.bin
GUESTS=$(dirname "$M")
ISOLINUX=(/usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 /usr/lib/syslinux/modules/bios/linux.c32)

# makeiso OUT TREE MKISOFS-OPTION...
makeiso() {
  stamp "$2"
  xorriso -as mkisofs -quiet -o "$1" -V BOOTSIM_MEMDISK -r -J --set_all_file_dates set_to_mtime \
    --modification-date=2023111422132000 -c boot.cat "${@:3}" "$2" 2>"$W/log" || { cat "$W/log" >&2; false; }
}
# isolinux OUT TREE APPEND: ISOLINUX loads the memory disk with TREE/image
isolinux() {
  mkdir -p "$2/isolinux"
  cp "${ISOLINUX[@]}" "$2/isolinux/"
  cp "$MEMDISK" "$2/memdisk"
  printf 'default md\nprompt 0\nlabel md\n kernel /memdisk\n initrd /image\n append %s\n' "$3" >"$2/isolinux/isolinux.cfg"
  makeiso "$1" "$2" -b isolinux/isolinux.bin -no-emul-boot -boot-load-size 4 -boot-info-table
}

if [ -e "$GUESTS/syslinux-fat12-1440.img" ]; then
  if want memdisk "$MEMDISK"; then cp "$MEMDISK" "$NOW"; fi
  if want memdisk-floppy.img.gz "$GUESTS/syslinux-fat12-1440.img"; then gzip -n -9 -c "$GUESTS/syslinux-fat12-1440.img" >"$NOW"; fi
  if want memdisk-cut.img "$GUESTS/syslinux-fat12-1440.img"; then head -c 1000000 "$GUESTS/syslinux-fat12-1440.img" >"$NOW"; fi
  if want memdisk-padded.img "$GUESTS/syslinux-fat12-1440.img"; then
    cp "$GUESTS/syslinux-fat12-1440.img" "$NOW"
    truncate -s 1600000 "$NOW"
  fi
  if want memdisk-disk.img.gz "$GUESTS/syslinux-mbr-fat16.img"; then gzip -n -6 -c "$GUESTS/syslinux-mbr-fat16.img" >"$NOW"; fi
  if want memdisk-floppy.zip "$GUESTS/syslinux-fat12-1440.img"; then
    python3 - "$GUESTS/syslinux-fat12-1440.img" "$NOW" <<'PYTHON'
import sys, zipfile
with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as archive:
    archive.writestr(zipfile.ZipInfo('images/', (2023, 11, 14, 0, 0, 0)), b'')
    archive.writestr(zipfile.ZipInfo('images/floppy.img', (2023, 11, 14, 0, 0, 0)), open(sys.argv[1], 'rb').read(), zipfile.ZIP_DEFLATED)
PYTHON
  fi
  if want memdisk-dosemu.img "$GUESTS/syslinux-mbr-fat16.img"; then # DOSEMU's header: heads, sectors, cylinders, its size
    python3 - "$GUESTS/syslinux-mbr-fat16.img" "$NOW" <<'PYTHON'
import struct, sys
disk = open(sys.argv[1], 'rb').read()
open(sys.argv[2], 'wb').write((b'DOSEMU\0' + struct.pack('<IIII', 16, 63, 48, 128)).ljust(128, b'\0') + disk)
PYTHON
  fi
  if want memdisk-cd-floppy.iso "$MEMDISK" "$GUESTS/syslinux-fat12-1440.img"; then
    cp "$GUESTS/syslinux-fat12-1440.img" "$W/t/image"
    isolinux "$NOW" "$W/t" floppy
  fi
  if want memdisk-cd-disk.iso "$MEMDISK" "$GUESTS/syslinux-mbr-fat16.img"; then
    cp "$GUESTS/syslinux-mbr-fat16.img" "$W/t/image"
    isolinux "$NOW" "$W/t" harddisk
  fi
  if want memdisk-cd-iso.iso "$MEMDISK" "$GUESTS/isolinux-menu.iso"; then
    cp "$GUESTS/isolinux-menu.iso" "$W/t/image"
    isolinux "$NOW" "$W/t" 'iso raw'
  fi
  # SYSLINUX's floppy with a command to boot once in its auxiliary data vector (Syslinux, core/adv.inc): it writes to its disk
  if want memdisk-once.img "$GUESTS/syslinux-fat12-1440.img"; then
    python3 - "$GUESTS/syslinux-fat12-1440.img" "$NOW" <<'PYTHON'
import struct, sys
HEAD, SUM, TAIL = 0x5a2d2fa5, 0xa3041767, 0xdd28bf64
data = b'\x01\x05hello'.ljust(500, b'\0')
vector = struct.pack('<II', HEAD, SUM - sum(struct.unpack('<125I', data)) & 0xffffffff) + data + struct.pack('<I', TAIL)
disk = bytearray(open(sys.argv[1], 'rb').read())
sectors = [at for at in range(0, len(disk), 512) if disk[at:at + 4] == vector[:4] and disk[at + 508:at + 512] == vector[508:]]
assert len(sectors) == 2
for at in sectors:
    disk[at:at + 512] = vector
open(sys.argv[2], 'wb').write(disk)
PYTHON
  fi
  if want memdisk-iso.gz "$GUESTS/isolinux-menu.iso"; then gzip -n -6 -c "$GUESTS/isolinux-menu.iso" >"$NOW"; fi
  # Other loaders: SYSLINUX, from the disk that the tests of the corpus boot, and GRUB
  if want memdisk-syslinux.img "$MEMDISK" "$GUESTS/syslinux-mbr-fat16.img" "$GUESTS/syslinux-fat12-1440.img"; then
    cp "$GUESTS/syslinux-mbr-fat16.img" "$NOW"
    cp "$MEMDISK" "$W/t/memdisk"; cp "$GUESTS/syslinux-fat12-1440.img" "$W/t/diskimg.img"; stamp "$W/t"
    mcopy -m -i "$NOW@@1M" "$W/t/memdisk" "$W/t/diskimg.img" ::/
  fi
  if want memdisk-grub.iso "$MEMDISK" "$GUESTS/syslinux-fat12-1440.img"; then
    mkdir -p "$W/t/boot/grub"
    cp "$MEMDISK" "$W/t/memdisk.bin"; cp "$GUESTS/syslinux-fat12-1440.img" "$W/t/dos.img"
    printf 'linux16 /memdisk.bin ro\ninitrd16 /dos.img\nboot\n' >"$W/t/boot/grub/grub.cfg"
    stamp "$W/t"
    grub-mkrescue -d /usr/lib/grub/i386-pc --fonts= --locales= --themes= --compress=xz \
      --install-modules='normal configfile linux16 boot iso9660 biosdisk' -o "$NOW" "$W/t" -- -volid MEMDISK \
      -volume_date all_file_dates "=$SOURCE_DATE_EPOCH" -volume_date uuid 2023111422132000 >"$W/log" 2>&1 ||
      { cat "$W/log" >&2; false; }
  fi
fi
