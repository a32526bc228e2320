"""One boot for each rule of the diagnosis: a medium with the fault, and the same medium repaired."""
import os
import shutil
import struct
import subprocess
import zlib

from media import END, PRINT_OK, START, assemble, boot_sector, entry, image, patched, payload, sector

UNTIL = ['--until', 'screen:OK']
READ = '''
    mov si, dap
    mov ah, 0x42
    mov dl, [drive]
    int 0x13
    jc failed
    jmp 0x0000:0x8000
failed:
    jmp failed
'''


class Case:
    """`broken` and `fixed` make (image, arguments) in a folder; the diagnosis has `rule` and all of `words`."""

    def __init__(self, name, rule, words, broken, fixed, needs=()):
        self.name, self.rule, self.words, self.broken, self.fixed, self.needs = name, rule, words, broken, fixed, needs


CASES = []


def case(name, rule, *words, needs=()):
    def add(make):
        CASES.append(Case(name, rule, words, lambda *a: make(*a, True), lambda *a: make(*a, False), needs))
        return make
    return add


def disk(folder, body, pieces=(), size=1 << 20, extra=(), **kinds):
    """A hard disk with a boot sector and a payload in sector 1."""
    code = sector(folder, body, **kinds)
    path = image(os.path.join(folder, 'disk.img'), size, [(0, code), (512, payload(folder)), *pieces])
    return path, ['--as', 'hd', *UNTIL, *extra]


# --- Reads

@case('past the end', 'past-end', 'LBA 5000', 'number itself is wrong')
def _(folder, corpus, broken):
    return disk(folder, (f'mov dword [dap_lba], {5000 if broken else 1}\n') + READ)


@case('cut short', 'past-end', 'cut short', 'partition 1')
def _(folder, corpus, broken):
    table = (446, entry(2048, 4096))
    path, args = disk(folder, 'mov dword [dap_lba], 3000\n' + READ, [table, (3000 * 512, payload(folder))], 6144 * 512)
    if broken:
        os.truncate(path, 2500 * 512)
    return path, args


@case('no such drive', 'no-such-drive', '81h', 'does not exist')
def _(folder, corpus, broken):
    return disk(folder, ('mov byte [drive], 0x81\n' if broken else '') + READ)


@case('an empty drive', 'no-medium-in-drive', 'floppy 00h', 'is empty')
def _(folder, corpus, broken):
    body = f'''
        mov ax, 0x201
        mov bx, 0x8000
        mov cx, 2
        mov dh, 0
        mov dl, {0 if broken else '[drive]'}
        int 0x13
        jc failed
        jmp 0x0000:0x8000
    failed:
        jmp failed
    '''
    return disk(folder, body, extra=['--floppy', 'none'])


@case('no extensions on floppies', 'no-extensions', 'floppies')
def _(folder, corpus, broken):
    path, args = disk(folder, READ, size=1474560)
    return path, ['--as', 'floppy' if broken else 'hd', *UNTIL]


@case('no packet', 'bad-packet', 'first byte is')
def _(folder, corpus, broken):
    return disk(folder, READ.replace('mov si, dap', 'mov si, dap + 2') if broken else READ)


@case('too many sectors', 'too-many-sectors', '200 sectors', '127')
def _(folder, corpus, broken):
    return disk(folder, f'mov word [dap_count], {200 if broken else 2}\n' + READ)


def chs_floppy(folder, head, offset, count, sec=2):
    body = f'''
        mov ax, {0x200 + count}
        mov cx, {sec}
        mov dh, {head}
        mov dl, [drive]
        mov bx, {offset}
        int 0x13
        jc failed
        jmp 0x0000:{offset if offset == 0x8000 else 'ok'}
    failed:
        jmp failed
    '''
    path, _ = disk(folder, body, size=1474560)
    return path, ['--as', 'floppy', *UNTIL]


@case('DMA boundary', 'dma-boundary', '10000h', '64 KiB')
def _(folder, corpus, broken):
    return chs_floppy(folder, 0, 0xFC00 if broken else 0x9000, 4)


