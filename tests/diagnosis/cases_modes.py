"""More of cases.py: loaders that people write in NASM, on their way into protected and long mode."""
import os

from cases import UNTIL, case
from media import assemble, image

REAL = '''
    org 0x7c00
    bits 16
    cli
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, 0x7c00
'''
# Protected mode with flat segments; {body} prints, then the CPU rests.
PROTECTED = '''
    lgdt [gdt_pointer]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    {jump}
    bits 32
protected:
    mov ax, 16
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov esp, 0x90000
    {body}
    mov dword [{screen}], 0x074b074f
    cli
    hlt
    align 8
gdt: dq 0, {code}, {data}
gdt_pointer: {pointer}
'''
GDT_POINTER = 'dw 23\ndd gdt\n'


def floppy(folder, source, limit='5s'):
    code = assemble(folder, source + '\ntimes 510 - ($ - $$) db 0\ndw 0xaa55\n')
    return image(os.path.join(folder, 'floppy.img'), 1474560, [(0, code)]), ['--as', 'floppy', *UNTIL, '--limit', limit]


def protected(folder, before='', jump='jmp 8:protected', body='', screen='0xb8000', code='0x00cf9a000000ffff',
              data='0x00cf92000000ffff', pointer=GDT_POINTER):
    return floppy(folder, REAL + before + PROTECTED.format(jump=jump, body=body, screen=screen, code=code, data=data, pointer=pointer))


# --- The screen

@case('text in mode 13h', 'text-not-shown', 'B8000h', '320x200', 'AX=0003h')
def _(folder, corpus, broken):
    return protected(folder, before=f'mov ax, {0x13 if broken else 3}\nint 0x10\n')


@case('text in a VBE mode', 'text-not-shown', 'B8000h', '1024x768', 'PhysBasePtr')
def _(folder, corpus, broken):
    return protected(folder, before='mov ax, 0x4f02\nmov bx, 0x4118\nint 0x10\n' if broken else '')


@case('text of a monochrome card', 'text-not-shown', 'B0000h', 'text is at B8000h')
def _(folder, corpus, broken):
    return protected(folder, screen='0xb0000' if broken else '0xb8000')


@case('B8000h without a zero', 'text-not-shown', '0B800h', 'RAM')
def _(folder, corpus, broken):
    return protected(folder, screen='0xb800' if broken else '0xb8000')


@case('the segment of the screen', 'text-not-shown', '80000h', 'does not fit')
def _(folder, corpus, broken):
    segment = '0xb8000' if broken else '0xb800'  # NASM cuts it to 8000h, and warns
    return floppy(folder, REAL + f'mov ax, {segment}\nmov es, ax\nmov word [es:0], 0x074f\nmov word [es:2], 0x074b\ncli\nhlt\n')


@case('a picture in text mode', 'text-not-shown', 'A0000h', 'AX=0013h')
def _(folder, corpus, broken):
    path, args = floppy(folder, REAL + ('' if broken else 'mov ax, 0x13\nint 0x10\n') +
                        'mov ax, 0xa000\nmov es, ax\nmov al, 15\nmov cx, 320\nxor di, di\nrep stosb\ncli\nhlt\n')
    return path, ['--as', 'floppy', '--until', 'graphics:320x200', '--limit', '5s']


# --- Descriptors

@case('no LGDT', 'bad-selector', 'no GDT was loaded')
def _(folder, corpus, broken):
    source = REAL + PROTECTED.format(jump='jmp 8:protected', body='', screen='0xb8000', code='0x00cf9a000000ffff',
                                     data='0x00cf92000000ffff', pointer=GDT_POINTER)
    return floppy(folder, source.replace('lgdt [gdt_pointer]', 'nop') if broken else source)


@case("LGDT's operand", 'bad-selector', 'the limit first')
def _(folder, corpus, broken):
    return protected(folder, pointer='dd gdt\ndw 23\n' if broken else GDT_POINTER)


