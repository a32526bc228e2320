; Stands in for stage2's body in boot tests: says on the screen and on COM1 which drive and which kind of installation it
; got, and whether its last sector is there; then waits for a key. assemble.py puts the head in front of it.
;   -DSECTORS=N    the body's size

bits 16
cpu 386
org 0x400                      ; CS = 0840h: offsets as in stage2.bin, DS = 0800h

kCom1        equ 0x3f8
kLineStatus  equ 5             ; UART 16550: line status register, bit 5: transmitter empty
%ifndef SECTORS
%define SECTORS 96
%endif

start:
    mov ax, 0x0800
    mov ds, ax
    mov al, dl
    mov di, text_drive
    call hex
    mov al, [0x10]             ; the head's kind
    mov di, text_kind
    call hex
    mov al, [0x11]             ; the drive that the head noted
    mov di, text_noted
    call hex
    mov ax, ds
    add ax, (SECTORS - 1) * 32
    mov es, ax
    cmp dword [es:last_sector_mark - (SECTORS - 1) * 512], 'LAST'
    mov si, text_short
    jne .say
    mov si, text
.say:
    call print
    xor ax, ax
    int 0x16
    int 0x19

; AL as two digits at DS:DI
hex:
    aam 16
    xchg al, ah
    call .digit
    mov al, ah
.digit:
    cmp al, 10
    sbb al, 0x69
    das
    mov [di], al
    inc di
    ret

; SI: the text
print:
    lodsb
    test al, al
    jz .done
    push ax
    mov ah, 0x0e
    mov bx, 7
    int 0x10
    mov dx, kCom1 + kLineStatus
.wait:
    in al, dx
    test al, 0x20
    jz .wait
    pop ax
    mov dx, kCom1
    out dx, al
    jmp short print
.done:
    ret

text:        db "BODY OK, drive "
text_drive:  db "XX, kind "
text_kind:   db "XX, noted "
text_noted:  db "XX", 13, 10, 0
text_short:  db "BODY INCOMPLETE", 13, 10, 0

%assign n 1
%rep SECTORS - 1               ; no two sectors are alike, so that a wrong one changes the sum
    times n * 512 - ($ - $$) db 0
    dd n * 0x01010101
%assign n n + 1
%endrep
    times SECTORS * 512 - 4 - ($ - $$) db 0
last_sector_mark:
    dd 'LAST'
