"""More of cases.py: SYSLINUX and GRUB, whose files lie elsewhere than they were told, or are others."""
import os
import shutil
import struct
import subprocess

from cases import case
from media import entry, patched

FAT16 = 'syslinux-mbr-fat16.img'
VOLUME = 1 << 20  # where its partition begins
SYSLINUX = ['--until', 'screen:CORPUS-SYSLINUX']
MTOOLS = dict(os.environ, MTOOLS_SKIP_CHECK='1')


def run(*words):
    subprocess.run(words, check=True, env=MTOOLS, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Fat16:
    """A FAT16 volume in an image (FAT specification, 3.1 and 4)."""

    def __init__(self, data, begin):
        self.data, self.begin = data, begin
        self.per_cluster, reserved, self.fats = struct.unpack_from('<BHB', data, begin + 13)
        roots, self.per_fat = struct.unpack_from('<H', data, begin + 17)[0], struct.unpack_from('<H', data, begin + 22)[0]
        self.fat = begin + reserved * 512
        self.root = self.fat + self.fats * self.per_fat * 512
        self.first = self.root + roots * 32

    def start_of(self, name):
        at = self.data.index(name, self.root, self.first)
        return struct.unpack_from('<H', self.data, at + 26)[0]

    def place(self, cluster):
        return self.first + (cluster - 2) * self.per_cluster * 512

    def next(self, cluster):
        return struct.unpack_from('<H', self.data, self.fat + 2 * cluster)[0]

    def link(self, cluster, to):
        for copy in range(self.fats):
            struct.pack_into('<H', self.data, self.fat + copy * self.per_fat * 512 + 2 * cluster, to)

    def move_tail(self, cluster, to):
        """What follows `cluster` goes to `to` and on; 5Ah bytes stay behind."""
        size, previous = self.per_cluster * 512, cluster
        cluster = self.next(cluster)
        while cluster < 0xFFF8:
            after, old, new = self.next(cluster), self.place(cluster), self.place(to)
            self.data[new:new + size] = self.data[old:old + size]
            self.data[old:old + size] = b'\x5a' * size
            self.link(cluster, 0)
            self.link(previous, to)
            self.link(to, 0xFFFF)
            previous, cluster, to = to, after, to + 1


def stick(folder, corpus, change, broken):
    """The corpus's SYSLINUX stick; `change` breaks its volume."""
    with open(os.path.join(corpus, FAT16), 'rb') as f:
        data = bytearray(f.read())
    if broken:
        change(Fat16(data, VOLUME))
    path = os.path.join(folder, 'stick.img')
    with open(path, 'wb') as f:
        f.write(data)
    return path, ['--as', 'hd', *SYSLINUX]


@case('ldlinux.sys moved behind its first cluster', 'syslinux-sectors', 'by its own list', 'Run syslinux', needs=(FAT16,))
def _(folder, corpus, broken):
    return stick(folder, corpus, lambda fat: fat.move_tail(fat.start_of(b'LDLINUX SYS') + 2, 5000), broken)


@case('ldlinux.sys changed', 'syslinux-sectors', 'checksum', needs=(FAT16,))
def _(folder, corpus, broken):
    def change(fat):
        at = fat.place(fat.start_of(b'LDLINUX SYS')) + 20 * 512
        fat.data[at:at + 512] = bytes(512)
    return stick(folder, corpus, change, broken)


@case('ldlinux.sys that was not written', 'syslinux-sectors', 'and finds zeros', 'Write the image again', needs=(FAT16,))
def _(folder, corpus, broken):
    def change(fat):
        at = fat.place(fat.start_of(b'LDLINUX SYS'))
        fat.data[at:] = bytes(len(fat.data) - at)
    return stick(folder, corpus, change, broken)


def replaced(folder, corpus, name, data):
    """The corpus's SYSLINUX floppy with other bytes in a file; without it when there are none."""
    path = os.path.join(folder, 'floppy.img')
    shutil.copy(os.path.join(corpus, 'syslinux-fat12-1440.img'), path)
    run('mattrib', '-r', '-h', '-s', '-i', path, '::' + name)
    run('mdel', '-i', path, '::' + name)
    if data:
        other = os.path.join(folder, 'other')
        with open(other, 'wb') as f:
            f.write(data)
        run('mcopy', '-i', path, other, '::' + name)
    return path, SYSLINUX


def floppy(corpus):
    return os.path.join(corpus, 'syslinux-fat12-1440.img'), SYSLINUX


@case('a module of SYSLINUX 4', 'syslinux-module', '/ldlinux.c32 is there', 'SYSLINUX 3 or 4', needs=('syslinux-fat12-1440.img',))
def _(folder, corpus, broken):
    # mov eax, 21CD4CFFh: how COM32 programs began (Syslinux, doc/comboot.txt)
    return replaced(folder, corpus, 'ldlinux.c32', b'\xb8\xff\x4c\xcd\x21' + bytes(5000)) if broken else floppy(corpus)


@case('a module cut short', 'syslinux-module', 'cut short', 'the file has 50000', needs=('syslinux-fat12-1440.img',))
def _(folder, corpus, broken):
    with open('/usr/lib/syslinux/modules/bios/ldlinux.c32', 'rb') as f:
        return replaced(folder, corpus, 'ldlinux.c32', f.read(50000)) if broken else floppy(corpus)


@case('no configuration', 'syslinux-configuration', 'the medium holds none', needs=('syslinux-fat12-1440.img',))
def _(folder, corpus, broken):
    return replaced(folder, corpus, 'syslinux.cfg', b'') if broken else floppy(corpus)


def isolinux(folder, configuration, modules, files=()):
    """An ISOLINUX CD with modules of the package, other files, and `configuration`."""
    tree = os.path.join(folder, 'tree', 'isolinux')
    os.makedirs(tree)
    for name in ('/usr/lib/ISOLINUX/isolinux.bin', *(f'/usr/lib/syslinux/modules/bios/{f}' for f in modules), *files):
        shutil.copy(name, tree)
    with open(os.path.join(tree, 'isolinux.cfg'), 'w') as f:
        f.write(configuration)
    path = os.path.join(folder, 'cd.iso')
    run('xorriso', '-as', 'mkisofs', '-quiet', '-o', path, '-r', '-J', '-b', 'isolinux/isolinux.bin', '-c', 'isolinux/boot.cat',
        '-no-emul-boot', '-boot-load-size', '4', '-boot-info-table', os.path.dirname(tree))
    return path


@case("a module's library", 'file-missing', 'Failed to load libutil.c32', 'no file libutil.c32', needs=('isolinux-menu.iso',))
def _(folder, corpus, broken):
    files = ['ldlinux.c32', 'menu.c32', 'libcom32.c32', *([] if broken else ['libutil.c32'])]
    return isolinux(folder, 'ui menu.c32\nmenu title A MENU\nlabel a\n kernel a\n', files), ['--until', 'screen:A MENU', '--limit', '5s']


@case('a kernel that is not there', 'file-missing', 'Loading kernel... failed', 'no file kernel', needs=('isolinux-menu.iso',))
def _(folder, corpus, broken):
    text = 'default a\nprompt 0\nlabel a\n kernel kernel\n' if broken else 'say OK\nprompt 1\nlabel a\n kernel kernel\n'
    return isolinux(folder, text, ['ldlinux.c32']), ['--until', 'screen:OK', '--limit', '5s']


# --- GRUB

def grub(folder, prefix, modules, menu='echo OK, this is the menu\nsleep 5\n'):
    """GRUB behind the MBR of a disk with a FAT16 partition at 2048, which has its modules and a menu in /boot/grub."""
    volume, tree, core = (os.path.join(folder, name) for name in ('volume.img', 'boot', 'core.img'))
    platform = '/usr/lib/grub/i386-pc'
    os.makedirs(os.path.join(tree, 'grub', 'i386-pc'))
    needed = ('normal', 'terminal', 'crypto', 'extcmd', 'gettext', 'bufio', 'verifiers', 'boot', 'datetime', 'echo', 'gcry_sha256',
              'gcry_sha512', 'pbkdf2', 'priority_queue', 'net', 'acpi', 'mmap', 'configfile')
    for name in (*(f'{m}.mod' for m in needed), 'command.lst', 'fs.lst', 'crypto.lst', 'terminal.lst', 'partmap.lst', 'moddep.lst'):
        if os.path.exists(os.path.join(platform, name)):
            shutil.copy(os.path.join(platform, name), os.path.join(tree, 'grub', 'i386-pc'))
    with open(os.path.join(tree, 'grub', 'grub.cfg'), 'w') as f:
        f.write(menu)
    run('mkfs.fat', '-F', '16', '-h', '2048', '-C', volume, '16384')
    run('mcopy', '-s', '-i', volume, tree, '::boot')
    run('grub-mkimage', '-O', 'i386-pc', '-p', prefix, '-o', core, 'biosdisk', 'part_msdos', 'fat', *modules)
    with open(core, 'rb') as f:
        core = bytearray(f.read())
    struct.pack_into('<Q', core, 500, 2)  # its block list, as grub-bios-setup writes it
    with open(os.path.join(platform, 'boot.img'), 'rb') as f:
        mbr = bytearray(f.read(440).ljust(512, b'\0'))
    struct.pack_into('<Q', mbr, 0x5C, 1)
    mbr[0x66:0x68] = b'\x90\x90'
    mbr[446:462] = entry(2048, 32768)
    mbr[510:512] = b'\x55\xaa'
    with open(volume, 'rb') as f:
        data = f.read()
    path = os.path.join(folder, 'disk.img')
    with open(path, 'wb') as f:
        f.write((bytes(mbr) + bytes(core)).ljust(VOLUME, b'\0') + data)
    return path, ['--as', 'hd', '--until', 'screen:OK, this is the menu', '--limit', '10s']


@case("GRUB's prefix", 'grub-prefix', 'no such partition', '(hd0,msdos1)/boot/grub', needs=('grub-gpt-fat16.img',))
def _(folder, corpus, broken):
    return grub(folder, '(hd0,msdos5)/boot/grub' if broken else '(hd0,msdos1)/boot/grub', ())


@case("GRUB's menu", 'grub-no-menu', '(hd0,msdos1)/boot/grub/grub.cfg', needs=('grub-gpt-fat16.img',))
def _(folder, corpus, broken):
    return grub(folder, '(hd0,msdos1)/grub' if broken else '(hd0,msdos1)/boot/grub', ('normal', 'configfile', 'echo', 'sleep'))


@case("a volume that GRUB's menu names", 'grub-no-device', 'no such device: DEAD-BEEF', '(hd0,msdos1) (UUID', needs=('grub-gpt-fat16.img',))
def _(folder, corpus, broken):
    menu = 'set timeout=0\nmenuentry x {\n search --set=root --fs-uuid DEAD-BEEF\n linux /vmlinuz\n}\n'
    modules = ('normal', 'configfile', 'echo', 'sleep', 'search', 'search_fs_uuid', 'linux', 'minicmd')
    return grub(folder, '(hd0,msdos1)/boot/grub', modules, *([menu] if broken else []))


@case('a kernel for ARM under GRUB', 'kernel-file', '/boot/vmlinuz', '64-bit ARM', needs=('grub-gpt-fat16.img',))
def _(folder, corpus, broken):
    menu = 'set timeout=0\nmenuentry x {\n linux /boot/vmlinuz\n}\n'
    modules = ('normal', 'configfile', 'echo', 'sleep', 'linux', 'minicmd')
    path, args = grub(folder, '(hd0,msdos1)/boot/grub', modules, *([menu] if broken else []))
    kernel = os.path.join(folder, 'vmlinuz')
    with open(kernel, 'wb') as f:
        f.write(b'MZ'.ljust(0x38, b'\0') + b'ARM\x64' + bytes(100000))
    run('mcopy', '-i', path + '@@1M', kernel, '::boot/vmlinuz')
    return path, args


@case("an entry of GRUB's menu that is not closed", 'grub-no-menu', 'has 1 { and 0 }', '(hd0,msdos1)/boot/grub/grub.cfg',
      needs=('grub-gpt-fat16.img',))
def _(folder, corpus, broken):
    menu = ['menuentry x {\n echo OK\n'] if broken else []
    return grub(folder, '(hd0,msdos1)/boot/grub', ('normal', 'configfile', 'echo', 'sleep'), *menu)
