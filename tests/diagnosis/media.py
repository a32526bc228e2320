"""Small boot media with one fault each, and their repaired twins."""
import os
import struct
import subprocess

START = '''
    org 0x7c00
    bits 16
    jmp short start
    nop
    times 0x3e - ($ - $$) db 0
start:
    xor ax, ax
    mov ds, ax
    mov es, ax
    cli
    mov ss, ax
    mov sp, 0x7c00
    sti
    mov [drive], dl
'''
# say_ok prints OK and rests; a disk address packet is at dap.
END = '''
ok:
    mov si, ok_text
.next:
    lodsb
    test al, al
    jz .rest
    mov ah, 0x0e
    xor bx, bx
    int 0x10
    jmp .next
.rest:
    hlt
    jmp .rest
ok_text db 'OK', 0
drive db 0
align 4, db 0
dap: db 0x10, 0
dap_count: dw 1
dap_offset: dw 0
dap_segment: dw 0x0800
dap_lba: dq 1
    times 510 - ($ - $$) db 0
    dw 0xaa55
'''
# Code that was loaded prints OK, too.
PRINT_OK = '''
    bits 16
    push cs
    pop ds
    mov si, text
next:
    lodsb
    test al, al
    jz rest
    mov ah, 0x0e
    xor bx, bx
    int 0x10
    jmp next
rest:
    hlt
    jmp rest
text db 'OK', 0
'''
# What lies at 8000h when it was loaded.
PAYLOAD = '    org 0x8000' + PRINT_OK


def assemble(folder, source):
    asm, out = os.path.join(folder, 'code.asm'), os.path.join(folder, 'code.bin')
    with open(asm, 'w') as f:
        f.write(source)
    subprocess.run(['nasm', '-w-all', '-f', 'bin', '-o', out, asm], check=True)
    with open(out, 'rb') as f:
        return f.read()


def sector(folder, body, start=START, end=END):
    code = assemble(folder, start + body + end)
    assert len(code) == 512, len(code)
    return code


def payload(folder):
    return assemble(folder, PAYLOAD).ljust(512, b'\0')


def boot_sector(folder):
    """The same with 55 AA at its end."""
    return assemble(folder, PAYLOAD).ljust(510, b'\0') + b'\x55\xaa'


def image(path, size, pieces):
    """A file of `size` bytes; `pieces` are (offset, bytes)."""
    with open(path, 'wb') as f:
        f.truncate(size)
        for offset, data in pieces:
            f.seek(offset)
            f.write(data)
    return path


def patched(source, path, changes, size=None):
    """A copy with changed bytes; cut to `size`."""
    with open(source, 'rb') as f:
        data = bytearray(f.read())
    for offset, new in changes:
        data[offset:offset + len(new)] = new
    with open(path, 'wb') as f:
        f.write(data if size is None else data[:size])
    return path


def entry(lba, count, active=True, chs=None, kind=0x0c):
    """A partition entry; its CHS is for 255 heads and 63 sectors unless given."""
    cylinder, head, sec = chs or (lba // (255 * 63), lba // 63 % 255, lba % 63 + 1)
    first = bytes([head & 255, sec | (cylinder >> 2 & 0xc0), cylinder & 255])
    return bytes([0x80 if active else 0]) + first + bytes([kind, 254, 255, 255]) + struct.pack('<II', lba, count)
