; A floppy that asks its BIOS a few hundred questions and prints the answers on COM1. compare.py runs it under bootsim and
; under QEMU with SeaBIOS; the answers have to agree.
;
; Build: nasm -f bin -I DIRECTORY/ questions.asm -o questions.img      (the image is a whole 1.44 MB floppy)

bits 16
cpu 386
%include "frame.inc"

kBodySegment equ 0x1000
kSectors     equ 18            ; of a 1.44 MB floppy's track

section boot vstart=0x7c00
entry:
    pushfd                     ; everything as the BIOS handed it over
    pushad
    push ds
    push es
    push ss
    push cs
    cli
    cld
    mov bp, sp
    xor ax, ax
    mov es, ax
    mov ds, ax
    mov di, kHandOff
    mov cx, (4 + 32 + 8) / 2
.save:
    mov ax, [bp]
    stosw
    inc bp
    inc bp
    loop .save
    mov ss, cx
    mov sp, 0x7c00
    sti
    jmp 0:.canonical
.canonical:
    mov bx, 0                  ; sector by sector: never across a track or a 64 KB boundary
.load:
    inc bx
    mov ax, bx
    mov cl, kSectors
    div cl                     ; AL = track, AH = sector - 1
    mov ch, al
    shr ch, 1                  ; cylinder
    mov dh, al
    and dh, 1                  ; head
    mov cl, ah
    inc cl
    mov ax, bx
    dec ax
    shl ax, 5
    add ax, kBodySegment
    mov es, ax
    mov dl, [kHandOff + 8 + 20]
    push bx
    xor bx, bx
    mov ax, 0x0201
    int 0x13
    pop bx
    jc .stuck
    cmp bx, (body_end - body_start + 511) / 512
    jb .load
    jmp kBodySegment:0
.stuck:
    hlt
    jmp .stuck
    times 510 - ($ - $$) db 0
    dw 0xaa55

section body vstart=0 follows=boot align=1
body_start:
    mov ax, cs
    mov ds, ax
    mov ss, ax                 ; the stack at the top of the body's segment
    mov sp, 0xfff0
    call serial_start
%include "hand_off.inc"
%include "bda.inc"
%include "int11_12.inc"
%include "int14_17.inc"
%include "int16.inc"
%include "int15.inc"
%include "int1a.inc"
%include "int13.inc"
%include "int10_text.inc"
%include "int10_modes.inc"
%include "int10_vbe.inc"
    mov ax, 3
    int 0x10
    mov si, text_done
    call print
.rest:
    cli
    hlt
    jmp .rest
text_done: db "end of questions", 10, 0
%include "frame.asm"
body_end:
    times 1474560 - 512 - ($ - $$) db 0xf6
