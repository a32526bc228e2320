"""More of cases.py: slips in boot sectors and small kernels: strings, stacks, addresses, lists."""
import os
import struct

from cases import case
from cases_modes import protected
from cases_nasm import SAY_OK, loader
from media import assemble, image

PRINT = '''
    call print
    {behind}
print:
    lodsb
    test al, al
    jz .done
    mov ah, 0x0e
    int 0x10
    jmp print
.done:
    {ret}
text db {text}
times 80 db 0x90
'''


def prints(folder, load='mov si, text', ret='ret', behind=SAY_OK, text="'Hello, loader', 13, 10, 0"):
    return loader(folder, load + PRINT.format(ret=ret, behind=behind, text=text))


@case('a RET that is missing', 'runs-text', 'runs the string "Hello, loader"', 'the branch "je')
def _(folder, corpus, broken):
    return prints(folder, ret='' if broken else 'ret')


@case('code that runs into a string', 'runs-text', 'runs the string "A string', 'ran on behind "mov es, ax"')
def _(folder, corpus, broken):
    return loader(folder, 'call init\n' + SAY_OK + f'init: mov es, ax\n{"" if broken else "ret"}\ndb "A string behind it", 0\n')


@case('what lies at a label', 'string-letters', '7449h', '"It"', 'MOV SI,LABEL')
def _(folder, corpus, broken):
    return prints(folder, load=f'mov si, {"[text]" if broken else "text"}', text="'It is OK, the loader', 0", behind='jmp $')


@case('a string that ends in $', 'string-end', '"Hello, loader"', "DOS's INT 21h/09h")
def _(folder, corpus, broken):
    return prints(folder, text="'Hello, loader', 13, 10, '$'" if broken else "'Hello, loader', 0", behind='jmp $' if broken else SAY_OK)


@case('a memory map without an end', 'endless-map', 'EBX is 0 in every call', 'Keep in EBX')
def _(folder, corpus, broken):
    return loader(folder, f'''
        mov di, 0x8000
        xor ebx, ebx
    next:
        mov eax, 0xe820
        mov ecx, 24
        mov edx, 0x534d4150
        int 0x15
        jc done
        {'xor ebx, ebx' if broken else 'test ebx, ebx'}
        {'jmp' if broken else 'jnz'} next
    done:
        {SAY_OK}
    ''')


@case('a key that is asked for again and again', 'waits-for-key', 'INT 16h/01h', '--type')
def _(folder, corpus, broken):
    return loader(folder, ('w: mov ah, 1\nint 0x16\njz w\n' if broken else '') + SAY_OK)


@case('a sector that is read again', 'same-sector', 'Calls 2 to 5', 'Advance the sector (CL)')
def _(folder, corpus, broken):
    second = assemble(folder, f'org 0x7e00\nbits 16\njmp behind\ntimes 600 db 0x90\nbehind: {SAY_OK}').ljust(2048, b'\0')
    return loader(folder, f'''
        mov bx, 0x7e00
        mov di, 4
        mov cx, 2
    again:
        mov ax, 0x0201
        mov dx, 0
        int 0x13
        jc failed
        add bx, 512
        {'' if broken else 'inc cl'}
        dec di
        jnz again
        jmp 0:0x7e00
    failed: jmp failed
    ''', second)


@case('a near jump to another segment', 'nothing-loaded', 'The jump is a near one', 'JMP 1000h:0000h')
def _(folder, corpus, broken):
    second = assemble(folder, f'org 0\nbits 16\n{SAY_OK}').ljust(512, b'\0')
    return loader(folder, f'''
        mov ax, 0x1000
        mov es, ax
        mov ax, 0x0201
        xor bx, bx
        mov cx, 2
        mov dx, 0
        int 0x13
        jmp {'0x1000' if broken else '0x1000:0'}
    ''', second)


# --- Protected mode

OK = 'mov dword [0xb8000], 0x074b074f\njmp $\n'


def kernel(folder, source, body='jmp 0x8000', before=''):
    """A boot sector that loads four sectors to 8000h and enters protected mode with them."""
    code = assemble(folder, f'''
        org 0x7c00
        bits 16
        cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7c00
        sti
        mov ax, 0x0204
        mov bx, 0x8000
        mov cx, 2
        mov dh, 0
        int 0x13
        jc $
        {before}
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
        mov ss, ax
        mov esp, 0x90000
        {body}
        align 8
    gdt: dq 0, 0x00cf9a000000ffff, 0x00cf92000000ffff
    gdt_pointer: dw 23
        dd gdt
        times 510 - ($ - $$) db 0
        dw 0xaa55
    ''')
    second = assemble(folder, 'bits 32\n' + source).ljust(2048, b'\0')
    path = image(os.path.join(folder, 'floppy.img'), 1474560, [(0, code), (512, second)])
    return path, ['--as', 'floppy', '--until', 'screen:OK', '--limit', '5s']


SHOW = '''
    mov esi, text
    mov edi, 0xb8000
    mov ah, 7
next:
    {load}
    test al, al
    jz done
    mov [edi], ax
    add edi, 2
    inc esi
    jmp next
done:
    hlt
    jmp done
text db 'OK, says the kernel', 0
'''


