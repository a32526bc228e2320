"""More of cases.py: FAT volumes whose BPB does not fit them, with SYSLINUX and GRUB."""
import os
import struct

from cases import case
from cases_loaders import FAT16, SYSLINUX, VOLUME, grub
from media import patched

FLOPPY, FAT32 = 'syslinux-fat12-1440.img', 'syslinux-gptmbr-fat32.img'


def volume(name, attach, at, field, value, *words):
    """A medium of the corpus with another value in a field of the BPB at `at`: offset and struct format."""
    @case(f'{name}: {words[0]}', 'bpb-fields', *words, needs=(name,))
    def _(folder, corpus, broken):
        changes = [(at + field[0], struct.pack(field[1], value))] if broken else []
        path = patched(os.path.join(corpus, name), os.path.join(folder, 'medium.img'), changes)
        return path, ['--as', attach, *SYSLINUX]


volume(FAT16, 'hd', VOLUME, (0x0E, '<H'), 32, '32 reserved sectors (bytes 0Eh-0Fh)', 'LBA 2052', '4 would be right')
volume(FAT16, 'hd', VOLUME, (0x0D, '<B'), 8, '8 sectors per cluster (byte 0Dh)', '4 would be right')
volume(FAT16, 'hd', VOLUME, (0x16, '<H'), 0, '0 sectors per FAT', 'at LBA 2052 and 2100', '48 would be right')
volume(FAT16, 'hd', VOLUME, (0x0B, '<H'), 1024, '1024 bytes per sector', '512 would be right')
volume(FLOPPY, 'floppy', 0, (0x10, '<B'), 1, '1 FATs (byte 10h)', 'LBA 10', '2 would be right')
volume(FLOPPY, 'floppy', 0, (0x11, '<H'), 112, '112 entries in the root directory', '224 would be right')
volume(FLOPPY, 'floppy', 0, (0x13, '<H'), 100, '100 sectors in all', '2880 would be right')
volume(FAT32, 'hd', VOLUME, (0x2C, '<I'), 9, "9 as the root directory's cluster", '2 would be right', 'backup boot sector, LBA 2054')


@case('FAT32 of mtools', 'bpb-fields', "9 as the root directory's cluster", '2 would be right', needs=('firmware/mkimage-gpt-fat32.img',))
def _(folder, corpus, broken):
    """Its FAT begins with F8 FF FF FF, where mkfs.fat writes F8 FF FF 0F."""
    path = os.path.join(corpus, 'firmware', 'mkimage-gpt-fat32.img')
    changes = [(4096 * 512 + 0x2C, struct.pack('<I', 9))] if broken else []
    until = 'screen:NEVER' if broken else 'screen:bootsim'
    return patched(path, os.path.join(folder, 'disk.img'), changes), ['--as', 'hd', '--until', until, '--limit', '5s']


@case('no BPB', 'bpb-fields', 'has no BPB', 'LBA 2048', needs=(FAT16,))
def _(folder, corpus, broken):
    changes = [(VOLUME + 0x0B, bytes(0x3E - 0x0B))] if broken else []
    return patched(os.path.join(corpus, FAT16), os.path.join(folder, 'stick.img'), changes), ['--as', 'hd', *SYSLINUX]


@case("another volume's boot sector", 'bpb-fields', "another volume's", '1 reserved sectors', needs=(FAT16, FLOPPY))
def _(folder, corpus, broken):
    with open(os.path.join(corpus, FLOPPY), 'rb') as f:
        changes = [(VOLUME, f.read(512))] if broken else []
    return patched(os.path.join(corpus, FAT16), os.path.join(folder, 'stick.img'), changes), ['--as', 'hd', *SYSLINUX]


@case("a BPB under GRUB", 'bpb-fields', '9 reserved sectors', 'LBA 2052', needs=('grub-gpt-fat16.img',))
def _(folder, corpus, broken):
    path, args = grub(folder, '(hd0,msdos1)/boot/grub', ())
    return patched(path, path, [(VOLUME + 0x0E, b'\x09\0')] if broken else []), args
