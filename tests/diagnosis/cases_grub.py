"""More of cases.py: GRUB's modules, its core.img's modules, and lines of its menu that it refuses."""
import os
import shutil

from cases import case
from cases_loaders import grub, run

PLATFORM = '/usr/lib/grub/i386-pc/'
WHOLE = ('normal', 'configfile', 'echo', 'sleep', 'test')
CD_OK = ['--as', 'cd', '--until', 'screen:OK, this is the menu', '--limit', '10s']


def module(name, change, *words):
    """normal.mod with other bytes."""
    @case(name, 'grub-module', '/boot/grub/i386-pc/normal.mod', *words, needs=('grub-gpt-fat16.img',))
    def _(folder, corpus, broken):
        path, args = grub(folder, '(hd0,msdos1)/boot/grub', ())
        if broken:
            with open(PLATFORM + 'normal.mod', 'rb') as f:
                data = change(bytearray(f.read()))
            other = os.path.join(folder, 'normal.mod')
            with open(other, 'wb') as f:
                f.write(data)
            run('mcopy', '-o', '-i', path + '@@1M', other, '::boot/grub/i386-pc/normal.mod')
        return path, args


module("a module of another version", lambda data: data.replace(b'grub_env_get\0', b'grub_env_foo\0'), 'symbol `grub_env_foo', 'which needs it')
module('a module that is cut short', lambda data: data[:3000], 'cut short', 'the file has 3000')
module('a module for 64 bits', lambda data: data[:4] + b'\2' + data[5:18] + b'\x3e' + data[19:], 'for 64 bits')


def entry(name, menu, *words, modules=()):
    @case(name, 'grub-entry', *words, needs=('grub-gpt-fat16.img',))
    def _(folder, corpus, broken):
        text = ['set timeout=0\nmenuentry x {\n' + menu + '}\n'] if broken else []
        path, args = grub(folder, '(hd0,msdos1)/boot/grub', (*WHOLE, 'linux', 'minicmd', *modules), *text)
        with open(os.path.join(folder, 'kernel'), 'wb') as f:
            f.write(b'\x7fELF\1\1\1'.ljust(20000, b'\0'))
        run('mcopy', '-i', path + '@@1M', os.path.join(folder, 'kernel'), '::boot/kernel')
        return path, args


entry('initrd before linux', ' initrd /boot/kernel\n', 'must come before initrd', '(hd0,msdos1)/boot/grub/grub.cfg')
entry('linuxefi for a BIOS', ' linuxefi /boot/kernel\n', 'GRUB for UEFI', 'linux and initrd')
entry('a command that no module has', ' frobnicate /boot/kernel\n', "can't find command `frobnicate'", 'Check its spelling')
entry('no Multiboot header', ' multiboot /boot/kernel\n', 'first 8192 bytes', modules=('multiboot',))


@case('if without fi', 'grub-no-menu', '1 if and 0 fi', '(hd0,msdos1)/boot/grub/grub.cfg', needs=('grub-gpt-fat16.img',))
def _(folder, corpus, broken):
    return grub(folder, '(hd0,msdos1)/boot/grub', WHOLE, *(['if [ 1 = 1 ]; then\n echo hello\n'] if broken else []))


# --- CDs

def grub_cd(folder, modules, cfg='echo OK, this is the menu\nsleep 9\n'):
    """GRUB's image for CDs, and its menu."""
    tree, core, path = (os.path.join(folder, name) for name in ('tree', 'core.img', 'cd.iso'))
    os.makedirs(os.path.join(tree, 'boot', 'grub', 'i386-pc'))
    with open(os.path.join(tree, 'boot', 'grub', 'grub.cfg'), 'w') as f:
        f.write(cfg)
    run('grub-mkimage', '-O', 'i386-pc', '-p', '/boot/grub', '-o', core, *modules)
    with open(os.path.join(tree, 'boot', 'grub', 'eltorito.img'), 'wb') as out:
        for name in (PLATFORM + 'cdboot.img', core):
            with open(name, 'rb') as f:
                shutil.copyfileobj(f, out)
    run('xorriso', '-as', 'mkisofs', '-quiet', '-o', path, '-r', '-b', 'boot/grub/eltorito.img', '-c', 'boot/boot.cat',
        '-no-emul-boot', '-boot-load-size', '4', '-boot-info-table', tree)
    return path, CD_OK


@case('core.img without its file system', 'grub-prefix', 'needs the module iso9660', needs=('grub-gpt-fat16.img',))
def _(folder, corpus, broken):
    return grub_cd(folder, ('biosdisk', 'fat') if broken else ('biosdisk', 'iso9660', *WHOLE))


@case('core.img without biosdisk', 'grub-prefix', "disk `hd96'", 'drive that it was booted from, E0h', needs=('grub-gpt-fat16.img',))
def _(folder, corpus, broken):
    return grub_cd(folder, ('iso9660', *(() if broken else ('biosdisk', *WHOLE))))


@case('a disk that the PC does not have', 'grub-no-device', 'hd0 cannot get C/H/S values', needs=('grub-gpt-fat16.img',))
def _(folder, corpus, broken):
    modules = ('biosdisk', 'iso9660', *WHOLE, 'chain')
    menu = ['set timeout=0\nmenuentry x {\n set root=(hd0)\n chainloader +1\n}\n'] if broken else []
    return grub_cd(folder, modules, *menu)
