"""More of cases.py: images in images, and CDs whose image or file system does not suit."""
import os
import struct

from cases import READ, case, cd, disk, eltorito
from cases_loaders import isolinux
from media import image, patched

PLAIN, FLOPPY, HARD_DISK = 'isolinux-plain.iso', 'syslinux-fat12-1440.img', 'eltorito-hd-syslinux.iso'


def memdisk(folder, corpus, data, options=''):
    """ISOLINUX starts MEMDISK with an image."""
    inner = os.path.join(folder, 'inner.img')
    with open(inner, 'wb') as f:
        f.write(data)
    text = f'default a\nprompt 0\nlabel a\n kernel memdisk\n initrd inner.img\n{options}'
    return isolinux(folder, text, ['ldlinux.c32'], [os.path.join(corpus, 'memdisk'), inner])


def content(corpus, name):
    with open(os.path.join(corpus, name), 'rb') as f:
        return f.read()


@case('MEMDISK without iso', 'memdisk-iso', 'poses as fd0', 'option iso', needs=('memdisk', PLAIN))
def _(folder, corpus, broken):
    path = memdisk(folder, corpus, content(corpus, PLAIN), '' if broken else ' append iso\n')
    return path, ['--until', 'screen:CORPUS|boot:']


@case('MEMDISK with a floppy that is cut short', 'memdisk-cut', 'cut short', '1474560', needs=('memdisk', FLOPPY))
def _(folder, corpus, broken):
    data = content(corpus, FLOPPY)
    return memdisk(folder, corpus, data[:100000] if broken else data), ['--until', 'screen:CORPUS-SYSLINUX']


@case('a hard disk on a CD without its table', 'boot-image-table', 'no partition', 'with an MBR', needs=(HARD_DISK,))
def _(folder, corpus, broken):
    data = content(corpus, HARD_DISK)
    catalog = struct.unpack_from('<I', data, 17 * 2048 + 0x47)[0]
    begin = struct.unpack_from('<I', data, catalog * 2048 + 40)[0] * 2048
    changes = [(begin + 446, bytes(64))] if broken else []
    return (patched(os.path.join(corpus, HARD_DISK), os.path.join(folder, 'cd.iso'), changes),
            ['--as', 'cd', '--until', 'screen:CORPUS-SYSLINUX'])


@case('a boot image of no sectors', 'boot-image-empty', '0 sectors', '-boot-load-size 4', needs=(PLAIN,))
def _(folder, corpus, broken):
    return cd(folder, corpus, [(eltorito(corpus) * 2048 + 38, b'\0\0')] if broken else [])


@case('a CD with UDF only', 'udf-only', 'UDF', needs=(PLAIN,))
def _(folder, corpus, broken):
    if not broken:
        return cd(folder, corpus, [])
    marks = [((16 + i) * 2048, b'\0' + name + b'\1') for i, name in enumerate((b'BEA01', b'NSR02', b'TEA01'))]
    return image(os.path.join(folder, 'udf.iso'), 4 << 20, marks), ['--as', 'cd']


@case('a DOSEMU image', 'container', 'DOSEMU', 'skip=1')
def _(folder, corpus, broken):
    path, args = disk(folder, READ)
    if broken:
        with open(path, 'rb') as f:
            data = f.read()
        with open(path, 'wb') as f:
            f.write(b'DOSEMU\0'.ljust(128, b'\0') + data)
    return path, args


@case('a hard disk on a CD whose partition ends within a cylinder', 'boot-image-geometry', '16 heads and 12 sectors', 'head 254',
      needs=(HARD_DISK,))
def _(folder, corpus, broken):
    data = content(corpus, HARD_DISK)
    catalog = struct.unpack_from('<I', data, 17 * 2048 + 0x47)[0]
    begin = struct.unpack_from('<I', data, catalog * 2048 + 40)[0] * 2048
    changes = [(begin + 446 + 5, bytes((15, 12, 3)))] if broken else []  # the end's CHS
    return (patched(os.path.join(corpus, HARD_DISK), os.path.join(folder, 'cd.iso'), changes),
            ['--as', 'cd', '--until', 'screen:CORPUS-SYSLINUX'])
