"""More of cases.py: files that are no media, given as disks."""
import os
import struct
import subprocess

from cases import READ, UNTIL, case, disk, payload
from cases_loaders import isolinux
from media import START, assemble, image

FLOPPY = 'syslinux-fat12-1440.img'


def raw(folder, name, data):
    """The bytes as a hard disk."""
    path = os.path.join(folder, name)
    with open(path, 'wb') as f:
        f.write(data)
    return path, ['--as', 'hd', *UNTIL]


def loader_file(name, path, *words, needs=()):
    @case(name, 'program-file', *words, needs=needs)
    def _(folder, corpus, broken):
        if not broken:
            return isolinux(folder, 'say OK\nprompt 1\nlabel a\n kernel a\n', ['ldlinux.c32']), UNTIL
        with open(path.replace('CORPUS', corpus), 'rb') as f:
            return raw(folder, 'disk.img', f.read())


loader_file('isolinux.bin as a disk', '/usr/lib/ISOLINUX/isolinux.bin', 'isolinux.bin', 'from CDs only', needs=('isolinux-menu.iso',))
loader_file('pxelinux.0 as a disk', '/usr/lib/PXELINUX/pxelinux.0', 'pxelinux.0', 'TFTP', needs=('isolinux-menu.iso',))
loader_file('memtest86+ as a disk', 'CORPUS/memtest86+x64.bin', 'Memtest86+ v6', '--kernel FILE',
            needs=('isolinux-menu.iso', 'memtest86+x64.bin'))


@case('core.img as a disk', 'program-file', "GRUB's core.img", 'grub-install', needs=('grub-rescue-floppy.img',))
def _(folder, corpus, broken):
    core = os.path.join(folder, 'core.img')
    subprocess.run(['grub-mkimage', '-O', 'i386-pc', '-p', '/boot/grub', '-o', core, 'biosdisk', 'part_msdos', 'fat'], check=True)
    return (core, ['--as', 'hd', *UNTIL]) if broken else disk(folder, READ)


@case('MEMDISK as a disk', 'program-file', 'MEMDISK', '--initrd IMAGE', needs=('memdisk', FLOPPY))
def _(folder, corpus, broken):
    memdisk, floppy = os.path.join(corpus, 'memdisk'), os.path.join(corpus, FLOPPY)
    until = ['--until', 'screen:CORPUS-SYSLINUX']
    return (memdisk, ['--as', 'hd', *until]) if broken else ('--kernel', [memdisk, '--initrd', floppy, *until])


@case('an ELF object as a disk', 'program-file', 'not linked', 'nasm -f bin')
def _(folder, corpus, broken):
    head = b'\x7fELF\1\1\1' + bytes(9) + struct.pack('<HHI', 1, 3, 1)
    return raw(folder, 'boot.o', head.ljust(2048, b'\0')) if broken else disk(folder, READ)


@case('a UEFI program as a disk', 'program-file', 'UEFI program', 'BOOTX64.EFI')
def _(folder, corpus, broken):
    program = bytearray(4096)
    program[0:2], program[0x3c:0x40], program[0x80:0x84] = b'MZ', struct.pack('<I', 0x80), b'PE\0\0'
    program[0x84:0x86] = struct.pack('<H', 0x8664)  # IMAGE_FILE_MACHINE_AMD64
    program[0x80 + 0x5c:0x80 + 0x5e] = struct.pack('<H', 10)  # IMAGE_SUBSYSTEM_EFI_APPLICATION
    return raw(folder, 'boot.efi', program) if broken else disk(folder, READ)


def text_case(name, content, *words):
    @case(f'{name} as a disk', 'program-file', name, *words)
    def _(folder, corpus, broken):
        return raw(folder, 'text', (content * 40).encode()) if broken else disk(folder, READ)


text_case('an iPXE script', '#!ipxe\ndhcp\nchain http://boot.example/menu.ipxe\n', 'EMBED=')
text_case('a configuration of GRUB', 'set timeout=5\nmenuentry "Live" {\n  linux /casper/vmlinuz\n}\n', '/boot/grub/grub.cfg')
text_case('a configuration of SYSLINUX', 'DEFAULT live\nLABEL live\n  KERNEL vmlinuz\n', 'isolinux.cfg')
text_case('a list of checksums', f'{"0123456789abcdef" * 4}  live-amd64.iso\n', 'sha256sum -c')
text_case('a text', 'To make a stick of it, see https://www.example.org and read on.\n', 'it is a text.')
text_case('a signature', '-----BEGIN PGP SIGNATURE-----\n\niQIzBAABCgAdFiEE\n', 'gpg --verify')


@case("an assembler's source as a disk", 'program-file', 'nasm -f bin')
def _(folder, corpus, broken):
    return raw(folder, 'boot.asm', (START * 4).encode()) if broken else disk(folder, READ)


@case('Intel HEX as a disk', 'program-file', 'objcopy -I ihex')
def _(folder, corpus, broken):
    return raw(folder, 'boot.hex', b':10000000FA31C08ED88EC08ED0BC007CFB880600BB\n' * 100) if broken else disk(folder, READ)


@case('a boot sector that was not padded', 'too-small', 'less than a sector', 'times 510')
def _(folder, corpus, broken):
    return raw(folder, 'boot.bin', assemble(folder, START + 'drive: jmp $\n')) if broken else disk(folder, READ)


@case('a boot sector that is too long', 'signature', 'offset 576', '66 bytes too long')
def _(folder, corpus, broken):
    data = b'\x90' * 576 + b'\x55\xaa'
    if not broken:
        return disk(folder, READ)
    return image(os.path.join(folder, 'long.img'), 1474560, [(0, data), (1024, payload(folder))]), ['--as', 'floppy', *UNTIL]
