; A boot sector that says on the screen and on COM1 what it was given, and waits for a key:
;   PROBE n drive 80 entry 80 type 0E LBA 00000800 sectors 00005000 !GPT $PnP
; !GPT and $PnP only when EAX and ES:DI say so.      -DNAME="'n'": which boot sector this is

bits 16
cpu 386
org 0x7c00
kCom1        equ 0x3f8
kLineStatus  equ 5             ; UART 16550: line status register, bit 5: transmitter empty

start:
    mov [cs:given_eax], eax
    mov bp, si
    mov ax, ds
    mov fs, ax
    xor ax, ax
    mov ds, ax
    cld
    push dx
    mov si, text_probe
    call print
    pop ax
    call hex
    mov si, text_entry
    call print
    mov al, [fs:bp]
    call hex
    mov si, text_type
    call print
    mov al, [fs:bp + 4]
    call hex
    mov si, text_lba
    call print
    mov eax, [fs:bp + 8]
    call hex32
    mov si, text_sectors
    call print
    mov eax, [fs:bp + 12]
    call hex32
    mov si, text_gpt
    cmp dword [given_eax], '!GPT'
    jne .no_gpt
    call print
    mov eax, [fs:bp + 20 + 36] ; the GPT entry's first LBA, upper half
    call hex32
.no_gpt:
    mov si, text_pnp
    cmp dword [es:di], '$PnP'
    jne .no_pnp
    call print
.no_pnp:
    mov si, text_end
    call print
    xor ax, ax
    int 0x16
    int 0x19

hex32:
    mov cx, 4
.byte:
    rol eax, 8
    push eax
    call hex
    pop eax
    loop .byte
    ret
hex:
    aam 16
    push ax
    xchg al, ah
    call .digit
    pop ax
.digit:
    cmp al, 10
    sbb al, 0x69
    das
put:
    pusha
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
    popa
    ret
print:
    lodsb
    test al, al
    jz .done
    call put
    jmp short print
.done:
    ret

text_probe:    db "PROBE ", NAME, " drive ", 0
text_entry:    db " entry ", 0
text_type:     db " type ", 0
text_lba:      db " LBA ", 0
text_sectors:  db " sectors ", 0
text_gpt:      db " !GPT ", 0
text_pnp:      db " $PnP", 0
text_end:      db 13, 10, 0
given_eax:     dd 0
    times 510 - ($ - $$) db 0
    dw 0xaa55