@case('outside of the geometry', 'outside-geometry', 'CHS 0/5/2', '2 heads')
def _(folder, corpus, broken):
    return chs_floppy(folder, 5 if broken else 0, 0x8000, 1)


@case('bad sector', 'unreadable', '--fail-read', 'LBA 1')
def _(folder, corpus, broken):
    return disk(folder, READ, extra=['--fail-read', 'lba=1:10'] if broken else [])


@case('unknown function', 'missing-function', '13h/5Ah')
def _(folder, corpus, broken):
    return disk(folder, '''
        mov ah, 0x5a
        mov dl, [drive]
        int 0x13
    ''' + ('jc failed\n' if broken else '') + READ)


# --- Code that is none

@case('zeros on the medium', 'empty-sector', 'sector 5', 'zeros on the medium')
def _(folder, corpus, broken):
    return disk(folder, f'mov dword [dap_lba], {5 if broken else 1}\n' + READ)


@case('elsewhere in memory', 'nothing-loaded', '0880:0000', 'call 2 loaded')
def _(folder, corpus, broken):
    return disk(folder, READ.replace('0x0000:0x8000', '0x0880:0x0000' if broken else '0x0800:0x0000')
                .replace('jmp 0x0800:0x0000', 'jmp 0x0000:0x8000'))


@case('far return to nowhere', 'nothing-loaded', 'BIOS')
def _(folder, corpus, broken):
    return disk(folder, 'push word 0\npush word 0\nretf\n' if broken else READ)


@case('data', 'ran-data', 'no code')
def _(folder, corpus, broken):
    return disk(folder, f'mov dword [dap_lba], {7 if broken else 1}\n' + READ, [(7 * 512, b'\xff' * 512)])


@case('over the code', 'overwrote-code', 'over the code')
def _(folder, corpus, broken):
    to = 'mov word [dap_segment], 0\nmov word [dap_offset], 0x7c00\n' if broken else ''
    return disk(folder, to + READ, [(512, b'\xff' * 512)] if broken else [])


@case('over the stack', 'overwrote-stack', 'stack', '0000:80F0')
def _(folder, corpus, broken):
    body = f'mov sp, {0x80F8 if broken else 0x7C00}\n' + '''
        push word ok
        call load
        ret
    load:
        pusha
        mov si, dap
        mov ah, 0x42
        mov dl, [drive]
        int 0x13
        popa
        ret
    '''
    return disk(folder, body.replace('pusha', 'push ax\npush si').replace('popa', 'pop si\npop ax'), [(512, b'\xff' * 512)])


@case('over the vectors', 'overwrote-bios', 'interrupt vectors')
def _(folder, corpus, broken):
    return disk(folder, ('mov word [dap_segment], 0\n' if broken else '') + READ, [(512, b'\xff' * 512)] if broken else [])


@case('into video memory', 'loaded-into-rom', 'A0000h')
def _(folder, corpus, broken):
    to = 'mov word [dap_segment], 0xc800\n' if broken else ''
    jump = READ.replace('jmp 0x0000:0x8000', 'jmp far [dap_offset]')
    return disk(folder, to + jump.replace('jmp far [dap_offset]', 'jmp 0xc800:0' if broken else 'jmp 0:0x8000'))


# --- Registers

BARE = '''
    org {org}
    bits 16
start:
    {start}
    mov ah, 0x42
    mov si, dap
    int 0x13
    jc $
    jmp 0x0000:0x8000
dap: db 0x10, 0
    dw 1, 0, 0x0800
    dq 1
    times 510 - ($ - $$) db 0
    dw 0xaa55
'''


def bare(folder, org, start):
    return disk(folder, '', start=BARE.format(org=org, start=start), end='')


@case('DS', 'relied-on-register', 'DS', '07C0h')
def _(folder, corpus, broken):
    return bare(folder, 0, '' if broken else 'mov ax, 0x7c0\nmov ds, ax')


