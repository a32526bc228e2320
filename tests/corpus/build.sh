#!/bin/bash
# Builds the boot media of tests/boots out of Debian 12 packages. Idempotent; a set-up step of ./dev test, because it
# downloads one kernel package. Nothing in the media was made for bootsim.
#   build.sh OUT_DIR            everything that is missing
#   build.sh OUT_DIR NAME...    only these, afresh
set -euo pipefail
export SOURCE_DATE_EPOCH=1700000000 TZ=UTC LC_ALL=C MTOOLS_SKIP_CHECK=1 GRUB_FS_UUID=2023-11-14-22-13-20-00
PATH=$PATH:/usr/sbin:/sbin
HERE=$(cd "$(dirname "$0")" && pwd)
M=$(mkdir -p "${1:?usage: build.sh OUT_DIR [NAME...]}" && cd "$1" && pwd); shift; ONLY="$*"
W=$(mktemp -d); NOW=
trap 's=$?; [ $s = 0 ] || { rm -f "$NOW"; echo "tests/corpus/build.sh: no ${NOW##*/}" >&2; }; rm -rf "$W"' EXIT   # never half a medium
MOD=/usr/lib/syslinux/modules/bios; MEMDISK=/usr/lib/syslinux/memdisk; SMBR=/usr/lib/syslinux/mbr/mbr.bin

want() { if [ -n "$ONLY" ]; then case " $ONLY " in *" $1 "*) rm -f "$M/$1";; *) return 1;; esac; fi
  [ ! -e "$M/$1" ] || return 1; echo "build $1"; NOW=$M/$1; rm -rf "$W/t"; mkdir -p "$W/t"; }
