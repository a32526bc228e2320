#!/bin/bash
# Small, well-formed inputs for every fuzz target: OUT_DIR/TARGET/NAME.
#   seeds.sh MEDIA_DIR OUT_DIR      MEDIA_DIR: the boot media of tests/corpus/build.sh
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
here=$(cd "$(dirname "$0")" && pwd)
media=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# put TARGET NAME: standard input becomes a seed. give TARGET CHOICES NAME: the same behind bytes of choices (\x01).
put() { mkdir -p "$out/$1"; cat >"$out/$1/$2"; }
give() { { printf "$2"; cat; } | put "$1" "$3"; }

# A tree with names of several lengths, a directory, and a boot image.
mkdir -p "$work/tree/boot/grub"
head -c 3000 "$media/isolinux-plain.iso" >"$work/tree/boot/grub/a file with a long name.cfg"
echo hello >"$work/tree/README.TXT"
{ printf '\xFA\xF4'; head -c 508 /dev/zero; printf '\x55\xAA'; } >"$work/tree/boot/boot.bin"

# Media small enough to be changed a few thousand times a second.
xorriso -as mkisofs -quiet -no-pad -J -R -b boot/boot.bin -no-emul-boot -boot-load-size 1 -boot-info-table \
  -o "$work/cd.iso" "$work/tree" 2>/dev/null
mkfs.fat -C -F 12 "$work/fat12.img" 160 >/dev/null
mkfs.fat -C -F 16 -s 1 "$work/fat16.img" 2400 >/dev/null
mkfs.fat -C -F 32 -s 1 "$work/fat32.img" 34000 >/dev/null
for fat in 12 16 32; do
  MTOOLS_SKIP_CHECK=1 mcopy -s -i "$work/fat$fat.img" "$work/tree/boot" "$work/tree/README.TXT" ::/
done
truncate -s 200K "$work/fat16.img"
truncate -s 400K "$work/fat32.img"
# Without a journal, which alone takes a megabyte.
for version in 2 4; do
  mke2fs -q -t ext$version -O ^has_journal -b 1024 -N 16 -d "$work/tree" -F "$work/ext$version.img" 128 >/dev/null
done

tail -c +32769 "$work/cd.iso" | tee >(put iso9660_fuzz cd.iso) | put el_torito_fuzz cd.iso
for fat in 12 16 32; do put fat_fuzz fat$fat.img <"$work/fat$fat.img"; done
for version in 2 4; do tail -c +1025 "$work/ext$version.img" | put ext_fuzz ext$version.img; done
for medium in isolinux-hybrid.img grub-rescue-usb.img syslinux-mbr-fat16.img syslinux-gptmbr-fat32.img; do
  head -c 20480 "$media/$medium" | put partition_table_fuzz "$medium"
done
# The guest's readers: the same volumes, and those that only they are asked about in full.
ln -s boot.bin "$work/tree/boot/link"
head -c 100 "$media/isolinux-plain.iso" >"$work/tree/inline"
xorriso -as mkisofs -quiet -no-pad -R -o "$work/rr.iso" "$work/tree" 2>/dev/null
for options in "ext2 -b 1024" "ext4 -b 1024" "ext4 -b 1024 -I 256 -O inline_data" "ext4 -b 1024 -O meta_bg,^resize_inode"; do
  mke2fs -q -t $options -O ^has_journal -N 32 -d "$work/tree" -F "$work/guest.ext" 128 >/dev/null
  tail -c +1025 "$work/guest.ext" | put firmware_ext_fuzz "${options//[ ^]/_}"
  rm -f "$work/guest.ext"
done
for iso in cd rr; do tail -c +32769 "$work/$iso.iso" | put firmware_iso9660_fuzz $iso.iso; done
for fat in 12 16 32; do put firmware_fat_fuzz fat$fat.img <"$work/fat$fat.img"; done

"$here/../tests/diagnosis/seeds.py" --media "$media" --out "$out/diagnosis_fuzz"

# The packets of a session as gdb begins it.
python3 - >"$work/gdb" <<'EOF'
for p in ["qSupported", "QStartNoAckMode", "?", "qXfer:features:read:target.xml:0,ffb", "g", "p8", "m7c00,10", "Z0,7c00,1",
          "vCont;c", "vCont;s:1", "P0=42410000", "M500,2:aabb", "X500,1:x", "Z2,8000,2", "Z3,8000,1", "Z4,413,2", "c", "z2,8000,2",
          "qRcmd,6d6f6465", "bs", "bc", "D"]:
    print(f"${p}#{sum(map(ord, p)) % 256:02x}", end="")
EOF
put gdb_fuzz session <"$work/gdb"

# Symbols of the three kinds, and conditions.
printf '%s\n' 'bits 16' 'start: cli' '.loop: jmp .loop' 'value: dw 1' 'stack equ 7C00h' >"$work/symbols.asm"
printf '%s\n' 'org 7C00h' "[map all $work/symbols.map]" '%include "symbols.asm"' >"$work/map.asm"
nasm -i "$work" -f bin -o "$work/symbols.bin" "$work/map.asm"
put symbols_fuzz nasm.map <"$work/symbols.map"
for format in elf32 elf64; do
  nasm -f $format -o "$work/symbols.o" "$work/symbols.asm"
  put symbols_fuzz $format <"$work/symbols.o"