@case('CS', 'relied-on-register', '07C0:0000')
def _(folder, corpus, broken):
    return bare(folder, 0, 'mov ax, cs\nmov ds, ax' if broken else 'jmp 0x7c0:next\nnext: mov ax, cs\nmov ds, ax')


@case('ES', 'relied-on-register', 'ES')
def _(folder, corpus, broken):
    body = ('''
    org 0x7c00
    bits 16
    ''' + ('' if broken else 'xor ax, ax\nmov es, ax') + '''
    mov ax, 0x201
    mov bx, 0x8000
    mov cx, 2
    mov dh, 0
    int 0x13
    jc $
    jmp 0x0000:0x8000
    times 510 - ($ - $$) db 0
    dw 0xaa55
    ''')
    return disk(folder, '', start=body, end='')


@case('DL', 'relied-on-dl', '--quirk dl')
def _(folder, corpus, broken):
    return disk(folder, READ, extra=['--quirk', 'dl=81'] if broken else [])


@case('a quirk', 'quirk', 'Without --quirk', needs=('syslinux-mbr-fat16.img',))
def _(folder, corpus, broken):
    path = os.path.join(corpus, 'syslinux-mbr-fat16.img')
    return path, ['--until', 'screen:CORPUS-SYSLINUX', '--limit', '3s', *(['--quirk', 'clobber'] if broken else [])]


# --- Tables and lists

# Of loaders that read a boot sector to 8000h.
CHECK = '''
    jc failed
    cmp word [0x81fe], 0xaa55
    jne failed
    jmp 0:0x8000
failed:
    int 0x18
'''


def moved_partition(folder, body, chs, lba):
    """An MBR of our own and, at 63, a partition whose boot sector prints OK."""
    mbr = bytearray(sector(folder, body))
    mbr[446:462] = entry(lba, 1000, chs=chs)
    path = image(os.path.join(folder, 'disk.img'), 1 << 20, [(0, bytes(mbr)), (63 * 512, boot_sector(folder))])
    return path, ['--as', 'hd', *UNTIL]


@case('CHS of a partition', 'partition-chs', 'partition 1', '0/2/1')
def _(folder, corpus, broken):
    return moved_partition(folder, '''
        mov dx, [0x7dbe]
        mov dl, [drive]
        mov cx, [0x7dc0]
        mov ax, 0x201
        mov bx, 0x8000
        int 0x13
    ''' + CHECK, (0, 2, 1) if broken else (0, 1, 1), 63)


@case('start of a partition', 'partition-start', 'LBA 63', 'LBA 2048', needs=('syslinux-mbr-fat16.img',))
def _(folder, corpus, broken):
    path = patched(os.path.join(corpus, 'syslinux-mbr-fat16.img'), os.path.join(folder, 'disk.img'),
                   [(454, struct.pack('<I', 63 if broken else 2048))])
    return path, ['--until', 'screen:CORPUS-SYSLINUX']


@case('no active partition', 'no-active', 'sfdisk -A', needs=('broken-noactive-hd.img',))
def _(folder, corpus, broken):
    path = os.path.join(corpus, 'broken-noactive-hd.img')
    if not broken:
        path = patched(path, os.path.join(folder, 'disk.img'), [(446, b'\x80')])
    return path, ['--until', 'screen:CORPUS-SYSLINUX']


