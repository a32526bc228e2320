"""More of cases.py: what goes wrong in one's first boot sector."""
import os
import struct

from cases import READ, UNTIL, case, disk
from media import END, assemble, boot_sector, image, payload, sector

HELLO = '''
    org {org}
    bits 16
    mov ax, {ds}
    mov ds, ax
    {more}
    mov si, text
next:
    lodsb
    test al, al
    jz rest
    mov ah, 0x0e
    mov bx, 7
    int 0x10
    jmp next
rest:
    hlt
    jmp rest
text db 'OK, it says hello'{zero}
times 16 db 0x90
'''


def hello(folder, org, ds, more='', zero=', 0'):
    code = assemble(folder, HELLO.format(org=org, ds=ds, more=more, zero=zero)).ljust(510, b'\0') + b'\x55\xaa'
    path = image(os.path.join(folder, 'floppy.img'), 1474560, [(0, code)])
    return path, ['--as', 'floppy', *UNTIL, '--limit', '5s']


@case('ORG is missing', 'wrong-origin', 'ORG 0h', 'DS is 0000h', 'Write ORG 7C00h')
def _(folder, corpus, broken):
    return hello(folder, 0 if broken else 0x7c00, 0)


@case('ORG and DS count twice', 'wrong-origin', 'ORG 7C00h', 'set DS to 0')
def _(folder, corpus, broken):
    return hello(folder, 0x7c00, 0x7c0 if broken else 0)


@case("a kernel's ORG", 'wrong-origin', 'what call 2 loaded', 'ORG 8000h')
def _(folder, corpus, broken):
    path, args = disk(folder, READ)
    kernel = assemble(folder, HELLO.format(org=0x1000 if broken else 0x8000, ds=0, more='', zero=', 0'))
    with open(path, 'r+b') as f:
        f.seek(512)
        f.write(kernel.ljust(512, b'\0'))
    return path, args


@case('DF is set', 'direction-flag', 'OK, it says hello', 'CLD')
def _(folder, corpus, broken):
    return hello(folder, 0x7c00, 0, more='std' if broken else 'cld')


@case('a string without its zero', 'string-end', 'Write ,0')
def _(folder, corpus, broken):
    path, args = hello(folder, 0x7c00, 0, zero=', 0x90, 0x90, 0x90' if broken else ', 0')
    return path, ['--as', 'floppy', '--until', 'screen:NEVER' if broken else 'screen:OK', '--limit', '5s']


@case('INT 13', 'mistaken-interrupt', 'INT 0Dh', '13 in decimal')
def _(folder, corpus, broken):
    return disk(folder, READ.replace('int 0x13', 'int 13') if broken else READ)


@case('a call of DOS', 'mistaken-interrupt', 'INT 21h', 'no DOS')
def _(folder, corpus, broken):
    return disk(folder, 'mov ah, 9\nmov dx, ok_text\nint 0x21\njmp $\n' if broken else READ)


# --- Stacks

@case('a stack in ROM', 'stack-in-rom', 'F000:', 'in ROM')
def _(folder, corpus, broken):
    stack = 'mov ax, 0xf000\nmov ss, ax\nmov sp, 0xfff0\n' if broken else ''
    return disk(folder, stack + 'call load\nload:' + READ)


@case('pushes without end', 'stack-overran', 'overwritten the code')
def _(folder, corpus, broken):
    return disk(folder, 'xor eax, eax\nagain: push eax\njmp again\n' if broken else READ)


@case('a push too much', 'stack-unbalanced', 'needs its POP')
def _(folder, corpus, broken):
    return disk(folder, 'call f\n' + READ + 'f: ' + ('push word 0x0a00\n' if broken else '') + 'ret\n')


# --- Waiting

@case('a key that nobody types', 'polls-port', 'port 64h', 'nobody types')
def _(folder, corpus, broken):
    return disk(folder, ('wait: in al, 0x64\ntest al, 1\njz wait\n'.replace('wait', 'w') if broken else '') + READ, extra=['--limit', '5s'])


@case('a disk controller that is not there', 'no-controller', 'ATA controller', 'INT 13h')
def _(folder, corpus, broken):
    ata = 'mov dx, 0x1f7\nw: in al, dx\ntest al, 8\njz w\nmov di, 0x8000\nmov cx, 256\nmov dx, 0x1f0\nrep insw\njmp 0:0x8000\n'
    return disk(folder, ata if broken else READ)


