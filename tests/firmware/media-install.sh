# Media that `bootsim install` and `bootsim mkimage` made, with the real stage2: words of build.sh, which sources this.
BOOTSIM=$FW/../bootsim/bootsim
if [ ! -x "$BOOTSIM" ]; then echo "tests/firmware/build.sh: no $BOOTSIM: no installed media" >&2; return 0; fi

# installed NAME: true when NAME has to be made; the program decides what is on it
installed() { want "$1" "$BOOTSIM"; }
tree() { echo "hello" >"$W/t/readme.txt"; stamp "$W/t"; }
loader() { "$BOOTSIM" install "$NOW" --backup "$W/backup" "$@" >/dev/null; "$BOOTSIM" install "$NOW" --check >/dev/null; rm -f "$W/backup"; }
image() { tree; "$BOOTSIM" mkimage "$1" "$NOW" "$W/t" "${@:2}" >/dev/null; "$BOOTSIM" install "$NOW" --check >/dev/null; }
# plain MIB TYPE COMMAND...: an MBR disk without a loader, one partition at 2048; COMMAND makes the file system in $W/p
plain() {
  truncate -s "$1M" "$NOW"
  printf 'label: dos\nlabel-id: 0x4253494e\nstart=2048, type=%s, bootable\n' "$2" |
    sfdisk -q --no-reread --no-tell-kernel "$NOW" >/dev/null
  rm -f "$W/p"
  truncate -s "$(($1 - 1))M" "$W/p"
  "${@:3}" "$W/p" >/dev/null
  dd if="$W/p" of="$NOW" bs=1M seek=1 conv=notrunc,sparse status=none
}

# --- bootsim install
if installed install-fat12.img; then mkfs.fat --invariant -F 12 -C "$NOW" 1440 >/dev/null; loader; fi
if installed install-fat16.img; then plain 24 e mkfs.fat --invariant -F 16 -h 2048; loader --partition 1; fi
if installed install-fat32.img; then plain 40 c mkfs.fat --invariant -F 32 -s 1 -h 2048; loader --partition 1; fi
if installed install-ext4.img; then plain 24 83 mke2fs -q -t ext4 -U 42535420-494e-4558-5434-000000000001; loader --partition 1; fi
if installed install-embedded.img; then plain 24 83 mke2fs -q -t ext4 -U 42535420-494e-4558-5434-000000000002; loader; fi
if installed install-twice.img; then plain 24 e mkfs.fat --invariant -F 16 -h 2048; loader --partition 1; loader --partition 1; fi
if installed install-raw.img; then truncate -s 1440K "$NOW"; loader --floppy; fi

# --- bootsim mkimage
if installed mkimage-gpt-fat32.img; then image --disk --table gpt --fs fat32; fi
if installed mkimage-gpt-ext4.img; then image --disk --table gpt --fs ext4; fi
if installed mkimage-gpt-file.img; then image --disk --table gpt --fs fat16 --stage2 file; fi
if installed mkimage.iso; then image --iso; fi
if installed mkimage-720.img; then image --floppy --size 720K; fi
