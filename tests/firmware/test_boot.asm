; A boot sector, or a loader in a file, that says on COM1 with which registers it was entered, and stops. NASM's command
; line: NAME (text), ORIGIN (0x7c00 or 0: where it begins in its segment), PREFIX (bytes of a file format at its start),
; BYTES (length; the end must be there), BPB (1: with a FAT16 BPB whose hidden sectors and drive are wrong), SIGNATURE.
bits 16
cpu 386
org ORIGIN
kCom1 equ 0x3f8

start:
    jmp short code
%if BPB
    nop
    db 'MSDOS5.0'
    dw 512
    db 4
    dw 4
    db 2
    dw 512, 20480
    db 0xf8
    dw 20, 63, 255
hidden: dd 0x12345678
    dd 0
drive: db 0x77, 0, 0x29
    times 62 - ($ - $$) db 0
%else
    PREFIX
%endif

%macro say 1
    call say_text
    db %1, 0
%endmacro
%macro say_register 2
    say %1
    push bp
    mov bp, sp
    mov ax, [bp + 2 + %2]
    pop bp
    call say_word
%endmacro

code:
    pushf
    push gs
    push fs
    push es
    push ds
    push ss
    pusha
    cld
    say {13, 10, 'ENTERED ', NAME, ' at '}
    mov ax, cs
    call say_word
    say_register ' dx=', 10
    say_register ' bx=', 8
    say_register ' si=', 2
    say_register ' bp=', 4
    say_register ' ds=', 18
    say_register ' es=', 20
    say_register ' ss=', 16
    say ' sp='
    mov ax, sp
    add ax, 28                      ; what has been pushed here
    call say_word
    mov bp, sp
    test byte [bp + 27], 2          ; IF
    jz .off
    say ' interrupts on'
.off:
    say {13, 10, 'ENTRY '}
    mov bp, sp
    mov si, [bp + 2]
    mov cx, 16
.byte:
    lodsb
    call say_byte
    loop .byte
%if BPB
    say {13, 10, 'BPB hidden='}
    mov ax, [cs:hidden + 2]
    call say_word
    mov ax, [cs:hidden]
    call say_word
    say ' drive='
    mov al, [cs:drive]
    call say_byte
%endif
    say {13, 10, 'END '}
    cmp dword [cs:ORIGIN + BYTES - 6], 'TAIL'
    jne .short
    say 'all here'
.short:
    say {13, 10, 'DONE', 13, 10}
.stop:
    hlt
    jmp .stop

%include "say.inc"

    times BYTES - 6 - ($ - $$) db 0
    db 'TAIL'
%if SIGNATURE
    dw 0xaa55
%else
    dw 0
%endif
