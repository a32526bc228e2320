"""More of cases.py: loaders that people write in NASM, in real mode: handlers, reads, jumps."""
import os
import struct

from cases import UNTIL, case
from media import PRINT_OK, assemble, image

BEGIN = '''
    org 0x7c00
    bits 16
    cli
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, 0x7c00
    sti
    cld
'''
SAY_OK = 'mov ax, 0x0e4f\nint 0x10\nmov ax, 0x0e4b\nint 0x10\njmp $\n'


def stage2(folder, org, before='', size=512):
    return assemble(folder, f'org {org}\n{before}' + PRINT_OK + f'times {size} - ($ - $$) db 0\n')


def loader(folder, body, second=b'', kind='floppy', size=None, begin=BEGIN, limit='5s'):
    """A boot sector with `second` behind it."""
    code = assemble(folder, begin + body + '\ntimes 510 - ($ - $$) db 0\ndw 0xaa55\n')
    size = size or (1474560 if kind == 'floppy' else 4 << 20)
    path = image(os.path.join(folder, 'disk.img'), size, [(0, code), (512, second)])
    return path, ['--as', kind, *UNTIL, '--limit', limit]


# --- Handlers

def timer(folder, offset='0x20', handler='mov al, 0x20\nout 0x20, al\n', end='iret', vector='tick, 0'):
    off, seg = vector.split(', ')
    return loader(folder, f'''
        cli
        mov word [{offset}], {off}
        mov word [{offset} + 2], {seg}
        sti
    wait_ticks:
        cmp word [count], 3
        jb wait_ticks
        {SAY_OK}
    tick:
        push ax
        inc word [count]
        {handler}
        pop ax
        {end}
    count dw 0
    ''')


@case('no EOI', 'no-eoi', 'IRQ 0', 'vector 08h', 'OUT 20h,AL')
def _(folder, corpus, broken):
    return timer(folder, handler='' if broken else 'mov al, 0x20\nout 0x20, al\n')


@case('a handler that returns', 'no-iret', 'interrupt 08h', 'IRET')
def _(folder, corpus, broken):
    return timer(folder, end='ret' if broken else 'iret')


@case("the timer's vector", 'vector-address', 'address 8', '20h')
def _(folder, corpus, broken):
    return timer(folder, offset='8' if broken else '0x20')


@case('a vector the wrong way around', 'vector-exchanged', 'interrupt 08h', 'offset comes first')
def _(folder, corpus, broken):
    return timer(folder, vector='0, tick' if broken else 'tick, 0')


@case('ticks that are masked', 'no-ticks', 'masked (port 21h is FFh)', 'clear bit 0')
def _(folder, corpus, broken):
    return loader(folder, ('mov al, 0xff\nout 0x21, al\n' if broken else '') + 'mov ax, [0x46c]\nw: cmp ax, [0x46c]\nje w\n' + SAY_OK)


@case('an answer that no command gives', 'polls-port', 'waits for an answer', 'D0h')
def _(folder, corpus, broken):
    return loader(folder, f'mov al, {0xae if broken else 0x20}\nout 0x64, al\nw: in al, 0x64\ntest al, 1\njz w\nin al, 0x60\n' + SAY_OK)


# --- CDs

def cd(folder, body, pieces=(), load=4, begin=BEGIN, sectors=32):
    """A CD that boots `body` without emulation from LBA 20 (El Torito 1.0); 1000h sectors of nothing else."""
    code = assemble(folder, begin + body)
    volume, record, catalog = bytearray(2048), bytearray(2048), bytearray(2048)
    volume[:7], volume[40:72] = b'\1CD001\1', b'TEST'.ljust(32)
    volume[80:88] = struct.pack('<I', sectors) + struct.pack('>I', sectors)
    volume[128:132] = b'\0\x08\x08\0'
    record[:7], record[7:30], record[0x47:0x4B] = b'\0CD001\1', b'EL TORITO SPECIFICATION', struct.pack('<I', 19)
    catalog[0], catalog[30:32] = 1, b'\x55\xaa'
    catalog[28:30] = struct.pack('<H', -sum(struct.unpack('<16H', catalog[:32])) & 0xFFFF)
    catalog[32], catalog[38:44] = 0x88, struct.pack('<HI', load, 20)
    path = image(os.path.join(folder, 'cd.iso'), sectors * 2048, [
        (16 * 2048, volume), (17 * 2048, record), (18 * 2048, b'\xffCD001\1'), (19 * 2048, catalog), (20 * 2048, code), *pieces])
    return path, ['--as', 'cd', *UNTIL, '--limit', '5s']


def read_cd(folder, lba, count=1, read=''):
    body = (read or 'mov si, dap\nmov ah, 0x42\n') + f'''
        int 0x13
        jc failed
        jmp 0:0x8000
    failed:
        jmp failed
    dap: db 16, 0
        dw {count}, 0x8000, 0
        dq {lba}
    '''
    return cd(folder, body, [(24 * 2048, stage2(folder, 0x8000))])


@case('a CD by CHS', 'cd-by-chs', 'INT 13h/02h', '42h')
def _(folder, corpus, broken):
    return read_cd(folder, 24, read='mov ax, 0x201\nmov bx, 0x8000\nmov cx, 2\nmov dh, 0\n' if broken else '')


@case('a CD in sectors of 512 bytes', 'past-end', 'LBA 96', '2048 bytes', 'are LBA 24')
def _(folder, corpus, broken):
    return read_cd(folder, 96 if broken else 24)


