; The boot program of `./dev demo`: an El Torito no-emulation image (four virtual sectors of 512 bytes) that finds
; HELLO.TXT on its own CD by INT 13h/42h, shows it, and waits for a key. mkisofs fills in the boot information table.
;
; Build: nasm -f bin demo.asm -o demo.bin

bits 16
cpu 386
org 0x7c00

kSector      equ 2048
kDirectory   equ 0x9000        ; one sector of the root directory
kFile        equ 0xa000        ; the file's text

; ISO 9660 (ECMA-119) §9.1, directory record: offsets of its fields
kRecExtent   equ 2
kRecLength   equ 10
kRecNameLen  equ 32
kRecName     equ 33
; §8.4: the root directory's record inside the primary volume descriptor
kPvdRoot     equ 156

start:
    jmp short begin
    times 8 - ($ - $$) db 0
; Boot information table (isolinux and mkisofs agree on this layout)
info_pvd_lba:    dd 0
info_file_lba:   dd 0
info_file_bytes: dd 0
info_checksum:   dd 0
    times 40 db 0

begin:
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
    mov [drive], dl
    mov si, text_greeting
    call print

    mov eax, [info_pvd_lba]    ; the volume descriptor names the root directory
    mov bx, kDirectory
    call read_sector
    mov eax, [kDirectory + kPvdRoot + kRecExtent]
    mov bx, kDirectory
    call read_sector

    mov si, kDirectory
.record:
    movzx cx, byte [si]        ; length of the record; 0 ends the sector
    jcxz .missing
    cmp byte [si + kRecNameLen], hello_name.end - hello_name
    jne .next
    push cx
    push si
    lea si, [si + kRecName]
    mov di, hello_name
    mov cx, hello_name.end - hello_name
    repe cmpsb
    pop si
    pop cx
    je .found
.next:
    add si, cx
    cmp si, kDirectory + kSector
    jb .record
.missing:
    mov si, text_missing
    call print
    jmp wait_for_key

.found:
    mov eax, [si + kRecExtent]
    mov cx, [si + kRecLength]
    cmp cx, kSector
    jbe .fits
    mov cx, kSector
.fits:
    push cx
    mov bx, kFile
    call read_sector
    pop cx
    mov si, kFile
.show:
    lodsb
    call put
    loop .show

wait_for_key:
    mov si, text_key
    call print
    xor ah, ah                 ; INT 16h/00h: wait for a key
    int 0x16
    int 0x19                   ; and boot again

; EAX = LBA (2048-byte sectors), BX = buffer in segment 0. Does not come back when the BIOS reports an error.
read_sector:
    mov [packet.lba], eax
    mov [packet.offset], bx
    mov si, packet
    mov dl, [drive]
    mov ah, 0x42               ; INT 13h/42h: extended read
    int 0x13
    jc .failed
    ret
.failed:
    mov al, ah
    push ax
    mov si, text_failed
    call print
    pop ax
    call print_hex
    jmp wait_for_key

; AL in hexadecimal
print_hex:
    push ax
    shr al, 4
    call .digit
    pop ax
    and al, 0x0f
.digit:
    cmp al, 10
    sbb al, 0x69               ; the classic nibble-to-ASCII: 96h..9Fh, A1h..A6h; DAS makes '0'..'9', 'A'..'F'
    das
; AL as a character
put:
    pusha
    mov ah, 0x0e
    mov bx, 0x0007
    int 0x10
    popa
    ret

; The zero-terminated text at SI
print:
    lodsb
    test al, al
    jz .done
    call put
    jmp print
.done:
    ret

drive:         db 0
align 4
packet:                        ; disk address packet (EDD 3.0, table 2)
    db 16, 0
    dw 1                       ; sectors
.offset: dw 0
    dw 0                       ; segment
.lba: dq 0

hello_name:    db "HELLO.TXT;1"
.end:
text_greeting: db "Hello from a boot sector. I came from El Torito, and I read my own CD.", 13, 10, 13, 10, 0
text_missing:  db "There is no HELLO.TXT on this CD.", 13, 10, 0
text_failed:   db "INT 13h/42h failed with status ", 0
text_key:      db 13, 10, "Press any key to boot again.", 13, 10, 0

    times 4 * 512 - ($ - $$) db 0
