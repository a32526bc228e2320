#!/usr/bin/env python3
"""iPXE, the boot ROM of QEMU's network card, fetches our memory disk and a floppy image by TFTP and boots them.

    ipxe.py --memdisk FILE --media DIR      exit code 0: SYSLINUX reads its files from the memory disk; 77: a medium is missing

bootsim has no network card, so that QEMU alone boots this. The network is one of QEMU's own, without a way out.
"""
import argparse
import pathlib
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'qemu'))
import qemu_pc

SCRIPT = '#!ipxe\nkernel memdisk.bin ro\ninitrd dos.img\nboot\n'
STEPS = ((r'CORPUS-SYSLINUX-CFG-OK[\s\S]*boot:', ('h', 'e', 'l', 'l', 'o', 'ret')), ('CORPUS-SYSLINUX-CAT-OK', ()))
TIME_OUT = 120  # seconds for each step


def wait(pc, pattern):
    give_up = time.monotonic() + TIME_OUT
    while not pc.shows('screen', pattern):
        if time.monotonic() > give_up:
            raise RuntimeError(f'{pattern} did not come; the screen:\n{pc.screen()}')
        time.sleep(0.05)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--memdisk', type=pathlib.Path, required=True)
    parser.add_argument('--media', type=pathlib.Path, required=True)
    options = parser.parse_args()
    floppy = options.media / 'syslinux-fat12-1440.img'
    if not floppy.exists():
        print(f'there is no {floppy}; ./dev test builds the media')
        return 77
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        shutil.copy(options.memdisk, folder / 'memdisk.bin')
        shutil.copy(floppy, folder / 'dos.img')
        (folder / 'boot.ipxe').write_text(SCRIPT)
        card = ['-netdev', f'user,id=net,restrict=on,tftp={folder},bootfile=boot.ipxe', '-device', 'e1000,netdev=net,bootindex=0']
        with qemu_pc.QemuPc(card) as pc:
            for pattern, keys in STEPS:
                wait(pc, pattern)
                for key in keys:
                    pc.send_key(key)
                    time.sleep(0.15)
    print('iPXE booted the memory disk')
    return 0


if __name__ == '__main__':
    sys.exit(main())
