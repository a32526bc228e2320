; A boot sector with a bug, for the session in docs/debugger.md: it cannot read its second sector, although its packet is
; right. clear_line writes one blank too many, over the drive number that the BIOS gave in DL.
%include "common/map.inc"
bits 16
org 7C00h

start:
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, 7C00h
    mov [drive], dl
    call clear_line
    mov si, greeting
    call print
    mov si, packet
    mov dl, [drive]
    mov ah, 42h
    int 13h
    jc failed
    jmp 0:8000h

failed:
    mov si, message
    call print
.stop:
    jmp .stop

clear_line:
    mov di, line
    mov cx, drive - line + 1            ; the bug: it should be drive - line
    mov al, ' '
    rep stosb
    ret

print:
    lodsb
    test al, al
    jz .done
    mov ah, 0Eh
    mov bx, 7
    int 10h
    jmp print
.done:
    ret

greeting: db "Loading ", 0
message:  db "read error", 0
packet:   db 16, 0
          dw 1, 8000h, 0
          dq 1
line:     times 16 db 0
drive:    db 0

    times 1FEh - ($ - $$) db 0
    dw 0AA55h

second:                                 ; never reached
    jmp $
    times 64 * 512 - ($ - $$) db 0
