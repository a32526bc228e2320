"""More of cases.py: programs that run on, come back, are written over, or stop at a call."""
import os
import struct

from cases import case
from cases_nasm import SAY_OK, cd, loader, read_floppy
from media import assemble, patched


@case('code without an end', 'empty-sector', 'ran on behind "int 0x10"', 'JMP, RET or HLT')
def _(folder, corpus, broken):
    return loader(folder, 'mov ax, 0x0e48\nint 0x10\n' if broken else SAY_OK)


@case('code that runs into data', 'ran-data', 'ran on behind "nop"')
def _(folder, corpus, broken):
    return loader(folder, 'nop\ndw 0xffff\n' if broken else SAY_OK)


@case('a BPB that is run', 'runs-bpb', 'JMP SHORT and NOP', '3Eh')
def _(folder, corpus, broken):
    bpb = struct.pack('<HBHBHHBHHHII', 512, 1, 1, 2, 224, 2880, 0xF0, 9, 18, 2, 0, 0)
    path, args = loader(folder, ('' if broken else 'jmp short begin\ntimes 0x3e - ($ - $$) db 0\nbegin:\n') +
                        'mov si, 1\nmov di, 2\nmov bp, 3\nmov bx, 4\nmov cx, 5\n' + SAY_OK, begin='org 0x7c00\nbits 16\n')
    return patched(path, os.path.join(folder, 'formatted.img'), [(11, bpb)]), args


def memory_map(folder, broken, stack):
    return loader(folder, f'''
        mov sp, {stack}
        mov di, 0x7000
        xor ebx, ebx
    next:
        mov eax, 0xe820
        mov ecx, 24
        mov edx, 0x534d4150
        int 0x15
        add di, 24
        test ebx, ebx
        {'jmp' if broken else 'jnz'} next
        {SAY_OK}
    ''')


@case('a list that grows over the code', 'written-over', 'The code at 0000:7C', 'INT 15h/E820h', 'EBX is 0')
def _(folder, corpus, broken):
    return memory_map(folder, broken, 0x6000)


@case('a list that grows over the stack', 'written-over', 'does not come back', 'SS:SP 0000:7C00', 'EBX is 0')
def _(folder, corpus, broken):
    return memory_map(folder, broken, 0x7c00)


@case('a return to the vectors', 'into-vectors', '"ret" at 0000:', 'no return address')
def _(folder, corpus, broken):
    path, args = read_floppy(folder, before='call load\njmp 0:0x7e00\nload:\npush word 0\n', after='jc failed\n' + ('' if broken else 'pop ax\n'),
                             jump='ret')
    # From 0000:0000 the CPU slides to where code is, and runs it without having been sent there.
    return path, [a.replace('screen:OK', 'screen:NEVER') if broken else a for a in args]


@case('HLT with interrupts off', 'waits-deaf', 'STI before HLT', 'je 0x')
def _(folder, corpus, broken):
    return loader(folder, f'''
        {'cli' if broken else 'sti'}
        mov ax, [0x46c]
    wait_tick:
        hlt
        cmp ax, [0x46c]
        jz wait_tick
        {SAY_OK}
    ''')


@case('a VBE mode that is not there', 'refused-call', 'AX=4F02h', 'the mode was 1FEh', '4F00h')
def _(folder, corpus, broken):
    return loader(folder, f'''
        mov ax, 0x4f02
        mov bx, {0x41fe if broken else 3}
        int 0x10
        cmp ax, 0x4f
        jne failed
        {SAY_OK}
    failed:
        jmp failed
    ''')


@case('SMAP the wrong way around', 'refused-call', 'AX=E820h', 'EDX is 50414D53h', '534D4150h')
def _(folder, corpus, broken):
    return loader(folder, f'''
        mov di, 0x1000
        xor ebx, ebx
        mov eax, 0xe820
        mov ecx, 24
        mov edx, {'0x50414d53' if broken else '0x534d4150'}
        int 0x15
        jc failed
        {SAY_OK}
    failed:
        jmp failed
    ''')


@case('another function first', 'came-back', 'comes back', 'entry point', 'call 2 loaded')
def _(folder, corpus, broken):
    second = assemble(folder, 'org 0x7e00\n' + ('ret\n' if broken else '') + SAY_OK)
    return read_floppy(folder, jump='call 0x7e00\njmp $\n', second=second)


@case('AH for AL', 'nothing-loaded', 'AH=01h and AL=02h', 'changed places')
def _(folder, corpus, broken):
    return read_floppy(folder, ax='0x0102' if broken else '0x0201')


@case('ES of another segment', 'nothing-loaded', 'segment is not', 'to 0000h')
def _(folder, corpus, broken):
    return read_floppy(folder, before='mov ax, 0x1000\nmov es, ax\n' if broken else '')


@case('a boot image larger than the load size', 'nothing-loaded', 'boot image goes on there', 'load size of 8', '-boot-load-size')
def _(folder, corpus, broken):
    return cd(folder, 'jmp behind\ntimes 3000 db 0x90\nbehind:\n' + SAY_OK, load=4 if broken else 8)


# --- What calls leave in registers

@case('DL behind INT 13h/08h', 'no-such-drive', 'Call 2, INT 13h/08h', 'number of drives')
def _(folder, corpus, broken):
    ask = 'push dx\nmov ah, 8\nint 0x13\nxor ax, ax\nmov es, ax\n' + ('pop ax\n' if broken else 'pop dx\n')
    return read_floppy(folder, before=ask)


@case('ES behind INT 13h/08h', 'loaded-into-rom', 'Call 2, INT 13h/08h', 'parameter table')
def _(folder, corpus, broken):
    return read_floppy(folder, before='push dx\nmov ah, 8\nint 0x13\npop dx\n' + ('' if broken else 'xor ax, ax\nmov es, ax\n'))


@case("the keyboard controller's busy bit", 'polls-port', 'until bit 1 is set', 'JNZ')
def _(folder, corpus, broken):
    return loader(folder, f'cli\nw: in al, 0x64\ntest al, 2\n{"jz" if broken else "jnz"} w\n' + SAY_OK)
