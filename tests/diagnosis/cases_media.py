"""More of cases.py: images in the wrong place, El Torito entries, GPTs, kernels, and the way into protected mode."""
import os
import struct
import subprocess

from cases import READ, UNTIL, case, chs_floppy, disk, eltorito
from cases_loaders import isolinux
from media import entry, image, patched

PLAIN, GPT = 'isolinux-plain.iso', 'syslinux-gptmbr-fat32.img'
PLAIN_OK = ['--until', 'screen:CORPUS|boot:']
GPT_OK = ['--as', 'hd', '--until', 'screen:CORPUS-SYSLINUX']


def content(corpus, name):
    with open(os.path.join(corpus, name), 'rb') as f:
        return f.read()


def written(folder, name, data):
    path = os.path.join(folder, name)
    with open(path, 'wb') as f:
        f.write(data)
    return path


# --- Written to the wrong place

@case('an ISO a sector too far', 'shifted-iso', 'shifted by 512 bytes', needs=(PLAIN,))
def _(folder, corpus, broken):
    return written(folder, 'cd.iso', bytes(512 if broken else 0) + content(corpus, PLAIN)), ['--as', 'cd', *PLAIN_OK]


@case('an ISO without its beginning', 'shifted-iso', 'without its first 2048 bytes', needs=(PLAIN,))
def _(folder, corpus, broken):
    return written(folder, 'cd.iso', content(corpus, PLAIN)[2048 if broken else 0:]), ['--as', 'cd', *PLAIN_OK]


@case('an isohybrid in a partition', 'shifted-iso', 'written into partition 1', needs=('isolinux-hybrid.img',))
def _(folder, corpus, broken):
    data = content(corpus, 'isolinux-hybrid.img')
    until = ['--as', 'hd', '--until', 'screen:CORPUS']
    if not broken:
        return written(folder, 'disk.img', data), until
    with open('/usr/lib/syslinux/mbr/mbr.bin', 'rb') as f:
        code = f.read()
    return image(os.path.join(folder, 'disk.img'), 4 << 20,
                 [(0, code), (446, entry(2048, 4096)), (510, b'\x55\xaa'), (1 << 20, data)]), until


@case('a disk a sector too far', 'shifted-disk', 'shifted by 512 bytes')
def _(folder, corpus, broken):
    path, args = disk(folder, READ)
    with open(path, 'rb') as f:
        data = f.read()
    return written(folder, 'shifted.img', bytes(512 if broken else 0) + data), args


@case('swapped bytes', 'swapped-bytes', 'changed places', needs=('syslinux-fat12-1440.img',))
def _(folder, corpus, broken):
    data = bytearray(content(corpus, 'syslinux-fat12-1440.img'))
    if broken:
        data[0::2], data[1::2] = data[1::2], data[0::2]
    return written(folder, 'floppy.img', data), ['--as', 'floppy', '--until', 'screen:CORPUS-SYSLINUX']


@case('a table of a disk with 4096-byte sectors', 'partition-start', 'LBA 2048, 8 times as far', '4096 bytes')
def _(folder, corpus, broken):
    """An MBR that loads its partition, and a volume with 4096-byte sectors at 1 MiB."""
    body = '''
        mov dword [dap_lba], %d
        mov si, dap
        mov ah, 0x42
        mov dl, [drive]
        int 0x13
        cmp word [0x81fe], 0xaa55
        je ok
        int 0x18
    ''' % (256 if broken else 2048)
    volume = bytearray(b'\xeb\x3c\x90MSDOS5.0' + struct.pack('<H', 4096)).ljust(510, b'\0') + b'\x55\xaa'
    return disk(folder, body, [(446, entry(256 if broken else 2048, 512)), (1 << 20, volume)], 4 << 20)


@case('an ISO as a file', 'no-boot-code', '/LIVE.ISO as a file')
def _(folder, corpus, broken):
    path = os.path.join(folder, 'stick.img')
    if not broken:
        return disk(folder, READ)
    source = written(folder, 'live.iso', b'x' * 5000)
    quiet = {'check': True, 'stdout': subprocess.DEVNULL, 'env': dict(os.environ, MTOOLS_SKIP_CHECK='1')}
    volume = os.path.join(folder, 'volume.img')
    subprocess.run(['mkfs.fat', '-C', '-F', '16', '-h', '2048', volume, '16384'], **quiet)
    subprocess.run(['mcopy', '-i', volume, source, '::LIVE.ISO'], **quiet)
    with open(volume, 'rb') as f:
        data = f.read()
    return image(path, 18 << 20, [(446, entry(2048, 32768)), (510, b'\x55\xaa'), (1 << 20, data)]), ['--as', 'hd', *UNTIL]


# --- El Torito

def catalog(folder, corpus, changes):
    """isolinux-plain.iso with changes in its initial entry."""
    at = eltorito(corpus) * 2048 + 32
    return patched(os.path.join(corpus, PLAIN), os.path.join(folder, 'cd.iso'), [(at + o, b) for o, b in changes]), ['--as', 'cd', *PLAIN_OK]