@case('hidden sectors', 'bpb-hidden-sectors', 'hidden sectors', 'LBA 2048', needs=())
def _(folder, corpus, broken):
    """A FAT16 volume at 2048, whose boot sector reads the root directory where its BPB says it is."""
    volume = os.path.join(folder, 'volume.img')
    subprocess.run(['mkfs.fat', '-C', '-F', '16', '-R', '1', '-h', '100' if broken else '2048', volume, '16384'], check=True,
                   stdout=subprocess.DEVNULL)
    with open(volume, 'rb') as f:
        data = bytearray(f.read())
    fats, per_fat = data[16], struct.unpack_from('<H', data, 22)[0]
    root = 1 + fats * per_fat
    code = assemble(folder, f'''
        org 0x7c3e
        bits 16
        xor ax, ax
        mov ds, ax
        mov eax, [0x7c1c]
        add eax, {root}
        mov [lba], eax
        mov si, dap
        mov ah, 0x42
        int 0x13
        jc bad
        cmp dword [0x8000], 'OKVO'
        jne bad
        mov ax, 0x0e00 + 'O'
        int 0x10
        mov ax, 0x0e00 + 'K'
        int 0x10
        jmp $
    bad:
        int 0x18
    dap: db 16, 0
        dw 1, 0x8000, 0
    lba: dq 0
    ''')
    data[0:3] = b'\xeb\x3c\x90'
    data[62:62 + len(code)] = code
    data[root * 512:root * 512 + 12] = b'OKVOLUME   \x08'
    mbr = bytearray(sector(folder, '''
        mov dword [dap_lba], 2048
        mov word [dap_segment], 0
        mov word [dap_offset], 0x7c00
        cld
        mov cx, 256
        mov si, 0x7c00
        mov di, 0x600
        rep movsw
        jmp 0:here - 0x7600
    here:
        mov si, dap - 0x7600
        mov ah, 0x42
        mov dl, [drive - 0x7600]
        int 0x13
        jmp 0:0x7c00
    '''))
    mbr[446:462] = entry(2048, 32768)
    path = image(os.path.join(folder, 'disk.img'), 18 << 20, [(0, bytes(mbr)), (2048 * 512, bytes(data))])
    return path, ['--as', 'hd', *UNTIL]


@case('geometry of the BPB', 'bpb-geometry', 'BPB', '18 sectors per track', needs=('broken-odd-floppy.img', 'syslinux-fat12-1440.img'))
def _(folder, corpus, broken):
    return os.path.join(corpus, 'broken-odd-floppy.img' if broken else 'syslinux-fat12-1440.img'), ['--until', 'screen:CORPUS-SYSLINUX']


@case("GRUB's core.img", 'grub-core', 'LBA 77', 'begins at LBA 34', needs=('grub-gpt-fat16.img',))
def _(folder, corpus, broken):
    path = patched(os.path.join(corpus, 'grub-gpt-fat16.img'), os.path.join(folder, 'disk.img'),
                   [(0x5c, struct.pack('<Q', 77 if broken else 34))])
    return path, ['--until', 'screen:CORPUS-GRUB-GPT-OK']


@case("bootsim's stage2", 'bootsim-stage2', 'LBA 9', 'It is at LBA 1', needs=('firmware/embedded.img',))
def _(folder, corpus, broken):
    source = os.path.join(corpus, 'firmware/embedded.img')
    with open(source, 'rb') as f:
        at = f.read(512).find(b'BSBL')
    changes = [(at + 8, struct.pack('<Q', 9))] if broken else []
    return patched(source, os.path.join(folder, 'disk.img'), changes), ['--until', 'screen:BODY|body|stage2 ok', '--limit', '5s'] if broken else []


@case("SYSLINUX's ldlinux.sys", 'syslinux-ldlinux', 'ldlinux.sys', 'Run syslinux', needs=('syslinux-fat12-1440.img',))
def _(folder, corpus, broken):
    path = os.path.join(folder, 'floppy.img')
    shutil.copy(os.path.join(corpus, 'syslinux-fat12-1440.img'), path)
    if broken:
        env = dict(os.environ, MTOOLS_SKIP_CHECK='1')
        run = lambda *words: subprocess.run(words, check=True, env=env, stdout=subprocess.DEVNULL)
        kept = os.path.join(folder, 'ldlinux.sys')
        run('mcopy', '-n', '-i', path, '::ldlinux.sys', kept)
        run('mattrib', '-r', '-h', '-s', '-i', path, '::ldlinux.sys')
        run('mcopy', '-i', path, kept, '::other')
        run('mdel', '-i', path, '::ldlinux.sys')
        filler = os.path.join(folder, 'filler')
        with open(filler, 'wb') as f:
            f.write(b'x' * os.path.getsize(kept))
        run('mcopy', '-o', '-i', path, filler, '::filler')
        run('mren', '-i', path, '::other', 'ldlinux.sys')
    return path, ['--until', 'screen:CORPUS-SYSLINUX']


