; A floppy boot sector that calls INT 13h/01h (status of the drive) TIMES times, or reads its own sector, and halts.
;
; Build: nasm -f bin -DTIMES=n -DREADS=0|1 calls.asm

bits 16
cpu 386
org 0x7c00
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, 0x7c00
    mov ebp, TIMES
    test ebp, ebp
    jz .rest
.again:
%if READS
    mov ax, 0x0201
    mov bx, 0x8000
    mov cx, 0x0001
    mov dh, 0
%else
    mov ah, 0x01
%endif
    mov dl, 0
    int 0x13
    dec ebp
    jnz .again
.rest:
    mov al, 0
    out 0xf4, al
    cli
    hlt
    times 510 - ($ - $$) db 0
    dw 0xaa55
    times 1474560 - ($ - $$) db 0