@case('ISOLINUX as a floppy', 'boot-image-emulation', 'media type 2', '-no-emul-boot', needs=(PLAIN,))
def _(folder, corpus, broken):
    return catalog(folder, corpus, [(1, b'\2')] if broken else [])


@case('ISOLINUX at another segment', 'boot-image-segment', '1000h', '07C0h', needs=(PLAIN,))
def _(folder, corpus, broken):
    return catalog(folder, corpus, [(2, b'\0\x10')] if broken else [])


@case('another file is started', 'boot-image-elsewhere', '/isolinux/isolinux.bin is at LBA', needs=(PLAIN,))
def _(folder, corpus, broken):
    data = content(corpus, PLAIN)
    lba = struct.unpack_from('<I', data, eltorito(corpus) * 2048 + 32 + 8)[0]
    module = next(at for at in range(lba + 1, len(data) // 2048) if data[at * 2048:at * 2048 + 4] == b'\x7fELF')
    return catalog(folder, corpus, [(8, struct.pack('<I', module))] if broken else [])


@case('a floppy of another size', 'boot-image-floppy', 'media type 3', '18 (2880 sectors', needs=('eltorito-floppy1440-syslinux.iso',))
def _(folder, corpus, broken):
    name = 'eltorito-floppy1440-syslinux.iso'
    at = struct.unpack_from('<I', content(corpus, name), 17 * 2048 + 0x47)[0] * 2048 + 32
    path = patched(os.path.join(corpus, name), os.path.join(folder, 'cd.iso'), [(at + 1, b'\3')] if broken else [])
    return path, ['--as', 'cd', '--until', 'screen:CORPUS-SYSLINUX']


@case("a cut CD's boot image", 'truncated', 'isolinux.bin', 'cut short', needs=(PLAIN,))
def _(folder, corpus, broken):
    lba = struct.unpack_from('<I', content(corpus, PLAIN), eltorito(corpus) * 2048 + 32 + 8)[0]
    path = patched(os.path.join(corpus, PLAIN), os.path.join(folder, 'cd.iso'), [], (lba + 2) * 2048 if broken else None)
    return path, ['--as', 'cd', *PLAIN_OK]


# --- GPT

def gpt(folder, corpus, changes):
    return patched(os.path.join(corpus, GPT), os.path.join(folder, 'disk.img'), changes), GPT_OK


@case('no GPT header', 'gpt-header', 'no GPT header', 'Its backup is there', needs=(GPT,))
def _(folder, corpus, broken):
    return gpt(folder, corpus, [(512, bytes(512))] if broken else [])


@case('the attribute of a GPT partition', 'gpt-attribute', 'legacy BIOS bootable', 'sgdisk -A 1:set:2', needs=(GPT,))
def _(folder, corpus, broken):
    path, args = gpt(folder, corpus, [])
    if broken:
        subprocess.run(['/usr/sbin/sgdisk', '-A', '1:clear:2', path], check=True, stdout=subprocess.DEVNULL)
    return path, args


@case('no entries in a GPT', 'gpt-attribute', 'is empty', needs=(GPT,))
def _(folder, corpus, broken):
    return gpt(folder, corpus, [(1024, bytes(128 * 128))] if broken else [])


@case('mbr.bin on a GPT', 'gpt-mbr-code', 'gptmbr.bin', needs=(GPT,))
def _(folder, corpus, broken):
    with open('/usr/lib/syslinux/mbr/mbr.bin', 'rb') as f:
        code = f.read()
    return gpt(folder, corpus, [(0, code.ljust(440, b'\0'))] if broken else [])


# --- Kernels

@case('half a kernel', 'kernel-short', '/isolinux/kernel is cut short', 'the file has 5000000', needs=(PLAIN, 'vmlinuz'))
def _(folder, corpus, broken):
    data = content(corpus, 'vmlinuz')
    kernel = written(folder, 'kernel', data[:5000000] if broken else data)
    path = isolinux(folder, 'default a\nprompt 0\nlabel a\n kernel kernel\n', ['ldlinux.c32'], [kernel])
    return path, ['--limit', '5s'] if broken else ['--until', 'kernel']


def protected(folder, code, gdt_limit=23, before='cli', message='OK'):
    """A boot sector that enters protected mode, runs `code` and shows `message`."""
    body = f'''
        {before}
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
        {code}
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
    text db `{message}`, 0
    align 8
    gdt: dq 0, 0x00cf9a000000ffff, 0x00cf92000000ffff
    gdt_pointer: dw {gdt_limit}
        dd gdt
    '''
    return disk(folder, body)


@case('a damaged initrd', 'initrd', 'Initramfs unpacking failed')
def _(folder, corpus, broken):
    return protected(folder, '', message='Initramfs unpacking failed: junk within compressed archive' if broken else 'OK')


@case('the limit of the GDT', 'bad-selector', 'selector 08h into CS', 'limit 7h')
def _(folder, corpus, broken):
    return protected(folder, '', gdt_limit=7 if broken else 23)


@case('a data selector behind the GDT', 'bad-selector', 'selector 18h into a segment register', 'limit 17h')
def _(folder, corpus, broken):
    return protected(folder, f'mov ax, {24 if broken else 16}\nmov fs, ax')


@case('BIOS calls in protected mode', 'real-mode-idt', 'INT 10h', 'real mode only')
def _(folder, corpus, broken):
    return protected(folder, 'mov ax, 0x0e41\nint 0x10' if broken else '')


@case('interrupts in protected mode', 'real-mode-idt', 'IF=1')
def _(folder, corpus, broken):
    return protected(folder, 'sti\njmp $' if broken else '')


# --- Code that is loaded or copied in part

@case('reads itself', 'reads-itself', 'count from 1', 'CHS 0/0/1')
def _(folder, corpus, broken):
    body = f'''
        mov ax, 0x201
        mov bx, 0
        mov cx, {1 if broken else 2}
        mov dh, 0
        mov dl, [drive]
        mov si, 0x800
        mov es, si
        int 0x13
        jmp {'0x800:0' if broken else '0:0x8000'}
    '''
    path, args = disk(folder, body, size=1474560)
    return path, ['--as', 'floppy', *UNTIL]


@case('an ELF program', 'entered-header', 'ELF file', 'objcopy')
def _(folder, corpus, broken):
    path, args = chs_floppy(folder, 0, 0x8000, 1)
    header = b'\x7fELF\1\1\1'.ljust(16, b'\0') + struct.pack('<HHIIII', 2, 3, 1, 0x8054, 52, 0)
    return patched(path, os.path.join(folder, 'elf.img'), [(512, header.ljust(512, b'\0'))] if broken else []), args


@case('a read over the vectors that does not return', 'overwrote-bios', 'interrupt vectors')
def _(folder, corpus, broken):
    """A floppy's motor must start: the BIOS waits for the timer, whose vector is gone."""
    body = f'''
        mov ax, 0x204
        mov bx, {0 if broken else 0x8000}
        mov cx, 2
        mov dh, 0
        mov dl, [drive]
        int 0x13
        jmp 0:0x8000
    '''
    path, _ = disk(folder, body, [(1024, b'\xf4\xeb\xfd\x90' * 384)], size=1474560)
    return path, ['--as', 'floppy', *UNTIL]


def copied(folder, words, direction='cld'):
    """A boot sector that copies itself to 0600h and goes on there, 300 bytes behind its start or more."""
    return disk(folder, f'''
        {direction}
        mov cx, {words}
        mov si, 0x7c00
        mov di, 0x600
        rep movsw
        cld
        jmp 0:there - 0x7600
        times 300 - ($ - $$) nop
    there:
        jmp 0:ok
    ''')


@case('half a copy', 'nothing-loaded', 'copy of the boot sector at 00600h', '256 bytes were copied')
def _(folder, corpus, broken):
    return copied(folder, 128 if broken else 256)


@case('a copy that goes down', 'nothing-loaded', 'direction flag')
def _(folder, corpus, broken):
    path, args = copied(folder, 256)
    if broken:
        path, args = disk(folder, 'std\nmov cx, 256\nmov si, 0x7c00\nmov di, 0x600\nrep movsw\njmp 0:0x700\n')
    return path, args


@case('a program that is longer', 'nothing-loaded', 'bytes behind its end')
def _(folder, corpus, broken):
    jump = b'\xe9' + struct.pack('<h', 0x600 - 3) + bytes(509)  # to 600h behind its start, jmp 0:ok there
    path, args = disk(folder, f'mov word [dap_count], {1 if broken else 4}\n' + READ)
    with open(path, 'rb') as f:
        ok = f.read(512)
    target = 0x7c00 + ok.index(b'\xbe' + struct.pack('<H', 0x7c00 + ok.index(b'OK\0')))
    far = b'\xea' + struct.pack('<HH', target, 0)
    return patched(path, os.path.join(folder, 'long.img'), [(512, jump), (512 + 0x600, far)]), args


# --- GRUB's core.img

def core(folder, corpus, changes):
    path = patched(os.path.join(corpus, 'grub-gpt-fat16.img'), os.path.join(folder, 'disk.img'), changes)
    return path, ['--until', 'screen:CORPUS-GRUB-GPT-OK']


@case('core.img overwritten', 'grub-damaged', 'overwritten', needs=('grub-gpt-fat16.img',))
def _(folder, corpus, broken):
    return core(folder, corpus, [((34 + 20) * 512, b'\x5a' * 2048)] if broken else [])


@case("core.img's list too short", 'grub-damaged', 'fewer than core.img', needs=('grub-gpt-fat16.img',))
def _(folder, corpus, broken):
    at = 34 * 512 + 508
    count = struct.unpack_from('<H', content(corpus, 'grub-gpt-fat16.img'), at)[0]
    return core(folder, corpus, [(at, struct.pack('<H', count - 12))] if broken else [])