@case('boot information table', 'boot-info-table', '-boot-info-table', needs=('isolinux-plain.iso',))
def _(folder, corpus, broken):
    source = os.path.join(corpus, 'isolinux-plain.iso')
    with open(source, 'rb') as f:
        data = f.read()
    catalog = struct.unpack_from('<I', data, 17 * 2048 + 0x47)[0]
    lba = struct.unpack_from('<I', data, catalog * 2048 + 32 + 8)[0]
    changes = [(lba * 2048 + 8, bytes(56))] if broken else []
    return patched(source, os.path.join(folder, 'cd.iso'), changes), ['--until', 'screen:CORPUS|boot:']


# --- Addresses that are cut

def gpt(first, count, total):
    """(offset, bytes) of a protective MBR's entry and a GPT with one partition (UEFI 2.10, 5.3)."""
    entries = (bytes.fromhex('a2a0d0ebe5b9334487c068b6b72699c7') + b'\1' * 16 +
               struct.pack('<QQQ', first, first + count - 1, 0)).ljust(128 * 128, b'\0')
    fields = [b'EFI PART', 0x10000, 92, 0, 0, 1, total - 1, 34, total - 34, b'\2' * 16, 2, 128, 128, zlib.crc32(entries)]
    form = '<8sIIIIQQQQ16sQIII'
    fields[3] = zlib.crc32(struct.pack(form, *fields))
    return [(446, entry(1, 0xFFFFFFFF, active=False, kind=0xEE)), (510, b'\x55\xaa'), (512, struct.pack(form, *fields)),
            (1024, entries)]


@case('an LBA of 32 bits', 'lba-32-bits', 'LBA 4096', 'LBA 4294971392')
def _(folder, corpus, broken):
    first = (1 << 32) + 4096
    high = '' if broken else 'mov dword [dap_lba + 4], 1\n'
    code = sector(folder, high + 'mov dword [dap_lba], 4096\nmov si, dap\nmov ah, 0x42\nmov dl, [drive]\nint 0x13\n' + CHECK)
    total = first + 8192
    path = image(os.path.join(folder, 'disk.img'), total * 512,
                 [(0, code), *gpt(first, 2048, total), (first * 512, boot_sector(folder))])
    return path, ['--as', 'hd', *UNTIL]


@case('a cylinder of ten bits', 'chs-1024', 'CHS 6/0/1', 'cylinder 1030')
def _(folder, corpus, broken):
    first = 1030 * 255 * 63
    read = 'mov ax, 0x201\nmov bx, 0x8000\nmov cx, 0x601\nmov dh, 0\nmov dl, [drive]\nint 0x13\n'
    if not broken:
        read = f'mov dword [dap_lba], {first}\nmov si, dap\nmov ah, 0x42\nmov dl, [drive]\nint 0x13\n'
    code = bytearray(sector(folder, read + CHECK))
    code[446:462] = entry(first, 2048, chs=(1023, 254, 63))
    path = image(os.path.join(folder, 'disk.img'), (first + 255 * 63) * 512, [(0, bytes(code)), (first * 512, boot_sector(folder))])
    return path, ['--as', 'hd', *UNTIL]