# --- Reads

def read_floppy(folder, ax='0x0201', cx='2', dx='dh, 0', bx='0x7e00', before='', after='jc failed\n', jump='jmp 0:0x7e00',
                second=None, **more):
    body = f'''
        {before}
        mov ax, {ax}
        mov bx, {bx}
        mov cx, {cx}
        mov {dx}
        int 0x13
        {after}
        {jump}
    failed:
        jmp failed
    '''
    return loader(folder, body, stage2(folder, 0x7e00) if second is None else second, **more)


@case('sector 0', 'outside-geometry', 'count from 1 (CL)')
def _(folder, corpus, broken):
    return read_floppy(folder, cx='0' if broken else '2')


@case('CH for CL', 'outside-geometry', 'CL has the sector', 'changed places')
def _(folder, corpus, broken):
    return read_floppy(folder, cx='0x0200' if broken else '2')


@case('DH for DL', 'no-such-drive', 'DH, the head, is 80h', 'changed places')
def _(folder, corpus, broken):
    return read_floppy(folder, dx='dx, 0x8000' if broken else 'dx, 0x80', kind='hd')


@case('CF ignored', 'outside-geometry', 'does not look at CF')
def _(folder, corpus, broken):
    return read_floppy(folder, cx='19' if broken else '2', after='')


def read_edd(folder, packet='db 16, 0\ndw 1, 0x7e00, 0\ndq 1\n', before='', si='dap', setup=''):
    return loader(folder, f'''
        {before}
        mov ah, 0x42
        mov dl, 0x80
        mov si, {si}
        {setup}
        int 0x13
        jc failed
        jmp 0:0x7e00
    failed:
        jmp failed
        align 4
    dap: {packet}
    ''', stage2(folder, 0x7e00), kind='hd')


@case('halves of an LBA', 'past-end', 'low doubleword comes first', 'LBA 1:')
def _(folder, corpus, broken):
    return read_edd(folder, 'db 16, 0\ndw 1, 0x7e00, 0\n' + ('dd 0, 1\n' if broken else 'dd 1, 0\n'))


@case('an LBA of four bytes', 'past-end', 'low half is LBA 1', 'eight bytes')
def _(folder, corpus, broken):
    return read_edd(folder, 'db 16, 0\ndw 1, 0x7e00, 0\ndd 1\n' + ('db "text"\n' if broken else 'dd 0\n'))


@case('a count of one byte', 'past-end', 'a byte too short')
def _(folder, corpus, broken):
    return read_edd(folder, 'db 16, 0\n' + ('db 1\n' if broken else 'dw 1\n') + 'dw 0x7e00, 0\ndq 1\ndb 0xbe\n')


@case('a packet without its size', 'bad-packet', 'first byte is 01h', 'bytes 01 00 00 7E')
def _(folder, corpus, broken):
    return read_edd(folder, ('' if broken else 'db 16, 0\n') + 'dw 1, 0x7e00, 0\ndq 1\n')


@case('a packet in BX', 'bad-packet', 'no disk address packet', 'DS:BX')
def _(folder, corpus, broken):
    return read_edd(folder, setup='mov bx, dap\nmov si, 0\n' if broken else '')


@case('ORG 0 and DS 0', 'wrong-origin', 'set DS to 1000h')
def _(folder, corpus, broken):
    second = assemble(folder, ('xor ax, ax\n' if broken else 'mov ax, cs\n') + 'mov ds, ax\n' + PRINT_OK.replace('push cs\n    pop ds', '').replace("'OK'", "'OK, loaded'"))
    return read_floppy(folder, bx='0', before='mov ax, 0x1000\nmov es, ax\n', jump='jmp 0x1000:0', second=second)


# --- Loops

def read_loop(folder, setup='', step='', count=4, sectors=8):
    """Sectors 2 to 18 of each track, to 1000h:0 and on."""
    return loader(folder, f'''
        mov ax, 0x1000
        mov es, ax
        mov di, {count}
        xor bx, bx
        mov cx, 2
        mov dx, 0
    next:
        push di
        mov ax, 0x0201
        int 0x13
        jc failed
        pop di
        {step}
        inc cl
        cmp cl, 19
        jb .same
        mov cl, 1
        xor dh, 1
        jnz .same
        inc ch
    .same:
        dec di
        jnz next
        jmp 0x1000:0
    failed:
        jmp failed
    ''', stage2(folder, 0).ljust(512 * 128, b'\xcc') + b'\xff' * 512 * (count - 128))


@case('a buffer behind 64 KiB', 'buffer-wrapped', 'passed FFFFh', 'over what call 2 loaded', '1000h when it wraps')
def _(folder, corpus, broken):
    step = 'add bx, 512\n' + ('' if broken else 'jnc .fits\nmov ax, es\nadd ax, 0x1000\nmov es, ax\n.fits:\n')
    return read_loop(folder, step=step, count=140)


@case('a loop that does not advance', 'same-sector', 'does not advance', 'PUSH CX')
def _(folder, corpus, broken):
    return loader(folder, f'''
        mov cx, 4
        mov bx, 0x7e00
    next:
        {'' if broken else 'push cx'}
        mov ax, 0x0201
        mov cx, 2
        mov dh, 0
        int 0x13
        jc failed
        {'' if broken else 'pop cx'}
        loop next
        jmp 0:0x7e00
    failed:
        jmp failed
    ''', stage2(folder, 0x7e00))
