"""More of cases.py: MBRs and tables that do not go together, isohybrid's MBR, and media attached as what they are not."""
import os
import struct
import subprocess

from cases import READ, UNTIL, case, disk
from cases_loaders import FAT16, SYSLINUX, VOLUME
from media import patched

FLOPPY, FAT32, GRUB, HYBRID = 'syslinux-fat12-1440.img', 'syslinux-gptmbr-fat32.img', 'grub-gpt-fat16.img', 'isolinux-hybrid.img'
MBR = '/usr/lib/syslinux/mbr/'


def content(name):
    with open(name, 'rb') as f:
        return f.read()


def changed(name, rule, medium, changes, *words, attach='hd', until=SYSLINUX, title=''):
    """A medium of the corpus; `changes` break it."""
    @case(title or name, rule, *words, needs=(medium,))
    def _(folder, corpus, broken):
        done = changes(content(os.path.join(corpus, medium))) if broken else []
        return (patched(os.path.join(corpus, medium), os.path.join(folder, 'medium.img'), done),
                ['--as', attach, *until, '--limit', '10s'])


def second(start, count, flag=0x80):
    return bytes([flag, 0, 1, 0, 6, 0, 1, 0]) + struct.pack('<II', start, count)


# --- MBRs

changed('altmbr.bin without its number', 'altmbr-number', FAT16, lambda data: [(0, content(MBR + 'altmbr.bin')), (439, b'\0')],
        'that says 0', 'Partition 1 has a boot sector')
changed('altmbr.bin with a number that is not there', 'altmbr-number', FAT16,
        lambda data: [(0, content(MBR + 'altmbr.bin')), (439, b'\3')], 'that says 3', 'byte 1B7h')
changed('a flag of 01h', 'boot-flag', FAT16, lambda data: [(446, b'\1')], 'flag 01h', 'offset 1BEh', 'Write 80h')
changed('a partition far behind the end', 'partition-beyond', FAT16, lambda data: [(454, struct.pack('<I', 0x7FFFFFFF))],
        'LBA 2147483647', 'LBA 2048', 'offset 1C6h')

changed('an empty entry that is active', 'no-active', FAT16, lambda data: [(446, b'\0'), (462, b'\x80')], 'entry 2 is active',
        'it is empty', 'sfdisk -A IMAGE 1')
changed('an empty table', 'no-active', FAT16, lambda data: [(446, bytes(64))], 'is empty', 'LBA 2048')
changed('a boot sector that its backup has', 'partition-start', FAT32,
        lambda data: [(struct.unpack_from('<Q', data, 1024 + 32)[0] * 512, bytes(512))], 'backup boot sector is at LBA 2054', 'skip=2054 seek=2048')


@case('two attributes in a GPT', 'gpt-attributes', '1 and 2 have it', 'sgdisk -A 2:clear:2', needs=(FAT32,))
def _(folder, corpus, broken):
    path = patched(os.path.join(corpus, FAT32), os.path.join(folder, 'disk.img'), [])
    os.truncate(path, os.path.getsize(path) + (8 << 20))
    subprocess.run(['sgdisk', '-e', '-n', '2:0:0', *(['-A', '2:set:2'] if broken else []), path], check=True, stdout=subprocess.DEVNULL)
    return path, ['--as', 'hd', *SYSLINUX, '--limit', '10s']


@case("a disk's image in a partition", 'disk-in-partition', 'Call 4 ', 'whole disk', 'LBA 2048', needs=(FAT16,))
def _(folder, corpus, broken):
    data = content(os.path.join(corpus, FAT16))
    path = os.path.join(folder, 'disk.img')
    with open(path, 'wb') as f:
        f.write(data[:VOLUME] + data if broken else data)
    return path, ['--as', 'hd', *SYSLINUX, '--limit', '5s']


# --- GRUB's boot.img

GRUB_OK = ['--until', 'screen:CORPUS-GRUB-GPT-OK']
changed("GRUB's drive", 'grub-drive', GRUB, lambda data: [(0x64, b'\x81')], 'drive 81h', 'Write FFh', until=GRUB_OK)
changed('boot.img as it comes', 'grub-core', GRUB, lambda data: [(0x5C, bytes(8))], 'begins at LBA 0', 'begins at LBA 34', until=GRUB_OK)
changed("the segment of GRUB's list", 'grub-damaged', GRUB, lambda data: [(34 * 512 + 510, b'\0\x10')], 'segment 1000h', '0820h',
        until=GRUB_OK)
changed("the code of GRUB's core.img", 'grub-damaged', GRUB, lambda data: [(35 * 512 + 30, bytes(60))], 'overwritten', until=GRUB_OK)


# --- isohybrid

def isolinux_at(data):
    catalog = struct.unpack_from('<I', data, 17 * 2048 + 0x47)[0] * 2048
    return struct.unpack_from('<I', data, catalog + 40)[0] * 2048


ISO_OK = ['--until', 'screen:CORPUS']
changed("isohybrid's pointer", 'isohybrid-pointer', HYBRID, lambda data: [(432, struct.pack('<I', 100))], 'LBA 100', 'is at LBA 136',
        'Run isohybrid', until=ISO_OK)
changed("isohybrid's mark", 'isohybrid-pointer', HYBRID, lambda data: [(isolinux_at(data) + 64, bytes(4))], 'no such mark', until=ISO_OK)
changed('mbr.bin on an isohybrid', 'isohybrid-mbr', HYBRID, lambda data: [(0, content(MBR + 'mbr.bin')[:440])], 'Call 4 ',
        'begins at LBA 0', until=ISO_OK)
changed('an isohybrid without its code', 'isohybrid-no-code', HYBRID, lambda data: [(0, bytes(440))], 'no code', 'isohybrid', until=ISO_OK)


# --- Attached as something else

def attached(name, medium, attach, until):
    @case(name, 'wrong-attach', 'attached as', needs=(medium,))
    def _(folder, corpus, broken):
        right = 'floppy' if attach == 'hd' else 'hd'
        return os.path.join(corpus, medium), ['--as', attach if broken else right, *until, '--limit', '10s']


attached('a hard disk as a floppy', FAT16, 'floppy', SYSLINUX)
attached("GRUB's hard disk as a floppy", GRUB, 'floppy', GRUB_OK)


@case('a floppy that is cut short', 'outside-geometry', 'cut short', '1269760 bytes are missing', needs=(FLOPPY,))
def _(folder, corpus, broken):
    path = patched(os.path.join(corpus, FLOPPY), os.path.join(folder, 'floppy.img'), [], 200 * 1024 if broken else None)
    return path, ['--as', 'floppy', *SYSLINUX]


@case('sectors of 2336 bytes', 'container', '2336 bytes', needs=(HYBRID,))
def _(folder, corpus, broken):
    data = content(os.path.join(corpus, HYBRID))
    path = os.path.join(folder, 'cd.bin')
    with open(path, 'wb') as f:
        f.write(b''.join(bytes(8) + data[at:at + 2048] + bytes(280) for at in range(0, len(data), 2048)) if broken else data)
    return path, ['--as', 'cd', *ISO_OK]