@case('A20', 'a20-off', 'A20', 'call 2')
def _(folder, corpus, broken):
    gate = 'in al, 0x92\nand al, 0xfc\n' + ('' if broken else 'or al, 2\n') + 'out 0x92, al\n'
    code = '''
        mov si, dap
        mov ah, 0x42
        mov dl, [drive]
        int 0x13
    ''' + gate + '''
        mov ax, 0xffff      ; FFFF:0010 is 100000h
        mov es, ax
        mov di, 0x10
        mov si, 0x8000
        mov cx, 256
        cld
        rep movsw
        mov si, dap
        mov ah, 0x42
        mov dl, [drive]
        int 0x13
        jmp 0xffff:0x10
    '''
    body = b'\xeb\x00' + assemble(folder, 'org 0x12' + PRINT_OK + 'times 400 - ($ - $$) db 0xa5')
    path = image(os.path.join(folder, 'disk.img'), 1 << 20, [(0, sector(folder, code)), (512, body.ljust(512, b'\x5a'))])
    return path, ['--as', 'hd', *UNTIL]


# --- What the BIOS does not start

@case('a container', 'container', 'qcow2', 'qemu-img convert')
def _(folder, corpus, broken):
    path, args = disk(folder, READ)
    return (image(os.path.join(folder, 'disk.qcow2'), 1 << 20, [(0, b'QFI\xfb\0\0\0\3')]), args) if broken else (path, args)


@case('a cut CD', 'truncated', 'cut short', 'missing', needs=('broken-truncated.iso', 'isolinux-plain.iso'))
def _(folder, corpus, broken):
    return os.path.join(corpus, 'broken-truncated.iso' if broken else 'isolinux-plain.iso'), ['--until', 'screen:CORPUS|boot:']


@case('attached as a disk', 'wrong-attach', '--as cd', needs=('isolinux-plain.iso',))
def _(folder, corpus, broken):
    return os.path.join(corpus, 'isolinux-plain.iso'), ['--as', 'hd' if broken else 'cd', '--until', 'screen:CORPUS|boot:']


@case('for floppies only', 'boots-otherwise', '--as floppy')
def _(folder, corpus, broken):
    body = '''
        cmp byte [drive], 0
        je ok
        int 0x18
    '''
    path, _ = disk(folder, body)
    return path, ['--as', 'hd' if broken else 'floppy', *UNTIL]


def eltorito(corpus):
    with open(os.path.join(corpus, 'isolinux-plain.iso'), 'rb') as f:
        data = f.read()
    return struct.unpack_from('<I', data, 17 * 2048 + 0x47)[0]


def cd(folder, corpus, changes):
    path = patched(os.path.join(corpus, 'isolinux-plain.iso'), os.path.join(folder, 'cd.iso'), changes)
    return path, ['--as', 'cd', '--until', 'screen:CORPUS|boot:']


@case('UEFI only', 'uefi-only', 'UEFI only', needs=('isolinux-plain.iso',))
def _(folder, corpus, broken):
    at = eltorito(corpus) * 2048
    # Platform EFh in the validation entry; its checksum goes down by as much.
    with open(os.path.join(corpus, 'isolinux-plain.iso'), 'rb') as f:
        f.seek(at)
        head = bytearray(f.read(32))
    total = struct.unpack_from('<H', head, 28)[0]
    changes = [(at + 1, b'\xef'), (at + 28, struct.pack('<H', (total - 0xef00) & 0xffff))]
    return cd(folder, corpus, changes if broken else [])


@case('no boot record', 'boot-record', 'LBA 17', needs=('isolinux-plain.iso', 'broken-noeltorito.iso'))
def _(folder, corpus, broken):
    if broken:
        return os.path.join(corpus, 'broken-noeltorito.iso'), []
    return cd(folder, corpus, [])


@case('catalog elsewhere', 'catalog', 'a valid one is at LBA', needs=('isolinux-plain.iso',))
def _(folder, corpus, broken):
    return cd(folder, corpus, [(17 * 2048 + 0x47, struct.pack('<I', eltorito(corpus) + 1))] if broken else [])


@case('catalog without 55AA', 'catalog', '55 AA must be there', needs=('broken-catalog-no55aa.iso', 'isolinux-plain.iso'))
def _(folder, corpus, broken):
    return (os.path.join(corpus, 'broken-catalog-no55aa.iso'), []) if broken else cd(folder, corpus, [])


