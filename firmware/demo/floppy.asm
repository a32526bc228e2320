; The floppy of `./dev demo`: a boot sector that reads the sectors behind it by INT 13h/02h, shows them as a text, and waits
; for a key. It does not know that the drive is an image in memory; the trace does.
;
; Build: nasm -f bin floppy.asm -o floppy.img      (1440 KiB)

bits 16
cpu 386
org 0x7c00

kText        equ 0x8000
kTextSectors equ 2
kFirst       equ 2             ; the text's first sector; they count from 1

start:
    cli
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, start
    sti
    cld
    jmp 0:canonical            ; BIOSes start us at 0000:7C00 or at 07C0:0000
canonical:
    mov di, 3                  ; a floppy's motor may need three tries
.read:
    mov ax, 0x0200 + kTextSectors
    mov bx, kText
    mov cx, kFirst
    mov dh, 0                  ; DL is still the drive
    int 0x13
    jnc .show
    mov ah, 0
    int 0x13
    dec di
    jnz .read
    mov si, text_error
    call print
    jmp short .wait
.show:
    mov si, kText
    call print
.wait:
    mov ah, 0
    int 0x16
    int 0x19

print:
    lodsb
    test al, al
    jz .done
    mov ah, 0x0e
    mov bx, 7
    int 0x10
    jmp print
.done:
    ret

text_error: db "The floppy cannot be read.", 13, 10, 0

    times 510 - ($ - $$) db 0
    dw 0xaa55

    db 13, 10
    db "This text was read from a floppy disk that exists in memory only:", 13, 10
    db "bootsim's loader found floppy.img on a CD, and its memory disk answers INT 13h.", 13, 10
    db "The trace shows both: calls answered by the BIOS, and by the hook.", 13, 10
    db 13, 10, "Press any key", 0
    times (1 + kTextSectors) * 512 - ($ - $$) db 0
    times 1440 * 1024 - ($ - $$) db 0