done
printf '%s\n' 'ffffffff81000000 T startup_64' 'ffffffff81000110 t early_setup_idt' '0000000000000000 A fixed_percpu_data' |
  put symbols_fuzz System.map
conditions=('cf and not (status == 0)' 'lba in {1, 5..9, $pvd + 1} && count < 0x40 || drive = 80h' 'word [es:bx+2] == 55AAh'
  '0000:7C00 + eax * 2 - (1 << 4)' "file == '/boot/*.mod'" '1203' '80h..9Fh' 'not $pvd' '>= 17')
for i in "${!conditions[@]}"; do printf %s "${conditions[$i]}" | put expression_fuzz "condition$i"; done

for image in "$work"/*.img "$work/cd.iso"; do
  put identify_fuzz "${image##*/}" <"$image"
  put inspect_fuzz "${image##*/}" <"$image"
done
head -c 65536 "$media/isolinux-hybrid.img" | put inspect_fuzz hybrid
for tool in gzip xz zstd bzip2; do
  if command -v $tool >/dev/null; then $tool -c <"$work/fat12.img" | put archive_fuzz fat12.$tool; fi
done
tar -C "$work" -cf - fat12.img | put archive_fuzz fat12.tar

# The memory disk: raw DEFLATE data; gzip, zip and a boot catalog behind a command line.
for level in 1 9; do
  gzip -n -$level -c <"$work/fat12.img" | tail -c +11 | head -c -8 | put inflate_fuzz level$level
done
printf 'stored and fixed' | gzip -n -c | tail -c +11 | head -c -8 | put inflate_fuzz text
{ printf '\x04c=10'; gzip -n -c <"$work/tree/README.TXT"; } | put memdisk_fuzz gzip
{ printf '\x03iso'; tail -c +32769 "$work/cd.iso"; } | put memdisk_fuzz cd
head -c 4608 "$media/syslinux-mbr-fat16.img" | { printf '\x06ro s=1'; cat; } | put memdisk_fuzz disk

# Bitmaps of each kind that stage2 reads: bits a pixel, height (negative: from the top), compression, colours.
bitmap() {
  python3 -c 'import struct, sys
bits, height, compression, colours = map(int, sys.argv[1:])
at = 54 + (12 if compression else colours * 4)
row = (5 * bits + 31) // 32 * 4
between = struct.pack("<3I", 0xFF0000, 0xFF00, 0xFF) if compression else bytes(range(256)) * 4
sys.stdout.buffer.write(b"BM" + struct.pack("<IIIIiiHHIIiiII", at + row * abs(height), 0, at, 40, 5, height, 1, bits,
                                            compression, 0, 0, 0, colours, 0)
                        + between[:at - 54] + bytes(i % 256 for i in range(row * abs(height))))' "$@"
}
bitmap 8 4 0 16 | put firmware_bmp_fuzz palette
bitmap 24 -3 0 0 | put firmware_bmp_fuzz top-down
bitmap 32 3 3 0 | put firmware_bmp_fuzz masks

# Real boot sectors, what follows them, and a few instructions that reach far (modes, paging, ports) or cost much.
for medium in isolinux-hybrid.img grub-rescue-floppy.img syslinux-fat12-1440.img handoff-mbr-hd.img broken-noactive-hd.img; do
  for choices in 00 01 02 0a; do
    { head -c 510 "$media/$medium"; dd if="$media/$medium" bs=512 skip=1 count=8 status=none; } |
      give boot_sector_fuzz "\\x$choices" "$medium-$choices"
  done
done
sectors="far-writes paging-off ports mode-sets self-modifying"
declare -A code=(
  [far-writes]='\xB8\x13\x00\xCD\x10\xB8\x00\xA0\x8E\xC0\x31\xFF\xB9\x00\x80\xF3\xAB\xEB\xFE'
  [paging-off]='\x0F\x20\xC0\x66\x0D\x01\x00\x00\x80\x0F\x22\xC0\xEB\xFE'
  [mode-sets]='\xB8\x12\x00\xCD\x10\xB8\x03\x00\xCD\x10\xEB\xF4'
  [self-modifying]='\xFE\x06\x07\x7C\xEB\x00\xB0\x00\xEB\xF6'
  [ports]='\xBA\xC4\x03\xB8\x04\x06\xEF\xB0\x02\xE6\x92\xBA\xF8\x0C\xED\x42\xEB\xFA'
)
for name in $sectors; do
  printf "${code[$name]}" | give boot_sector_fuzz '\x00' "$name"
  printf "${code[$name]}" | give boot_sector_fuzz '\x01' "$name-public"
  printf "\x55\xAA\x01${code[$name]}" | give option_rom_fuzz '\x01' "$name"
done

