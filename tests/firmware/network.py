#!/usr/bin/env python3
"""Loads our memory disk and a floppy image from a network and boots them: iPXE, the boot ROM of QEMU's network card, by itself,
or PXELINUX that it has fetched.

    network.py ipxe|pxelinux --memdisk FILE --media DIR     exit code 0: SYSLINUX reads its files from the memory disk;
                                                            77: a medium or a package is missing

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

IPXE = '#!ipxe\nkernel memdisk.bin ro\ninitrd dos.img\nboot\n'
PXELINUX = 'default md\nlabel md\n linux memdisk.bin\n initrd dos.img\n append ro\n'
SYSLINUX_FILES = ('/usr/lib/PXELINUX/pxelinux.0', '/usr/lib/syslinux/modules/bios/ldlinux.c32')
STEPS = ((r'CORPUS-SYSLINUX-CFG-OK[\s\S]*boot:', ('h', 'e', 'l', 'l', 'o', 'ret')), ('CORPUS-SYSLINUX-CAT-OK', ()))
TIME_OUT = 120  # seconds for each step


def wait(pc, pattern):
    give_up = time.monotonic() + TIME_OUT
    while not pc.shows('screen', pattern):
        if time.monotonic() > give_up:
            raise RuntimeError(f'{pattern} did not come; the screen:\n{pc.screen()}')
        time.sleep(0.05)


def serve(folder, loader):
    """Puts the loader's files into the folder that QEMU serves, and returns the name of the one to boot."""
    if loader == 'ipxe':
        (folder / 'boot.ipxe').write_text(IPXE)
        return 'boot.ipxe'
    for file in SYSLINUX_FILES:
        shutil.copy(file, folder)
    (folder / 'pxelinux.cfg').mkdir()
    (folder / 'pxelinux.cfg' / 'default').write_text(PXELINUX)
    return 'pxelinux.0'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('loader', choices=('ipxe', 'pxelinux'))
    parser.add_argument('--memdisk', type=pathlib.Path, required=True)
    parser.add_argument('--media', type=pathlib.Path, required=True)
    options = parser.parse_args()
    floppy = options.media / 'syslinux-fat12-1440.img'
    for file in (floppy, *(SYSLINUX_FILES if options.loader == 'pxelinux' else ())):
        if not pathlib.Path(file).exists():
            print(f'there is no {file}; ./dev test brings it')
            return 77
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        shutil.copy(options.memdisk, folder / 'memdisk.bin')
        shutil.copy(floppy, folder / 'dos.img')
        boot = serve(folder, options.loader)
        card = ['-netdev', f'user,id=net,restrict=on,tftp={folder},bootfile={boot}', '-device', 'e1000,netdev=net,bootindex=0']
        with qemu_pc.QemuPc(card) as pc:
            for pattern, keys in STEPS:
                wait(pc, pattern)
                for key in keys:
                    pc.send_key(key)
                    time.sleep(0.15)
    print(f'{options.loader} booted the memory disk')
    return 0


if __name__ == '__main__':
    sys.exit(main())