stamp() { find "$1" -exec touch -h -d @$SOURCE_DATE_EPOCH {} +; }
mods() { local m; for m in "$@"; do echo $MOD/$m.c32; done; }
put() { local i=$1 f t; shift   # put IMG[@@OFFSET] FILE[:TARGET]...   copy into a FAT image, fixed times
  for f in "$@"; do cp "${f%%:*}" $W/put; touch -d @$SOURCE_DATE_EPOCH $W/put; t=${f##*:}; [ "$t" = "$f" ] && t=$(basename $f); mcopy -m -o -i $i $W/put ::/$t; done; }
iso() { local o=$1 t=$2; shift 2; stamp $t
  xorriso -as mkisofs -quiet -o $o -V CORPUS -r -J --set_all_file_dates set_to_mtime --modification-date=2023111422132000 "$@" $t 2>$W/log || { cat $W/log >&2; return 1; }; }
ISOL="-b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table"
isolinux_tree() { mkdir -p $W/t/isolinux; cp /usr/lib/ISOLINUX/isolinux.bin $MOD/ldlinux.c32 $W/t/isolinux; }
part() { rm -f $1; truncate -s $2M $1; sfdisk -q --no-reread --no-tell-kernel $1 >/dev/null; }
grubiso() { stamp $W/t; grub-mkrescue -d /usr/lib/grub/i386-pc --fonts= --locales= --themes= --compress=xz \
  "--install-modules=normal configfile echo ls cat chain linux linux16 boot iso9660 fat ext2 part_msdos part_gpt biosdisk search sleep test minicmd halt reboot serial terminal gzio" \
  -o $1 $W/t -- -volid CORPUS -volume_date all_file_dates =$SOURCE_DATE_EPOCH -volume_date uuid 2023111422132000 >$W/log 2>&1 || { cat $W/log >&2; return 1; }; }

# --- our own

# --- the packages' own media
if want grub-rescue-cdrom.iso;  then cp /usr/lib/grub-rescue/grub-rescue-cdrom.iso $M/; fi
if want grub-rescue-floppy.img; then cp /usr/lib/grub-rescue/grub-rescue-floppy.img $M/; fi
if want grub-rescue-usb.img;    then cp -L /usr/lib/grub-rescue/grub-rescue-usb.img $M/; fi
if want memtest86+ia32.iso;     then cp /usr/lib/memtest86+/memtest86+ia32.iso $M/; fi

# --- geometry and hand-off diagnostics of Syslinux
xz -dc /usr/lib/syslinux/mbr/diag/geodsp/geodsp1s.img.xz >$W/geodsp1s.img
if want geodsp1s-hd.img; then cp $W/geodsp1s.img $M/geodsp1s-hd.img; truncate -s 32M $M/geodsp1s-hd.img; fi

# --- SYSLINUX on FAT
cat >$W/syslinux.cfg <<'C'
say CORPUS-SYSLINUX-CFG-OK
prompt 1
timeout 0
default hello
label hello
 com32 cat.c32
 append hello.txt
label mt
 linux memtest
C
echo CORPUS-SYSLINUX-CAT-OK >$W/hello.txt
FILES="$(mods libutil libcom32 cat ls) $W/syslinux.cfg $W/hello.txt /boot/memtest86+ia32.bin:memtest"
floppy() { rm -f $1; mkfs.fat --invariant -F 12 -C $1 1440 >/dev/null; put $1 $FILES; syslinux --install $1; }
fatdisk() { # IMG MIB FAT-BITS TYPE MBR
  part $1 $2 <<<"label: dos
label-id: 0x43525053
start=2048, type=$4, bootable"
  rm -f $W/p; mkfs.fat --invariant -F $3 -h 2048 -C $W/p $((($2-1)*1024)) >/dev/null; put $W/p $FILES; syslinux --install $W/p
  dd if=$W/p of=$1 bs=1M seek=1 conv=notrunc status=none; dd if=$5 of=$1 bs=440 count=1 conv=notrunc status=none; }
if want syslinux-fat12-1440.img; then floppy $M/syslinux-fat12-1440.img; fi
if want syslinux-mbr-fat16.img; then fatdisk $M/syslinux-mbr-fat16.img 24 16 e $SMBR; fi
if want handoff-mbr-hd.img; then fatdisk $M/handoff-mbr-hd.img 24 16 e /usr/lib/syslinux/mbr/diag/handoff/handoff.bin; fi
if want syslinux-gptmbr-fat32.img; then n=$M/syslinux-gptmbr-fat32.img; truncate -s 48M $n
  sgdisk -U 43525053-0000-4000-8000-000000000001 -n 1:2048:0 -t 1:0700 -u 1:43525053-0000-4000-8000-000000000002 -A 1:set:2 $n >/dev/null
  rm -f $W/p; mkfs.fat --invariant -F 32 -h 2048 -C $W/p $((46*1024)) >/dev/null; put $W/p $FILES; syslinux --install $W/p
  dd if=$W/p of=$n bs=1M seek=1 conv=notrunc status=none; dd if=/usr/lib/syslinux/mbr/gptmbr.bin of=$n bs=440 count=1 conv=notrunc status=none; fi

# --- ISOLINUX
if want isolinux-plain.iso; then isolinux_tree; cp $(mods cat libutil libcom32) $W/t/isolinux
  printf 'say CORPUS-ISOLINUX-CFG-OK\nprompt 1\ntimeout 0\ndefault hello\nlabel hello\n com32 cat.c32\n append /isolinux/hello.txt\n' >$W/t/isolinux/isolinux.cfg
  echo CORPUS-ISOLINUX-CAT-OK >$W/t/isolinux/hello.txt; iso $M/isolinux-plain.iso $W/t $ISOL; fi
isomenu() { isolinux_tree; cp $(mods menu libutil libcom32 chain reboot) $W/t/isolinux; cp /boot/memtest86+ia32.bin $W/t/isolinux/memtest
  cat >$W/t/isolinux/isolinux.cfg <<'C'
ui menu.c32
prompt 0
timeout 0
menu title CORPUS isolinux menu
label mt
 menu label ^Memtest86+ ia32
 linux memtest
label hd
 menu label ^Boot first hard disk
 com32 chain.c32
 append hd0 0
C
}
if want isolinux-menu.iso; then isomenu; iso $M/isolinux-menu.iso $W/t $ISOL; fi
if want isolinux-hybrid.img; then isomenu; iso $M/isolinux-hybrid.img $W/t $ISOL; isohybrid -i 0x43525053 -h 64 -s 32 $M/isolinux-hybrid.img; fi

# --- GRUB 2
if want grub-echo-chain.iso; then mkdir -p $W/t/boot/grub; cp /usr/lib/syslinux/mbr/diag/handoff/handoff.bin $W/t/boot/
  truncate -s 510 $W/t/boot/handoff.bin; printf '\x55\xaa' >>$W/t/boot/handoff.bin; echo "hello from a file" >$W/t/hello.txt
  cat >$W/t/boot/grub/grub.cfg <<'G'
set timeout=0
set pager=0
menuentry "echo and list" {
  echo "CORPUS-GRUB-CFG-OK root=$root platform=$grub_platform"
  ls
  cat /hello.txt
  echo "CORPUS-GRUB-LS-DONE"
  sleep 2
  chainloader /boot/handoff.bin
  boot
}
G
  grubiso $M/grub-echo-chain.iso; fi
# download PACKAGE: the kernel that it depends on, unpacked in $W/k
download() { local k; k=$(apt-cache depends $1 | awk '/Depends: linux-image-/{print $2; exit}'); [ -n "$k" ] || { echo "apt knows no $1: apt-get update" >&2; return 1; }
  rm -rf $W/k; (cd $W && apt-get -o APT::Sandbox::User=root -qq download "$k" && dpkg -x $k*.deb k); }
pack() { stamp $1; (cd $1; find . | sort | cpio -o -H newc --reproducible --quiet -R 0:0 | gzip -9n); } # pack TREE: an initrd
if want grub-linux-amd64.iso; then download linux-image-cloud-amd64
  mkdir -p $W/t/boot/grub $W/i/bin $W/i/proc $W/i/dev; cp $W/k/boot/vmlinuz-* $W/t/boot/vmlinuz; cp /bin/busybox $W/i/bin/
  printf '#!/bin/busybox sh\n/bin/busybox mount -t proc proc /proc\n/bin/busybox mount -t devtmpfs dev /dev\necho "CORPUS-INIT-OK $(/bin/busybox uname -rm)" >/dev/ttyS0\nwhile :; do /bin/busybox sleep 60; done\n' >$W/i/init; chmod 755 $W/i/init
  pack $W/i >$W/t/boot/initrd.gz
  printf 'set timeout=0\nmenuentry "Linux" {\n echo CORPUS-GRUB-LOADING\n linux /boot/vmlinuz console=tty0 console=ttyS0,115200 panic=5\n initrd /boot/initrd.gz\n}\n' >$W/t/boot/grub/grub.cfg
  grubiso $M/grub-linux-amd64.iso; fi

# --- what --kernel and --initrd take: the same kernel and MEMDISK, as files
have() { [ -e "$M/$1" ] || ( ONLY=; "$0" "$M" "$1" >/dev/null ); }
unpack() { xorriso -osirrox on -indev "$1" -extract "$2" "$3" 2>/dev/null; chmod u+w "$3"; }
if want vmlinuz; then have grub-linux-amd64.iso; unpack $M/grub-linux-amd64.iso /boot/vmlinuz $M/vmlinuz; fi
if want initrd.gz; then have grub-linux-amd64.iso; unpack $M/grub-linux-amd64.iso /boot/initrd.gz $M/initrd.gz; fi

# --- Debian's other kernel, which has MTD, and an initrd that mounts the memory disk it was booted from
if [ ! -e $M/vmlinuz-mtd ]; then rm -f $M/initrd-mtd.gz; fi # its modules are this kernel's
if want initrd-mtd.gz; then download linux-image-amd64; v=$(basename $W/k/lib/modules/*); cp $W/k/boot/vmlinuz-$v $W/vmlinuz-mtd
  i=$W/mtd; mkdir -p $i/bin $i/proc $i/dev $i/mnt $i/lib64 $i/lib/modules/$v; cp /bin/busybox /usr/bin/memdiskfind $i/bin/
  for f in $(ldd /usr/bin/memdiskfind | grep -o '/lib[^ ]*'); do cp -L --parents $f $i; done
  for m in mtd mtd_blkdevs mtdblock phram isofs cdrom; do find $W/k/lib/modules -name $m.ko -exec cp {} $i/lib/modules/$v/ \;; done
  mkdir $i/sbin; ln -s /bin/busybox $i/sbin/modprobe # the kernel asks it for isofs
  busybox depmod -b $i $v
  cat >$i/init <<'C'
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t devtmpfs dev /dev; exec >/dev/ttyS0 2>&1
echo "CORPUS-INIT-OK $(uname -rm)"; echo "COMMAND LINE: $(cat /proc/cmdline)"
if disk=$(memdiskfind); then
  echo "MEMDISK $disk"
  modprobe phram phram=memdisk,$disk && modprobe mtdblock && mount -t iso9660 -o ro /dev/mtdblock0 /mnt && cd /mnt && md5sum -c md5sum.txt
  echo "CORPUS-MEMDISK-DONE $?"
else
  echo "CORPUS-NO-MEMDISK"
fi
while :; do sleep 60; done
C
  chmod 755 $i/init; pack $i >$M/initrd-mtd.gz; cp $W/vmlinuz-mtd $M/; fi

if want memdisk; then cp $MEMDISK $M/memdisk; fi
if want memtest86+x64.bin; then cp /boot/memtest86+x64.bin $M/; fi

# --- MEMDISK (Syslinux's)
mdiso() { isolinux_tree; cp $MEMDISK $W/t/isolinux/; cp $2 $W/t/isolinux/img
  printf 'say CORPUS-MEMDISK-HOST\ndefault md\nprompt 0\nlabel md\n linux memdisk\n initrd img\n append %s\n' "$3" >$W/t/isolinux/isolinux.cfg; iso $M/$1 $W/t $ISOL; }
if want memdisk-floppy.iso; then have syslinux-fat12-1440.img; mdiso memdisk-floppy.iso $M/syslinux-fat12-1440.img floppy; fi
if want memdisk-hd.iso; then have syslinux-mbr-fat16.img; mdiso memdisk-hd.iso $M/syslinux-mbr-fat16.img harddisk; fi
if want memdisk-iso-isolinux.iso; then have isolinux-menu.iso; mdiso memdisk-iso-isolinux.iso $M/isolinux-menu.iso "iso raw"; fi

# --- El Torito emulation. A hard-disk image's first partition must end on a cylinder: the geometry is taken from its end CHS.
emu() { local o=$1 i=$2; shift 2; mkdir -p $W/t/boot; cp $i $W/t/boot/emu.img; iso $o $W/t -b boot/emu.img -c boot/boot.cat "$@"; }
if want eltorito-floppy1440-syslinux.iso; then have syslinux-fat12-1440.img; emu $M/eltorito-floppy1440-syslinux.iso $M/syslinux-fat12-1440.img; fi
if want eltorito-hd-syslinux.iso; then e=$W/emuhd; truncate -s $((3*255*63*512)) $e
  sfdisk -q --no-reread --no-tell-kernel $e >/dev/null <<<"label: dos
label-id: 0x43525053
start=63, size=$((3*255*63-63)), type=6, bootable"
  rm -f $W/p; mkfs.fat --invariant -F 16 -h 63 -g 255/63 -C $W/p 24064 >/dev/null; put $W/p $FILES; syslinux --install $W/p
  dd if=$W/p of=$e bs=512 seek=63 conv=notrunc status=none; dd if=$SMBR of=$e bs=440 count=1 conv=notrunc status=none
  printf '\xfe\x3f\x02' | dd of=$e bs=1 seek=451 conv=notrunc status=none; printf '\x01\x01\x00' | dd of=$e bs=1 seek=447 conv=notrunc status=none
  emu $M/eltorito-hd-syslinux.iso $e -hard-disk-boot; fi

# --- more kinds: other catalogs, other places, graphics, the com32 tools
tools_tree() { isolinux_tree; cp $(mods vesamenu hdt meminfo reboot libcom32 libutil libmenu libgpl) $W/t/isolinux
  printf 'say CORPUS-TOOLS-OK\nprompt 1\ntimeout 0\ndefault meminfo\nlabel menu\n com32 vesamenu.c32\n append menu.cfg\n' >$W/t/isolinux/isolinux.cfg
  printf 'menu title CORPUS vesamenu\nprompt 0\ntimeout 0\nlabel again\n com32 reboot.c32\n' >$W/t/isolinux/menu.cfg; }
if want isolinux-tools.iso; then tools_tree; iso $M/isolinux-tools.iso $W/t $ISOL; fi
if want catalog-efi-bios.iso; then tools_tree; truncate -s 1M $W/t/efi.img; mkfs.fat --invariant -F 12 $W/t/efi.img >/dev/null
  iso $M/catalog-efi-bios.iso $W/t -e efi.img -no-emul-boot -eltorito-alt-boot $ISOL; fi
if want isohybrid-offset.img; then tools_tree
  iso $M/isohybrid-offset.img $W/t $ISOL -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin -partition_offset 16; fi
if want grub-gfxterm.iso; then mkdir -p $W/t/boot/grub; cp /usr/share/grub/unicode.pf2 $W/t/boot/
  printf 'insmod vbe\ninsmod gfxterm\nset gfxmode=1024x768\nloadfont /boot/unicode.pf2\nterminal_output gfxterm\nset timeout=-1\nmenuentry "CORPUS gfxterm" {\n halt\n}\n' >$W/t/boot/grub/grub.cfg
  stamp $W/t; grub-mkrescue -d /usr/lib/grub/i386-pc --fonts= --locales= --themes= --compress=xz --install-modules="normal vbe gfxterm halt iso9660 biosdisk minicmd" \
    -o $M/grub-gfxterm.iso $W/t -- -volid CORPUS -volume_date all_file_dates =$SOURCE_DATE_EPOCH -volume_date uuid 2023111422132000 >$W/log 2>&1 || { cat $W/log >&2; exit 1; }; fi
if want grub-gpt-fat16.img; then n=$M/grub-gpt-fat16.img; truncate -s 24M $n   # core.img in a BIOS boot partition
  sgdisk -a 1 -U 43525053-0000-4000-8000-000000000003 -n 2:34:2047 -t 2:ef02 -u 2:43525053-0000-4000-8000-000000000004 -n 1:2048:0 -t 1:0700 -u 1:43525053-0000-4000-8000-000000000005 $n >/dev/null
  printf 'echo CORPUS-GRUB-GPT-OK root=$root\ncat /hello.txt\n' >$W/early.cfg
  grub-mkimage -O i386-pc -c $W/early.cfg -p '(hd0,gpt1)/boot/grub' -o $W/core.img biosdisk part_gpt fat echo cat
  rm -f $W/p; mkfs.fat --invariant -F 16 -h 2048 -C $W/p $((22*1024)) >/dev/null; put $W/p $W/hello.txt
  dd if=/usr/lib/grub/i386-pc/boot.img of=$n bs=440 count=1 conv=notrunc status=none   # then as grub-bios-setup does: where the core is
  printf '\x22\0\0\0\0\0\0\0' | dd of=$n bs=1 seek=92 conv=notrunc status=none; printf '\x90\x90' | dd of=$n bs=1 seek=102 conv=notrunc status=none
  printf '\x23\0\0\0\0\0\0\0' | dd of=$W/core.img bs=1 seek=500 conv=notrunc status=none
  dd if=$W/core.img of=$n bs=512 seek=34 conv=notrunc status=none; dd if=$W/p of=$n bs=1M seek=1 conv=notrunc status=none; fi

# --- GRUB Legacy. Its package does not go with GRUB 2's, so it is unpacked; its shell installs as on a PC of 2005.
fetch() { [ -d $W/$1 ] || (cd $W && apt-get -o APT::Sandbox::User=root -qq download "$1" && dpkg -x $1_*.deb $1); }
legacy() { fetch grub-legacy; L=$W/grub-legacy/usr/lib/grub/x86_64-pc; echo CORPUS-LEGACY-CAT-OK >$W/hello.txt; cat >$W/menu.lst <<'C'
title CORPUS legacy cat
cat /hello.txt
pause
title Swap disks
map (hd0) (hd1)
map (hd1) (hd0)
rootnoverify (hd1)
chainloader +1
C
}
legacy_shell() { echo "$1 $2" >$W/device.map; shift 2; printf '%s\n' "$@" quit >$W/in
  $W/grub-legacy/usr/sbin/grub --batch --device-map=$W/device.map <$W/in >$W/log 2>&1; ! grep -A1 Error $W/log >&2; }
if want grub-legacy-raw.img; then legacy; cat $L/stage1 $L/stage2 >$M/grub-legacy-raw.img; truncate -s 1440K $M/grub-legacy-raw.img; fi
if want grub-legacy-fat12.img; then legacy; n=$M/grub-legacy-fat12.img; rm -f $n; mkfs.fat --invariant -F 12 -C $n 1440 >/dev/null
  put $n $L/stage1 $L/stage2 $W/menu.lst $W/hello.txt; legacy_shell '(fd0)' $n 'root (fd0)' 'install /stage1 (fd0) /stage2 p /menu.lst'; fi
if want grub-legacy-ext2.img; then legacy; n=$M/grub-legacy-ext2.img; i=$W/t/boot/grub; mkdir -p $i   # stage1 in the MBR, e2fs_stage1_5 behind it
  cp $L/stage1 $L/e2fs_stage1_5 $L/stage2 $W/menu.lst $i; cp $W/hello.txt $W/t; stamp $W/t
  part $n 8 <<<"label: dos
label-id: 0x43525053
start=63, type=83, bootable"
  rm -f $W/p; truncate -s $((8*1048576-63*512)) $W/p
  E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH mke2fs -q -F -t ext2 -O ^dir_index -U 43525053-0000-4000-8000-000000000006 \
    -E hash_seed=43525053-0000-4000-8000-000000000006,root_owner=0:0 -d $W/t $W/p
  dd if=$W/p of=$n bs=512 seek=63 conv=notrunc status=none; legacy_shell '(hd0)' $n 'root (hd0,0)' 'setup (hd0)'; fi
if want grub-legacy-cd.iso; then legacy; mkdir -p $W/t/boot/grub; cp $L/stage2_eltorito $W/menu.lst $W/t/boot/grub; cp $W/hello.txt $W/t
  iso $M/grub-legacy-cd.iso $W/t -b boot/grub/stage2_eltorito -c boot/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table; fi

# --- Debian's install-mbr, openSUSE's graphical menu, a Multiboot kernel
if want install-mbr.img; then have syslinux-mbr-fat16.img; cp $M/syslinux-mbr-fat16.img $M/install-mbr.img
  install-mbr --force --interrupt s --enable 1 --partition D --timeout 40 $M/install-mbr.img; fi
if want gfxboot.iso; then fetch gfxboot-themes; isolinux_tree; cp $(mods gfxboot libutil libcom32) /boot/memtest86+ia32.bin $W/t/isolinux
  cp $W/gfxboot-themes/etc/bootsplash/themes/openSUSE/bootloader/message $W/t/isolinux
  printf 'ui gfxboot.c32 message\ndefault mt\nprompt 1\ntimeout 600\nlabel mt\n linux memtest86+ia32.bin\n' >$W/t/isolinux/isolinux.cfg; iso $M/gfxboot.iso $W/t $ISOL; fi
if want multiboot.iso; then fetch gnumach-image-1.8-486; isolinux_tree; cp $(mods mboot libutil libcom32) $W/t/isolinux; echo x >$W/t/isolinux/module
  zcat $W/gnumach-image-1.8-486/boot/gnumach-1.8-486.gz >$W/t/isolinux/gnumach
  printf 'prompt 1\ntimeout 0\ndefault mach\nlabel mach\n com32 mboot.c32\n append gnumach console=com0 --- module\n' >$W/t/isolinux/isolinux.cfg; iso $M/multiboot.iso $W/t $ISOL; fi

# --- broken
poke() { printf "$3" | dd of=$1 bs=1 seek=$2 conv=notrunc status=none; }
cat_lba() { dd if=$1 bs=1 skip=$((17*2048+71)) count=4 status=none | od -An -tu4 | tr -d ' '; }
if want broken-truncated.iso; then have isolinux-menu.iso; head -c 65536 $M/isolinux-menu.iso >$M/broken-truncated.iso; fi
if want broken-catalog-no55aa.iso; then have isolinux-menu.iso; n=$M/broken-catalog-no55aa.iso; cp $M/isolinux-menu.iso $n; poke $n $(($(cat_lba $n)*2048+30)) '\x00\x00'; fi
if want broken-catalog-checksum.iso; then have isolinux-menu.iso; n=$M/broken-catalog-checksum.iso; cp $M/isolinux-menu.iso $n; poke $n $(($(cat_lba $n)*2048+28)) '\x12\x34'; fi
if want broken-noeltorito.iso; then echo x >$W/t/x; iso $M/broken-noeltorito.iso $W/t; fi
if want broken-zero-length.iso; then : >$M/broken-zero-length.iso; fi
if want broken-no55aa-hd.img; then have syslinux-mbr-fat16.img; n=$M/broken-no55aa-hd.img; cp $M/syslinux-mbr-fat16.img $n; poke $n 510 '\x00\x00'; fi
if want broken-noactive-hd.img; then have syslinux-mbr-fat16.img; n=$M/broken-noactive-hd.img; cp $M/syslinux-mbr-fat16.img $n; poke $n 446 '\x00'; fi
if want broken-odd-floppy.img; then have syslinux-fat12-1440.img; head -c 1234567 $M/syslinux-fat12-1440.img >$M/broken-odd-floppy.img; fi
if want broken-truncated-hd.img; then have syslinux-mbr-fat16.img; head -c $((1200*1024)) $M/syslinux-mbr-fat16.img >$M/broken-truncated-hd.img; fi