@case('no null descriptor', 'bad-selector', 'null selector', 'eight zero bytes')
def _(folder, corpus, broken):
    return protected(folder, jump='jmp 0:protected' if broken else 'jmp 8:protected')


@case('offset:selector', 'bad-selector', 'changed places', 'jmp 08h')
def _(folder, corpus, broken):
    return protected(folder, jump='jmp protected:8' if broken else 'jmp 8:protected')


@case('a code segment that is none', 'bad-selector', 'access byte CFh', '9Ah')
def _(folder, corpus, broken):
    return protected(folder, code='0x009acf000000ffff' if broken else '0x00cf9a000000ffff')


@case('a stack that cannot be written', 'bad-selector', 'into SS', '92h')
def _(folder, corpus, broken):
    return protected(folder, data='0x00cf90000000ffff' if broken else '0x00cf92000000ffff')


# --- Interrupts

# {gate} is the gate's first doublewords' halves: offset, selector, type, offset.
GATES = '''
    mov edi, 0x2000
    mov ecx, 256
    mov eax, handler
fill:
    mov [edi], ax
    mov word [edi + 2], {selector}
    mov word [edi + 4], {kind}
    mov word [edi + 6], 0
    add edi, 8
    loop fill
    lidt [idt]
    {call}
    jmp over
handler:
    {handler}
    iret
idt: dw 256 * 8 - 1
    dd 0x2000
over:
'''


def gates(folder, selector=8, kind='0x8e00', call='int 0x30', handler=''):
    return protected(folder, body=GATES.format(selector=selector, kind=kind, call=call, handler=handler))


@case('a gate without a selector', 'interrupt-gate', 'int 0x30', 'selector 00h')
def _(folder, corpus, broken):
    return gates(folder, selector=0 if broken else 8)


@case('a gate with its bytes exchanged', 'interrupt-gate', 'byte 5', '8Eh')
def _(folder, corpus, broken):
    return gates(folder, kind='0x008e' if broken else '0x8e00')


@case('a gate of IRQ 0 at 20h', 'interrupt-gate', 'IRQ 0 came as interrupt 20h', 'selector 10h')
def _(folder, corpus, broken):
    remap = ''.join(f'mov al, {value}\nout {port}, al\n' for value, port in ((0x11, 0x20), (0x20, 0x21), (4, 0x21), (1, 0x21), (0xFE, 0x21)))
    return gates(folder, selector=16 if broken else 8, call=remap + 'sti\nhlt\ncli', handler='mov al, 0x20\nout 0x20, al')


@case('a push in a handler', 'exception', 'iretd', 'needs its POP')
def _(folder, corpus, broken):
    return gates(folder, handler='push eax' if broken else 'push eax\npop eax')


@case('IRQs at 08h in protected mode', 'irq-as-exception', 'IRQ 0', 'double fault', 'ICW1 to ICW4')
def _(folder, corpus, broken):
    remap = '' if broken else ''.join(f'mov al, {value}\nout {port}, al\n' for port, value in (
        (0x20, 0x11), (0xa0, 0x11), (0x21, 0x20), (0xa1, 0x28), (0x21, 4), (0xa1, 2), (0x21, 1), (0xa1, 1), (0x21, 0xfe), (0xa1, 0xff)))
    handler = 'mov dword [0xb8000], 0x07210721\ncli\nhlt\n' if broken else 'push eax\nmov al, 0x20\nout 0x20, al\npop eax\n'
    return gates(folder, call=remap + 'sti\nhlt\ncli\n', handler=handler)


@case('LTR of another descriptor', 'exception', 'ltr ax', 'ends before it')
def _(folder, corpus, broken):
    return protected(folder, body='mov ax, 0x28\nltr ax\n' if broken else '')


@case('a string at the entry', 'exception', 'no instruction', 'where the code begins')
def _(folder, corpus, broken):
    return protected(folder, body=f'jmp {"text" if broken else "begin"}\ntimes 300 db 0x90\ntext db "text", 0xff, 0xff, 0\nbegin:\n')


# --- Long mode