@case('entry not bootable', 'catalog-entry', '88h', needs=('isolinux-plain.iso',))
def _(folder, corpus, broken):
    return cd(folder, corpus, [(eltorito(corpus) * 2048 + 32, b'\0')] if broken else [])


@case('no boot code', 'no-boot-code', 'no boot code')
def _(folder, corpus, broken):
    path, args = disk(folder, READ, [(446, entry(63, 1000))])
    return (patched(path, os.path.join(folder, 'empty.img'), [(0, bytes(440))]), args) if broken else (path, args)


@case('signature swapped', 'signature', 'AA 55')
def _(folder, corpus, broken):
    path, args = disk(folder, READ)
    return (patched(path, os.path.join(folder, 'swapped.img'), [(510, b'\xaa\x55')]), args) if broken else (path, args)


@case('signature missing', 'signature', 'write 55 AA')
def _(folder, corpus, broken):
    path, args = disk(folder, READ)
    return (patched(path, os.path.join(folder, 'swapped.img'), [(510, bytes(2))]), args) if broken else (path, args)


# --- Words

@case("the kernel's root", 'root-not-found', 'VFS: Unable to mount root fs', 'no disk controller')
def _(folder, corpus, broken):
    text = 'VFS: Unable to mount root fs on unknown-block(0,0)' if broken else 'OK'
    body = '''
        mov ah, 0x42
        mov si, dap
        mov dl, [drive]
        int 0x13
        cli
        lgdt [gdt_pointer]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp 8:protected
    bits 32
    protected:
        mov ax, 16
        mov ds, ax
        mov es, ax
        mov esi, text
        mov edi, 0xb8000 + 160 * 5
    .next:
        lodsb
        test al, al
        jz .rest
        stosb
        mov al, 7
        stosb
        jmp .next
    .rest:
        hlt
        jmp .rest
    bits 16
    text db `%s`, 0
    align 8
    gdt: dq 0, 0x00cf9a000000ffff, 0x00cf92000000ffff
    gdt_pointer: dw 23
        dd gdt
    ''' % text
    return disk(folder, body)


@case('a file with another name', 'file-missing', 'ldlinux.c32', needs=('isolinux-plain.iso',))
def _(folder, corpus, broken):
    with open(os.path.join(corpus, 'isolinux-plain.iso'), 'rb') as f:
        data = f.read()
    changes = []
    for name, other in ((b'LDLINUX.C32', b'LDLINUX.X32'), (b'ldlinux.c32', b'ldlinux.x32')):
        at = data.find(name)
        while at >= 0:
            if at < 200 * 2048:  # the directories; ISOLINUX itself names the file, too, as text
                changes.append((at, other))
            at = data.find(name, at + 1)
    image_lba = struct.unpack_from('<I', data, eltorito(corpus) * 2048 + 32 + 8)[0]
    changes = [c for c in changes if not image_lba * 2048 <= c[0] < image_lba * 2048 + 65536]
    return cd(folder, corpus, changes if broken else [])


@case('a data volume', 'message-only', 'mkfs.fat writes')
def _(folder, corpus, broken):
    path = os.path.join(folder, 'floppy.img')
    subprocess.run(['mkfs.fat', '-C', path, '1440'], check=True, stdout=subprocess.DEVNULL)
    return (path, UNTIL) if broken else disk(folder, READ)


@case('last words', 'last-words', 'Missing operating system')
def _(folder, corpus, broken):
    text = 'Missing operating system' if broken else 'OK'
    body = '''
        mov ah, 0x42
        mov si, dap
        mov dl, [drive]
        int 0x13
        mov si, text
    .next:
        lodsb
        test al, al
        jz .rest
        mov ah, 0x0e
        int 0x10
        jmp .next
    .rest:
        cli
        hlt
    text db `%s`, 0
    ''' % text
    return disk(folder, body)
