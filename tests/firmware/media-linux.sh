# Disks whose stage2 boots Linux, and other loaders: words of build.sh, which sources this.
GUESTS=$(dirname "$M")
LOADER=("$FW/stage2.bin" "$FW/boot_raw.bin")

# embedded IMAGE LBA: stage2 in the gap behind the MBR, its configuration on the volume at LBA
embedded() {
  python3 "$HERE/place.py" "$1" "$FW/stage2.bin" --boot "$FW/boot_raw.bin" --at 0 --keep mbr --kind 2 --volume "$2" --area 1+1000
}
# boot_disk IMAGE MIB PARTITION...: sfdisk's words; by default one active partition
boot_disk() {
  local image=$1 mib=$2
  shift 2
  [ $# -gt 0 ] || set -- 'start=2048, type=e, bootable'
  truncate -s "$((mib + ${EXTRA:-0}))M" "$image"
  { printf 'label: dos\nlabel-id: 0x4253494d\n'; printf '%s\n' "$@"; } | sfdisk -q --no-reread --no-tell-kernel "$image" >/dev/null
  dd if="$W/p" of="$image" bs=1M seek=1 conv=notrunc,sparse status=none
  embedded "$image" 2048
}
# fat_boot_disk IMAGE MIB [PARTITION...], ext4_boot_disk IMAGE MIB: the files of $W/t on the first partition, of MIB - 1;
# EXTRA MiB are left for others
fat_boot_disk() {
  rm -f "$W/p"
  mkfs.fat --invariant -F 16 -n TESTDISK -i B0075100 -h 2048 -C "$W/p" $((($2 - 1) * 1024)) >/dev/null
  stamp "$W/t"
  mcopy -s -m -i "$W/p" "$W"/t/* ::/
  boot_disk "$@"
}
ext4_boot_disk() {
  rm -f "$W/p"
  truncate -s $(($2 - 1))M "$W/p"
  stamp "$W/t"
  mke2fs -q -t ext4 -L TESTDISK -U b0075100-0000-4000-8000-000000000001 -E hash_seed=b0075100-0000-4000-8000-000000000002 -d "$W/t" "$W/p"
  boot_disk "$1" "$2" 'start=2048, type=83, bootable'
}
# kernel OUT NASM-OPTION...
KERNEL=(-DPROTOCOL=0x020f -DSECTS=4 -DHIGH=1 -DCMDSIZE=255 -DINITRD_MAX=0x7fffffff -DRELOC=0 -DALIGN=0x100000 -DMIN_ALIGN=0 -DPREF=0 -DINIT_SIZE=0 -DCODE_BYTES=2048)
kernel() { nasm -f bin -I "$HERE/" -o "$1" "${KERNEL[@]}" "${@:2}" "$HERE/test_kernel.asm"; }

if want linux-kernels.img "${LOADER[@]}" "$HERE/test_kernel.asm"; then
  t=$W/t
  kernel "$t/new"
  kernel "$t/old" -DPROTOCOL=0 -DHIGH=0 -DSECTS=0
  kernel "$t/zimage" -DPROTOCOL=0x0200 -DHIGH=0 -DSECTS=0
  kernel "$t/big200" -DPROTOCOL=0x0200 -DSECTS=0
  kernel "$t/big201" -DPROTOCOL=0x0201
  kernel "$t/zimage202" -DPROTOCOL=0x0202 -DHIGH=0
  kernel "$t/short-line" -DCMDSIZE=20
  kernel "$t/low-initrd" -DINITRD_MAX=0xffffff
  kernel "$t/movable" -DRELOC=1 -DPREF=0x1000000 -DALIGN=0x200000 -DMIN_ALIGN=13 -DINIT_SIZE=0x400000
  kernel "$t/wants-much" -DRELOC=1 -DPREF=0x100000 -DALIGN=0x200000 -DMIN_ALIGN=13 -DINIT_SIZE=0x10000000
  kernel "$t/future" -DPROTOCOL=0x0300
  kernel "$t/whole"
  head -c 4000 "$t/whole" >"$t/truncated"
  head -c 2000 "$t/whole" >"$t/no-code"
  printf '\177ELF%01100d' 0 >"$t/elf"
  printf 'short' >"$t/tiny"
  : >"$t/empty"
  printf AAAAA >"$t/five"; printf BBB >"$t/three"; printf 'CCCC' >"$t/four"
  fat_boot_disk "$NOW" 16
fi

# live OUT LABEL FILE=CONTENT...: an ISO of a live system; CONTENT is kernel, or the text of an initrd
live() {
  local out=$1 label=$2 file
  shift 2
  rm -rf "$W/live"; mkdir "$W/live"
  for file in "$@"; do
    mkdir -p "$W/live/$(dirname "${file%%=*}")"
    if [ "${file#*=}" = kernel ]; then kernel "$W/live/${file%%=*}" -DCMDSIZE=2047; else printf %s "${file#*=}" >"$W/live/${file%%=*}"; fi
  done
  stamp "$W/live"
  xorriso -as mkisofs -quiet -o "$out" -V "$label" -r -J --set_all_file_dates set_to_mtime \
    --modification-date=2023111422132000 "$W/live" 2>"$W/log" || { cat "$W/log" >&2; return 1; }
}
if want iso-files.img "${LOADER[@]}" "$HERE/test_kernel.asm"; then
  i=$W/t/iso
  mkdir "$i"
  live "$i/ubuntu.iso" Ubuntu casper/vmlinuz=kernel casper/initrd=UBUNTU
  live "$i/debian.iso" d-live live/vmlinuz-6.1.0-13-amd64=kernel live/initrd.img-6.1.0-13-686=WRONG \
    live/initrd.img-6.1.0-13-amd64=DEBIAN
  live "$i/arch.iso" ARCH_202311 arch/boot/x86_64/vmlinuz-linux=kernel arch/boot/intel-ucode.img=INTEL \
    arch/boot/amd-ucode.img=AMD arch/boot/x86_64/initramfs-linux.img=ARCH
  live "$i/fedora.iso" Fedora-WS-39 LiveOS/squashfs.img=x images/pxeboot/vmlinuz=kernel images/pxeboot/initrd.img=FEDORA
  live "$i/gentoo.iso" Gentoo image.squashfs=x boot/gentoo=kernel boot/gentoo.igz=GENTOO
  live "$i/suse.iso" openSUSE config.isoclient=x boot/x86_64/loader/linux=kernel boot/x86_64/loader/initrd=SUSE
  live "$i/pclos.iso" PCLinuxOS livecd.sqfs=x isolinux/vmlinuz=kernel isolinux/initrd.gz=PCLOS
  live "$i/slack.iso" LIVESLAK liveslak/x=x boot/generic=kernel boot/initrd.img=SLACK
  live "$i/other.iso" OTHER readme=x
  head -c 60000 "$i/ubuntu.iso" >"$i/short.iso"
  fat_boot_disk "$NOW" 16
fi

# --- real kernels: from disks Debian's kernel with everything, from a CD the one for clouds
# linux_cd OUT: a CD of $W/t, which stage2 boots
linux_cd() {
  mkdir -p "$W/t/boot"
  cat "$FW/cdboot.bin" "$FW/stage2.bin" >"$W/t/boot/isoboot.bin"
  stamp "$W/t"
  xorriso -as mkisofs -quiet -o "$1" -V LINUXCD -r -J --set_all_file_dates set_to_mtime --modification-date=2023111422132000 \
    -b boot/isoboot.bin -c boot/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table "$W/t" 2>"$W/log" ||
    { cat "$W/log" >&2; return 1; }
}
LINUX=("$GUESTS/vmlinuz-mtd" "$GUESTS/initrd-mtd.gz")
if [ -e "$GUESTS/initrd-mtd.gz" ]; then
  if want linux-fat16.img "${LOADER[@]}" "${LINUX[@]}"; then
    mkdir -p "$W/t/boot" "$W/t/bootsim"
    cp "${LINUX[@]}" "$W/t/boot/"
    cat >"$W/t/bootsim/bootsim.cfg" <<'C'
set timeout=0
entry "Linux" {
  set console=ttyS0,115200
  linux /boot/vmlinuz-mtd console=${console} quiet
  initrd /boot/initrd-mtd.gz
}
C
    fat_boot_disk "$NOW" 24
  fi
  if want linux-ext4.img "${LOADER[@]}" "${LINUX[@]}"; then
    mkdir -p "$W/t/boot/grub"
    cp "${LINUX[@]}" "$W/t/boot/"
    cat >"$W/t/boot/grub/menu.lst" <<'C'
timeout 0
title Linux
root (hd0,0)
kernel /boot/vmlinuz-mtd console=ttyS0,115200 quiet
initrd /boot/initrd-mtd.gz
C
    ext4_boot_disk "$NOW" 32
  fi
  # A live CD as a file: stage2 puts it into the memory disk and boots that; stage2 on the CD boots Linux, whose initrd mounts
  # the memory disk.
  if want linux-memory-disk.img "${LOADER[@]}" "$FW/cdboot.bin" "$FW/memdisk.bin" "${LINUX[@]}"; then
    mkdir -p "$W/t/live" "$W/t/bootsim"
    cp "${LINUX[@]}" "$W/t/live/"
    (cd "$W/t" && md5sum live/* >md5sum.txt)
    cat >"$W/t/bootsim/bootsim.cfg" <<'C'
set timeout=0
entry "Live CD" {
  linux /live/vmlinuz-mtd console=ttyS0,115200 quiet
  initrd /live/initrd-mtd.gz
}
C
    linux_cd "$W/live.iso"
    truncate -s %4096 "$W/live.iso"  # phram maps whole pages
    rm -rf "$W/t"; mkdir -p "$W/t/bootsim"
    cp "$FW/memdisk.bin" "$W/live.iso" "$W/t/"
    cat >"$W/t/bootsim/bootsim.cfg" <<'C'
set timeout=0
entry "Live CD in memory" {
  linux /memdisk.bin iso
  initrd /live.iso
}
C
    ext4_boot_disk "$NOW" 32
  fi
fi
if [ -e "$GUESTS/vmlinuz" ]; then
  # The same as a CD, with ISOLINUX's configuration
  if want linux-cd.iso "$FW/stage2.bin" "$FW/cdboot.bin" "$GUESTS/vmlinuz" "$GUESTS/initrd.gz"; then
    mkdir -p "$W/t/isolinux"
    cp "$GUESTS/vmlinuz" "$GUESTS/initrd.gz" "$W/t/isolinux/"
    printf 'default live\nprompt 0\nlabel live\n kernel vmlinuz\n append initrd=initrd.gz console=ttyS0,115200 panic=5\n' \
      >"$W/t/isolinux/isolinux.cfg"
    linux_cd "$NOW"
  fi
fi
# Programs that are kernels to their loader: Memtest86+, Syslinux's MEMDISK and ours with a floppy disk's image
if [ -e /boot/memtest86+x64.bin ] && [ -e "$GUESTS/syslinux-fat12-1440.img" ]; then
  if want linux-programs.img "${LOADER[@]}" "$FW/memdisk.bin" "$GUESTS/syslinux-fat12-1440.img"; then
    cp /boot/memtest86+x64.bin "$W/t/memtest"
    cp /boot/memtest86+ia32.bin "$W/t/memtest32"
    cp "$FW/memdisk.bin" "$W/t/memdisk"
    cp /usr/lib/syslinux/memdisk "$W/t/sysdisk"
    cp "$GUESTS/syslinux-fat12-1440.img" "$W/t/floppy.img"
    fat_boot_disk "$NOW" 24
  fi
fi

PROBE=$HERE/test_boot.asm

# probe OUT NAME NASM-OPTION...
probe() {
  nasm -f bin -I "$HERE/" -o "$1" -DNAME="'$2'" -DORIGIN=0x7c00 -DPREFIX='db 0' -DBYTES=512 -DBPB=0 -DSIGNATURE=1 "${@:3}" "$PROBE"
}
put_sector() { dd if="$2" of="$1" bs=512 seek="$3" conv=notrunc status=none; } # put_sector IMAGE FILE LBA

# --- chain loading. Partitions: files (FAT16); a boot sector whose BPB is of another place; one without 55 AA; a logical one.
if want chain.img "${LOADER[@]}" "$PROBE"; then
  t=$W/t
  probe "$t/boot.bin" file
  probe "$t/nosig.bin" nosig -DSIGNATURE=0
  probe "$t/kernel.sys" freedos -DORIGIN=0 -DPREFIX="db 'CONFIG'" -DBYTES=46000
  probe "$t/ntldr" ntldr -DORIGIN=0 -DBYTES=60000 -DSIGNATURE=0
  probe "$t/odd.bin" odd -DORIGIN=0x200 -DBYTES=8192 -DSIGNATURE=0
  head -c 700000 /dev/zero >"$t/large.bin"
  cat >"$W/early.cfg" <<'C'
serial --unit=0 --speed=115200
terminal_output serial console
echo GRUB-CORE-OK $prefix
halt
C
  grub-mkimage -O i386-pc -o "$t/core.img" -p /boot/grub -c "$W/early.cfg" serial terminal echo biosdisk part_msdos fat halt
  cat /usr/lib/grub/i386-pc/g2hdr.img "$t/core.img" >"$t/g2ldr"
  EXTRA=8 fat_boot_disk "$NOW" 16 'start=2048, size=30720, type=e, bootable' 'start=32768, size=2048, type=6' \
    'start=34816, size=2048, type=7' 'start=36864, type=f' 'start=38912, size=2048, type=83'
  probe "$W/s" partition -DBPB=1; put_sector "$NOW" "$W/s" 32768
  probe "$W/s" unsigned -DSIGNATURE=0; put_sector "$NOW" "$W/s" 34816
  probe "$W/s" logical; put_sector "$NOW" "$W/s" 38912
fi
if want chain-second.img "$PROBE"; then
  truncate -s 4M "$NOW"
  probe "$W/s" mbr; put_sector "$NOW" "$W/s" 0
fi