@case('ticks without interrupts', 'no-ticks', 'IF=0', 'STI')
def _(folder, corpus, broken):
    wait = f'{"cli" if broken else "sti"}\nmov ax, [0x46c]\nw: cmp ax, [0x46c]\nje w\n'
    return disk(folder, wait + READ, extra=['--limit', '5s'])


@case('another signature', 'compared-other', 'BEEFh', 'sector 1')
def _(folder, corpus, broken):
    check = f'cmp word [0x81fe], {0xbeef if broken else 0}\njne failed\njmp 0x0000:0x8000\n'
    return disk(folder, READ.replace('jmp 0x0000:0x8000\n', check))


@case('no jump to what was loaded', 'never-jumped', '0800:0000', 'halts')
def _(folder, corpus, broken):
    return disk(folder, READ.replace('jmp 0x0000:0x8000', 'cli\nhlt') if broken else READ)


@case('a key before anything', 'waits-for-key', 'INT 16h/00h', '--type')
def _(folder, corpus, broken):
    return disk(folder, ('mov ah, 0\nint 0x16\n' if broken else '') + READ)


# --- Modes

PROTECTED = '''
    cli
    lgdt [gdt_pointer]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    {jump}
    bits {bits}
protected:
    mov ax, 16
    mov ds, ax
    mov ss, ax
    mov esp, 0x90000
    {body}
    mov edi, 0xb8000
    mov dword [edi], 0x074b074f
    hlt
    bits 16
    align 8
gdt: dq 0, {code}, 0x00cf92000000ffff
gdt_pointer: dw 23
    dd gdt
'''


def protected(folder, jump='jmp 8:protected', bits=32, body='', code='0x00cf9a000000ffff'):
    return disk(folder, PROTECTED.format(jump=jump, bits=bits, body=body, code=code), extra=['--limit', '5s'])


@case('no far jump', 'code-size', 'no far jump follows')
def _(folder, corpus, broken):
    return protected(folder, jump='' if broken else 'jmp 8:protected')


@case('a segment of 16 bits', 'code-size', 'D bit', 'CFh, not 8Fh')
def _(folder, corpus, broken):
    return protected(folder, code='0x008f9a000000ffff' if broken else '0x00cf9a000000ffff')


@case('no BITS 32', 'code-size', '[BITS 32]')
def _(folder, corpus, broken):
    return protected(folder, bits=16 if broken else 32)


@case('a kernel of 32 bits in real mode', 'code-size', 'in real mode', '32-bit code')
def _(folder, corpus, broken):
    kernel = assemble(folder, 'bits 32\norg 0x8000\nmov esp, 0x90000\nmov eax, [0x12345678]\ncall main\ncli\nhlt\nmain: ret\n')
    path, args = disk(folder, READ)
    if broken:
        with open(path, 'r+b') as f:
            f.seek(512)
            f.write(kernel.ljust(512, b'\0'))
    return path, args


@case('pages that are not mapped', 'page-tables', 'CR3 (1000h)')
def _(folder, corpus, broken):
    body = 'mov eax, 0x1000\nmov cr3, eax\nmov eax, cr0\nor eax, 0x80000000\nmov cr0, eax\n'
    return protected(folder, body=body if broken else '')


@case('an IDT without gates', 'no-gate', 'vector 08h')
def _(folder, corpus, broken):
    return protected(folder, body='lidt [idt]\nsti\njmp $\nidt: dw 0x3ff\ndd 0x1000\n' if broken else '')


@case('division by zero', 'divide-error', 'sectors per track')
def _(folder, corpus, broken):
    path, args = disk(folder, 'xor dx, dx\nmov ax, 1\ndiv word [0x7c18]\n' + READ)
    if not broken:
        with open(path, 'r+b') as f:
            f.seek(0x18)
            f.write(struct.pack('<H', 18))
    return path, args


@case('no kernel at 1 MiB', 'nothing-loaded-protected', 'linear 100000h', 'nothing was loaded or copied')
def _(folder, corpus, broken):
    return protected(folder, body='mov eax, 0x100000\njmp eax\n' if broken else '')


@case('an exception in protected mode', 'exception', 'div ecx', 'by zero')
def _(folder, corpus, broken):
    return protected(folder, body=f'xor edx, edx\nmov ecx, {0 if broken else 1}\ndiv ecx\n')