TABLES = '''
    mov edi, 0x1000
    xor eax, eax
    mov ecx, 4096
    rep stosd
    mov dword [0x1000], 0x2003
    mov dword [0x2000], 0x3003
    mov dword [0x3000], {page}
'''
CR3 = 'mov eax, 0x1000\nmov cr3, eax\n'
PAE = 'mov eax, cr4\nor eax, 1 << 5\nmov cr4, eax\n'
LME = 'mov ecx, 0xc0000080\nrdmsr\nor eax, 1 << 8\nwrmsr\n'
PG = 'mov eax, cr0\nor eax, 1 << 31\nmov cr0, eax\n'
LONG = '''
    lgdt [gdt64_pointer]
    {jump}
    bits 64
long_mode:
    mov rax, 0x074b074f
    {body}
    mov [0xb8000], rax
    cli
    hlt
    align 8
gdt64: dq 0, {code}
gdt64_pointer: dw 15
    dd gdt64
    bits 32
'''


def long_mode(folder, steps=(CR3, PAE, LME, PG), page='0x83', jump='jmp 8:long_mode', code='0x00209a0000000000', body=''):
    return protected(folder, body=TABLES.format(page=page) + ''.join(steps) + LONG.format(jump=jump, code=code, body=body))


@case('long mode without PAE', 'long-mode', 'CR4.PAE (bit 5) not', 'mov cr0, eax')
def _(folder, corpus, broken):
    return long_mode(folder, (CR3, LME, PG) if broken else (CR3, PAE, LME, PG))


@case('PAE behind paging', 'long-mode', 'only behind it')
def _(folder, corpus, broken):
    return long_mode(folder, (CR3, LME, PG, PAE) if broken else (CR3, LME, PAE, PG))


@case('long mode without LME', 'long-mode', 'without EFER.LME', 'three levels of PAE')
def _(folder, corpus, broken):
    return long_mode(folder, (CR3, PAE, PG) if broken else (CR3, PAE, LME, PG))


@case('long mode without PG', 'long-mode', 'CR0.PG (bit 31) never was')
def _(folder, corpus, broken):
    return long_mode(folder, (CR3, PAE, LME) if broken else (CR3, PAE, LME, PG))


@case('long mode without a far jump', 'long-mode', 'no far jump to a 64-bit code segment')
def _(folder, corpus, broken):
    return long_mode(folder, jump='jmp long_mode' if broken else 'jmp 8:long_mode')


@case('a code segment of 32 bits in long mode', 'long-mode', 'L=0', 'byte 6 is CFh')
def _(folder, corpus, broken):
    return long_mode(folder, code='0x00cf9a000000ffff' if broken else '0x00209a0000000000')


@case('no CR3', 'page-tables', 'CR3 must have their address')
def _(folder, corpus, broken):
    return long_mode(folder, (PAE, LME, PG) if broken else (CR3, PAE, LME, PG))


@case('an entry that is not present', 'page-tables', 'entry 0 of the page directory, at 3000h, is 80h', 'bit 0')
def _(folder, corpus, broken):
    return long_mode(folder, page='0x80' if broken else '0x83')


@case('code mapped elsewhere', 'page-tables', 'to 20', 'map it to itself')
def _(folder, corpus, broken):
    return long_mode(folder, page='0x200083' if broken else '0x83')


@case('a page fault', 'page-fault', 'linear address 40000000h', 'entry 1 of the page directory pointer table')
def _(folder, corpus, broken):
    return long_mode(folder, body='mov [0x40000000], eax\n' if broken else '')


@case('a BIOS call in long mode', 'real-mode-idt', 'INT 10h')
def _(folder, corpus, broken):
    return long_mode(folder, body='int 0x10\n' if broken else '')


@case('LGDT with another DS', 'bad-selector', 'LGDT took base and limit 0 from 1000:', 'Is DS right?')
def _(folder, corpus, broken):
    return protected(folder, before='mov ax, 0x1000\nmov ds, ax\n' if broken else '')