# Kernels. Cut ones have a syssize of 0, or they would be refused as truncated.
give linux_boot_fuzz '\x00\x00\x10\x00\x00' memdisk <"$media/memdisk"
for kernel in memtest86+x64.bin vmlinuz; do
  { head -c $((0x1F4)) "$media/$kernel"; printf '\0\0\0\0'; dd if="$media/$kernel" bs=$((0x1F8)) skip=1 count=120 status=none; } |
    give linux_boot_fuzz '\x00\x01\x10\x0D\x00console=ttyS0' "$kernel"
done
for protocol in 0x200 0x202 0x20A 0x20F; do
  for pref_address in 0x100000 0xFFFFF000 0xFFFFFFFFFFFFF000; do
    nasm -f bin -Dprotocol=$protocol -Dpref_address=$pref_address -o "$work/kernel" "$here/tiny_kernel.asm"
    give linux_boot_fuzz '\x00\x00\x20\x07\x00mem=16M' "tiny-$protocol-$pref_address" <"$work/kernel"
    give linux_boot_fuzz '\x11\xFF\xFF\x07\x01vga=ask' "tiny-$protocol-$pref_address-huge-initrd" <"$work/kernel"
  done
done

# ROMs at C0000h-C8FFFh and F0000h-FFFFFh, and what a BIOS does with its shadow; operations by shadow_ram_fuzz.cpp.
roms='\xFF\x01\x00\x00\x00\x00\xFF\xFF'
unlock='\x00\x01\x30' lock='\x00\x01\x10' hide='\x00\x01\x00'
code='\x03\x30\x04\x03\x2A\x00\x00\x00' look='\x05\x30\x04\x07\x30\x04\x07\x30\x00'
declare -A shadow=(
  [shadow]="$unlock\x06\x30\x00\x30\x00\x00\x10$code$look$lock$code$look$hide$look$unlock$look"
  [split]="\x00\x03\x03$code$look\x00\x02\x30\x06\x00\x01\x07\x05\x00\x40\x02\x02\x33\x33\x33\x33$look\x0A$look"
  [switch]="\x00\x02\x33\x03\x02\x00\x04\x11\x00\x00\x00\x08\x02\x00\x02\x11\x05\x02\x00"
  [host]="$unlock$code\x09\x01\x10\x30\x05\x03\xB0\x2B\xCB$look\x09\x01\x30\x30\x04\x03\xB0\x2B\xCB$look\x0A$look"
  [wild]="$unlock$code\x0B\x00\x30\x04"
)
for name in "${!shadow[@]}"; do
  for engine in 00 01; do printf "${shadow[$name]}" | give shadow_ram_fuzz "\\x$engine$roms" "$name-$engine"; done
done

# The calls that loaders make most: kind, vector, AX, registers.
for vector in 0 1 2 3 4 5 6 7 8 9 10 11; do
  for row in 0 1 2 3 5 8 13 21 34; do
    { printf "\\x07\\x$(printf %02x $vector)\\x00\\x42"; head -c 38 /dev/zero; printf '\x01'"\\x$(printf %02x $row)"; } |
      give bios_call_fuzz '\x00' "v$vector-r$row"
  done
done
head -c 4096 "$media/grub-rescue-floppy.img" | put int13_fuzz floppy

# The languages, by the numbers of languages_fuzz.cpp.
texts=(
  '00 linux<Enter><Ctrl-B><Shift:2s><lt>' '01 screen:boot: (a|b)+' '01 call:int13/4200' '01 addr:0000:7C00'
  '01 graphics:640x480' '02 1.5s' '03 128M' '04 0x80' '05 80h' '06 0000:7C00' '07 cd,hd,0x81' '08 call=2:04,every=3,short'
  '09 lba=17-20:80' '0a int13,int15' '0b a.iso --type-at screen:boot: x --mem 64M --trace=f' '0d (a+)+$
aaaaaaaaaaaaaaaaaaaaaaaaaaab'
)
for i in "${!texts[@]}"; do
  printf %s "${texts[$i]:3}" | give languages_fuzz "\\x${texts[$i]:0:2}" "text$i"
done
for spec in "$here"/../tests/boots/*.yaml; do give languages_fuzz '\x0c' "${spec##*/}" <"$spec"; done

# stage2's configurations: a byte for the syntax, then the text
give firmware_config_fuzz '\x00' native <<'CFG'
set timeout=5
entry "One \"x\"" --id=a --key=o {
  info help
  linux /k a="${b}" \
    quiet
}
submenu Two {
  entry Three {
    echo '${x}'
  }
}
CFG
give firmware_config_fuzz '\x01' menu_lst <<'CFG'
default 1
timeout=3
color white/blue 0x70
title ^One\nhelp
map /x.iso (0xA0)
title Two
kernel (hd0,0)/vmlinuz
CFG
give firmware_config_fuzz '\x02' syslinux <<'CFG'
DEFAULT one two
UI menu.c32
TIMEOUT 50
INCLUDE other.cfg
LABEL one
  MENU LABEL ^One
  KERNEL vmlinuz
  APPEND initrd=a,b quiet
  TEXT HELP
  text
  ENDTEXT
MENU BEGIN sub
LABEL x
  LOCALBOOT -1
MENU END
CFG
