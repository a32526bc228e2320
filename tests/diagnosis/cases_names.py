"""More of cases.py: kernels that are none, names that are not there, configurations that say nothing, MEMDISK's image."""
import os
import subprocess

from cases import case
from cases_images import FLOPPY, PLAIN, memdisk
from cases_loaders import isolinux, replaced
from media import patched

MENU = 'isolinux-menu.iso'
HELLO = ['--until', 'screen:HELLO', '--limit', '5s']


def file(folder, name, data):
    path = os.path.join(folder, name)
    with open(path, 'wb') as f:
        f.write(data)
    return path


# --- Kernels

def kernel(name, data, *words):
    @case(name, 'kernel-file', *words, needs=(MENU,))
    def _(folder, corpus, broken):
        text = f'{"default a" if broken else "say HELLO"}\nprompt {0 if broken else 1}\nlabel a\n kernel /isolinux/vmlinuz\n'
        return isolinux(folder, text, ['ldlinux.c32'], [file(folder, 'vmlinuz', data)]), HELLO


kernel('a kernel for ARM', b'MZ'.ljust(0x38, b'\0') + b'ARM\x64' + bytes(1 << 20), '/isolinux/vmlinuz', '64-bit ARM')
kernel('vmlinux', b'\x7fELF\2\1\1'.ljust(16, b'\0') + b'\2\0\x3e\0' + bytes(1 << 20), 'ELF file, such as vmlinux', 'bzImage')
kernel('a kernel that is packed', b'\x1f\x8b\x08' + bytes(1 << 16), 'gzip file')
kernel('an empty kernel', b'', 'is empty (0 bytes)')


@case('a kernel that is damaged', 'kernel-damaged', 'while it unpacks itself', needs=(PLAIN, 'vmlinuz'))
def _(folder, corpus, broken):
    changes = [(3 << 20, bytes(4096))] if broken else []
    path = patched(os.path.join(corpus, 'vmlinuz'), os.path.join(folder, 'kernel'), changes)
    text = 'default a\nprompt 0\nlabel a\n kernel kernel\n append console=ttyS0\n'
    return isolinux(folder, text, ['ldlinux.c32'], [path]), ['--until', 'serial:Linux version', '--mem', '256M']


# --- Names

def names(name, options, *words):
    """ISOLINUX and a module with a long name."""
    @case(name, 'iso-names', *words, needs=(MENU,))
    def _(folder, corpus, broken):
        text = 'default a\nprompt 0\nlabel a\n com32 my-own-module.c32\n'
        module = file(folder, 'my-own-module.c32', open('/usr/lib/syslinux/modules/bios/cat.c32', 'rb').read())
        modules = ['ldlinux.c32', 'libcom32.c32', 'libutil.c32']
        path = isolinux(folder, text if broken else text + 'say HELLO\nprompt 1\n', modules, [module])
        if broken:
            subprocess.run(['xorriso', '-as', 'mkisofs', '-quiet', '-o', path, *options, '-b', 'isolinux/isolinux.bin', '-c',
                            'isolinux/boot.cat', '-no-emul-boot', '-boot-load-size', '4', '-boot-info-table',
                            os.path.join(folder, 'tree')], check=True, stderr=subprocess.DEVNULL)
        return path, HELLO


names('long names without Rock Ridge', ['--norock', '-iso-level', '1'], 'my-own-module.c32', 'as /isolinux/my-own-m.c32', '-r')
names('long names for Joliet only', ['--norock', '-J', '-iso-level', '1'], 'for Joliet only', '-r')


def configuration(name, rule, data, *words, target='syslinux.cfg'):
    @case(name, rule, *words, needs=(FLOPPY,))
    def _(folder, corpus, broken):
        if broken:
            path, _ = replaced(folder, corpus, 'syslinux.cfg', b'')
            other = file(folder, 'configuration', data)
            subprocess.run(['mcopy', '-o', '-i', path, other, '::' + target], check=True, env=dict(os.environ, MTOOLS_SKIP_CHECK='1'))
        else:
            path = os.path.join(corpus, FLOPPY)
        return path, ['--until', 'screen:CORPUS-SYSLINUX', '--limit', '10s']


configuration('no such label', 'syslinux-label', b'default linux\nprompt 0\nlabel other\n linux memtest\n', 'DEFAULT linux',
              'it has other')
configuration('an empty configuration', 'syslinux-configuration', b'', 'is empty (0 bytes)')
configuration('a configuration in UTF-16', 'syslinux-configuration', 'default a\r\nlabel a\r\n linux memtest\r\n'.encode('utf-16'),
              'UTF-16')
configuration('a configuration with another name', 'syslinux-configuration', b'default a\nlabel a\n linux memtest\n',
              'SYSLINUX does not look for', 'Name it syslinux.cfg', target='isolinux.cfg')


configuration('a label without a kernel', 'syslinux-label', b'default a\nprompt 0\nlabel a\n append quiet\n', 'LABEL a', 'no KERNEL')


def hands_over(name, line, modules, *words):
    """The entry's drive is not attached."""
    @case(name, 'no-local-disk', *words, needs=(MENU,))
    def _(folder, corpus, broken):
        text = f'default a\nprompt 0\nlabel a\n {line}\n' if broken else 'say HELLO\nprompt 1\n'
        return isolinux(folder, text, ['ldlinux.c32', *modules]), HELLO


hands_over('LOCALBOOT without a disk', 'localboot 0', (), 'LOCALBOOT', 'drive 00h')
hands_over('chain.c32 without a disk', 'com32 chain.c32\n append hd0', ('chain.c32', 'libcom32.c32', 'libutil.c32'), 'chain.c32', 'drive 80h')


@case('menu.c32 as ldlinux.c32', 'syslinux-module', 'another module under that name', needs=(FLOPPY,))
def _(folder, corpus, broken):
    if not broken:
        return os.path.join(corpus, FLOPPY), ['--until', 'screen:CORPUS-SYSLINUX']
    with open('/usr/lib/syslinux/modules/bios/menu.c32', 'rb') as f:
        return replaced(folder, corpus, 'ldlinux.c32', f.read())


# --- MEMDISK

@case('MEMDISK without an image', 'memdisk-no-image', 'INITRD', needs=('memdisk', FLOPPY))
def _(folder, corpus, broken):
    if not broken:
        with open(os.path.join(corpus, FLOPPY), 'rb') as f:
            return memdisk(folder, corpus, f.read()), ['--until', 'screen:CORPUS-SYSLINUX']
    text = 'default a\nprompt 0\nlabel a\n kernel memdisk\n'
    return isolinux(folder, text, ['ldlinux.c32'], [os.path.join(corpus, 'memdisk')]), HELLO


def no_boot_sector(name, data, *words):
    @case(name, 'memdisk-no-boot-sector', *words, needs=('memdisk', FLOPPY))
    def _(folder, corpus, broken):
        with open(os.path.join(corpus, FLOPPY), 'rb') as f:
            floppy = f.read()
        return memdisk(folder, corpus, data if broken else floppy), ['--until', 'screen:CORPUS-SYSLINUX', '--limit', '10s']


no_boot_sector('MEMDISK with zeros', bytes(1474560), 'zeros', 'fd0')
no_boot_sector('MEMDISK with a qcow2 image', b'QFI\xfb' + bytes(2000000), 'qcow2')
