#!/usr/bin/env python3
"""How long a 64 MB disk image takes into the memory disk, ours beside Syslinux's MEMDISK, in pairs, until its boot sector runs.

    memdisk.py --bootsim FILE [--pairs 5]

The image is 48 MB of this machine's programs and 16 MB of zeros, plain and by gzip; bootsim places it (--initrd), or our stage2
loads it from a FAT disk. The target is 1.5 s for the plain image, and never later than MEMDISK.
"""
import argparse
import gzip
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile

import machines

REFERENCE = pathlib.Path('/usr/lib/syslinux/memdisk')
MEGABYTE = 1 << 20
TARGET = 1.5
TEXT = b'the image boots'
# cld; mov si, text (7C00h + code); next: lodsb; mov ah, 0Eh; int 10h; cmp al, 's'; jne next; hlt
BOOT_SECTOR = b'\xfc\xbe\x0d\x7c\xac\xb4\x0e\xcd\x10\x3c\x73\x75\xf7'
CONFIGURATION = 'set timeout=0\nentry "disk" {\n  linux /memdisk harddisk\n  initrd /image\n}\n'


def programs(size):
    data = bytearray()
    for path in sorted(pathlib.Path('/usr/bin').iterdir()):
        if path.is_file() and not path.is_symlink() and os.access(path, os.R_OK):
            data += path.read_bytes()
        if len(data) >= size:
            break
    return (data + data)[:size].ljust(size, b'\0')


def make_image():
    image = programs(48 * MEGABYTE) + bytes(16 * MEGABYTE)
    code = BOOT_SECTOR[:2] + struct.pack('<H', 0x7C00 + len(BOOT_SECTOR) + 3) + BOOT_SECTOR[4:] + b'\xf4\xeb\xfd' + TEXT
    entry = bytes.fromhex('80010100060f3f1f') + struct.pack('<II', 63, len(image) // 512 - 63)
    image[:512] = code.ljust(446, b'\0') + entry + bytes(48) + b'\x55\xaa'
    return bytes(image)


def loads(bootsim, folder, memdisk, image):
    """The two ways in: (name, words of `bootsim run`)."""
    yield 'bootsim', ['--kernel', memdisk, '--initrd', image, '--append', 'harddisk']
    tree = folder / 'tree'
    (tree / 'bootsim').mkdir(parents=True, exist_ok=True)
    (tree / 'bootsim' / 'bootsim.cfg').write_text(CONFIGURATION)
    (tree / 'memdisk').write_bytes(memdisk.read_bytes())
    (tree / 'image').write_bytes(image.read_bytes())
    disk = folder / f'{memdisk.name}-{image.name}.disk'
    subprocess.run([bootsim, 'mkimage', '--disk', disk, tree], check=True, stdout=subprocess.DEVNULL)
    yield 'stage2', ['--hd', disk]


def boot(bootsim, words):
    return machines.run_timed([bootsim, 'run', *words, '--mem', '256M', '--until', f'screen:{TEXT.decode()}', '--quiet'])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bootsim', required=True)
    parser.add_argument('--pairs', type=int, default=5)
    options = parser.parse_args()
    late = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        ours = folder / 'memdisk.bin'
        subprocess.run([options.bootsim, 'firmware', 'memdisk', '-o', ours], check=True, stdout=subprocess.DEVNULL)
        (folder / 'plain').write_bytes(make_image())
        (folder / 'gzip').write_bytes(gzip.compress((folder / 'plain').read_bytes(), 6, mtime=0))
        print('| image | loaded by | ours s | MEMDISK s | ratio | CPU ratio |\n|---|---|---:|---:|---:|---:|')
        for image in ('plain', 'gzip'):
            for (loader, us), (_, them) in zip(*(list(loads(options.bootsim, folder, program, folder / image))
                                                 for program in (ours, REFERENCE))):
                pairs = [(boot(options.bootsim, us), boot(options.bootsim, them)) for _ in range(options.pairs)]
                seconds = statistics.median(a.seconds for a, _ in pairs)
                ratio = statistics.median(a.seconds / b.seconds for a, b in pairs)
                cpu = statistics.median(a.cpu_seconds / b.cpu_seconds for a, b in pairs)
                missed = ratio > 1.05 or (image == 'plain' and seconds > TARGET)  # a twentieth is noise
                late += missed
                print(f'| {image} | {loader} | {seconds:.3f} | {statistics.median(b.seconds for _, b in pairs):.3f} | {ratio:.2f} '
                      f'| {cpu:.2f} |' + (' missed' if missed else ''), flush=True)
    return 1 if late else 0


if __name__ == '__main__':
    sys.exit(main())