def linked(name, load, address):
    @case(name, 'wrong-origin', f'linked for {address:X}h', 'Link it for 8000h', '"OK, says the kernel"', 'what call 2 loaded')
    def _(folder, corpus, broken):
        return kernel(folder, f'org {address if broken else 0x8000}\n' + SHOW.format(load=load))


linked('a kernel that is linked for another address', 'mov al, [esi]', 0x1000)
linked('a kernel that is linked for 1 MiB', 'movzx eax, byte [esi]\nmov ah, 7', 0x100000)


@case('7C00h twice', 'wrong-origin', 'F8', '7C00h was added twice', 'add nothing to it')
def _(folder, corpus, broken):
    shown = SHOW.format(load='mov al, [esi]').replace('esi, text', 'esi, text + 0x7c00' if broken else 'esi, text')
    return protected(folder, body=shown)


def stack(name, top, *words):
    @case(name, 'stack-in-rom', *words)
    def _(folder, corpus, broken):
        return kernel(folder, f'org 0x8000\nmov esp, {top if broken else 0x90000}\ncall f\n{OK}\nf: ret')


stack('a stack behind the memory', 0xF0000000, 'the PC has no memory', '128 MiB', 'Set ESP')
stack('a stack in ROM in protected mode', 0xD0000, 'video memory or ROM', 'CFFFCh')


@case('a segment of data that begins elsewhere', 'text-not-shown', 'BFC00h', 'begins at 7C00h', 'base 0')
def _(folder, corpus, broken):
    return protected(folder, data='0x00cf92007c00ffff' if broken else '0x00cf92000000ffff')


@case('the higher half without paging', 'nothing-loaded-protected', '"jmp eax"', 'C0008100h', 'once paging maps it')
def _(folder, corpus, broken):
    return kernel(folder, 'org 0x8000\n' + ('mov eax, 0xc0008100\njmp eax\n' if broken else '') + OK)


@case('an address out of nothing', 'nothing-loaded-protected', 'took that address from linear BE000000h', 'where no memory is, either')
def _(folder, corpus, broken):
    return kernel(folder, f'org 0x8000\nmov eax, {0xBE000000 if broken else "table"}\njmp [eax]\nshow: {OK}\ntable dd show')


@case('an address that is zero', 'into-vectors', 'took that address from linear 100000h', 'nothing was loaded')
def _(folder, corpus, broken):
    return kernel(folder, f'org 0x8000\ncall [{0x100000 if broken else "table"}]\nshow: {OK}\ntable dd show')


@case('a page of 4 MiB', 'page-tables', 'a page of 4 MiB (bit 7)', 'CR4.PSE (bit 4)')
def _(folder, corpus, broken):
    pse = '' if broken else 'mov eax, cr4\nor eax, 0x10\nmov cr4, eax\n'
    return kernel(folder, f'''
        org 0x8000
        mov edi, 0x20000
        mov ebx, edi
        xor eax, eax
        mov ecx, 1024
        rep stosd
        mov dword [ebx], 0x83
        {pse}
        mov cr3, ebx
        mov eax, cr0
        or eax, 0x80000000
        mov cr0, eax
        {OK}
    ''')


def copied(name, source, destination, *words):
    """INT 15h/87h (RBIL): its table's third and fourth descriptor are source and destination."""
    @case(name, 'nothing-loaded-protected', 'INT 15h/87h', 'copied 2048 bytes', *words)
    def _(folder, corpus, broken):
        begin, end = (source, destination) if broken else (0x8000, 0x100000)
        table = bytes(16) + b''.join(struct.pack('<HHBBH', 0xFFFF, a & 0xFFFF, a >> 16, 0x93, 0) for a in (begin, end)) + bytes(16)
        before = 'mov si, table\nmov ah, 0x87\nmov cx, 1024\nint 0x15\nmov ax, 0x2401\nint 0x15\n'
        body = 'jmp 8:0x100000\nalign 8\ntable: db ' + ', '.join(map(str, table))
        return kernel(folder, 'org 0x100000\n' + OK, body=body, before=before)


copied('INT 15h/87h with an empty table', 0, 0, 'from 0h to 0h')
copied('INT 15h/87h with a segment for an address', 0x800, 0x100000, 'from 800h to 100000h', 'linear address')


@case('HLT without an EOI', 'no-eoi', 'IRQ 0', 'OUT 20h,AL')
def _(folder, corpus, broken):
    remap = ''.join(f'mov al, {value}\nout {port}, al\n' for value, port in ((0x11, 0x20), (0x20, 0x21), (4, 0x21), (1, 0x21), (0xFE, 0x21)))
    return kernel(folder, f'''
        org 0x8000
        {remap}
        mov edi, 0x1000 + 0x20 * 8
        mov eax, tick
        mov [edi], ax
        mov word [edi + 2], 8
        mov dword [edi + 4], 0x8e00
        lidt [idt]
        sti
    rest:
        hlt
        cmp dword [ticks], 3
        jb rest
        {OK}
    tick:
        push eax
        inc dword [ticks]
        {'' if broken else 'mov al, 0x20'}
        {'' if broken else 'out 0x20, al'}
        pop eax
        iretd
    ticks dd 0
    idt: dw 0x7ff
        dd 0x1000
    ''')
