"""More of cases.py: CDs that start a wrong file, or say wrongly where their root directory is; kernels without memory."""
import os
import struct

from cases import case
from cases_loaders import isolinux, run
from media import patched

MENU = 'isolinux-menu.iso'
HELLO = ['--as', 'cd', '--until', 'screen:HELLO', '--limit', '5s']
SAY = 'say HELLO\nprompt 1\nlabel a\n kernel a\n'


def started(name, file, *words, make=None, info=True):
    """xorriso's -b names another file than isolinux.bin."""
    @case(name, 'boot-image-elsewhere', 'starts /isolinux/' + os.path.basename(file), '/isolinux/isolinux.bin is at LBA', 'with -b', *words,
          needs=(MENU, 'vmlinuz'))
    def _(folder, corpus, broken):
        source = os.path.join(folder, os.path.basename(file)) if make else file.replace('CORPUS', corpus)
        if make:
            run(*make, '-o', source)
        path = isolinux(folder, SAY, ['ldlinux.c32'], [] if file.endswith(('.cfg', '.c32')) else [source])
        if broken:
            run('xorriso', '-as', 'mkisofs', '-quiet', '-o', path, '-r', '-b', 'isolinux/' + os.path.basename(file), '-c',
                'isolinux/boot.cat', '-no-emul-boot', '-boot-load-size', '4', *(['-boot-info-table'] if info else []),
                os.path.join(folder, 'tree'))
        return path, HELLO


started('-b isohdpfx.bin', '/usr/lib/ISOLINUX/isohdpfx.bin', 'code of an MBR')
started('-b isolinux.cfg', 'isolinux.cfg', 'a configuration of SYSLINUX', info=False)
started('-b ldlinux.c32', 'ldlinux.c32', 'an ELF program')
started('-b pxelinux.0', '/usr/lib/PXELINUX/pxelinux.0', 'PXELINUX')
started('-b vmlinuz', 'CORPUS/vmlinuz', 'a Linux kernel', info=False)
started('-b core.img', 'core.img', "GRUB's core.img", make=['grub-mkimage', '-O', 'i386-pc', '-p', '/boot/grub', 'biosdisk', 'iso9660'])


def root(name, where, *words):
    """The root directory's record of the volume descriptor (ECMA-119, 8.4.18), in both byte orders."""
    @case(name, 'iso-root', 'bytes 9Eh-A1h', 'By the path table', *words, needs=(MENU,))
    def _(folder, corpus, broken):
        path = isolinux(folder, SAY, ['ldlinux.c32'])
        with open(path, 'rb') as f:
            f.seek(16 * 2048 + 158)
            lba = struct.unpack('<I', f.read(4))[0]
        record = struct.pack('<I', where(lba)) + struct.pack('>I', where(lba))
        return patched(path, path, [(16 * 2048 + 158, record)] if broken else []), HELLO


root('a root directory behind the end', lambda lba: 3000, 'LBA 3000', 'does not get')
root('a root directory that is none', lambda lba: lba + 1, 'that is no directory')


def memory(name, size, *words):
    """The setup header's init_size and pref_address (Linux boot protocol 2.10) are more than the PC has."""
    @case(name, 'kernel-memory', f'the PC has {size} MiB', *words, needs=(MENU, 'vmlinuz', 'initrd.gz'))
    def _(folder, corpus, broken):
        text = 'default a\nprompt 0\nlabel a\n kernel vmlinuz\n append initrd=initrd.gz console=ttyS0\n'
        path = isolinux(folder, text, ['ldlinux.c32'], [os.path.join(corpus, n) for n in ('vmlinuz', 'initrd.gz')])
        return path, ['--as', 'cd', '--until', 'serial:Linux version', '--mem', f'{size}M' if broken else '256M', '--limit', '20s']


memory('a kernel without memory', 8, 'Bad file number')
memory('a kernel and an initrd without memory', 24, 'Invalid argument', 'its initrd')
