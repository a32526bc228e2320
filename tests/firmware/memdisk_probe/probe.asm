; Asks the machine everything that a memory disk answers, and prints the answers on COM1: one line for each question.
; The image begins at 0000:7C00 as any boot sector does and fetches the rest of itself from the drive it came from; as
; an El Torito no-emulation image it is there already. Media are made of it by compare.py, which also reads the answers.
;
; Build: nasm -f bin probe.asm -o probe.bin

bits 16
cpu 386
org 0x7c00

kBuffer    equ 0x2000          ; segment of the transfer buffer
kSectors   equ 24              ; of this program
kMark      equ 0x424f5250      ; 'PROB', at its end
kCom1      equ 0x3f8

; ask13/ask15 NAME, EAX, EBX, ECX, EDX: one call, one line. DL of an INT 13h call is [drive].
%macro ask13 5
    call ask13_
    dd %2, %3, %4, %5
    db %1, 0
%endmacro
%macro ask15 5
    call ask15_
    dd %2, %3, %4, %5
    db %1, 0
%endmacro
; packet SIZE, COUNT, OFFSET, SEGMENT, LBA: the disk address packet that DS:SI names in all calls.
%macro packet 5
    mov word [dap], %1
    mov word [dap + 2], %2
    mov word [dap + 4], %3
    mov word [dap + 6], %4
    mov dword [dap + 8], %5
    mov dword [dap + 12], 0
%endmacro
%macro say 1+
    call say_
    db %1, 0
%endmacro
; bytes NAME, SEGMENT, OFFSET, LENGTH
%macro bytes 4
    push word %2
    push word %3
    push word %4
    call bytes_
    db %1, 0
%endmacro

start:
    jmp short begin
    nop
    times 62 - ($ - $$) db 0   ; where a BIOS parameter block would be
begin:
    cli
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, start
    sti
    cld
    jmp 0:canonical
canonical:
    mov [boot_drive], dl
    mov [drive], dl
    cmp dword [mark], kMark
    je main
    mov ah, 8
    int 0x13
    mov al, [boot_drive]
    jc .failed
    and cl, 63
    mov [geometry_sectors], cl
    mov [geometry_last_head], dh
    xor ax, ax
    mov es, ax
    mov di, 1                  ; sector number of the disk
.next:
    mov ax, di
    div byte [geometry_sectors]
    mov cl, ah
    inc cl                     ; sector
    xor ah, ah
    mov dl, [geometry_last_head]
    inc dl
    div dl
    mov ch, al                 ; cylinder
    mov dh, ah                 ; head
    mov dl, [boot_drive]
    mov bx, di
    shl bx, 9
    add bx, start
    mov ax, 0x0201
    int 0x13
    jc .failed
    inc di
    cmp di, kSectors
    jb .next
    cmp dword [mark], kMark
    je main
.failed:
    mov si, text_failed
.say:
    lodsb
    call com1_early
    test al, al
    jnz .say
    hlt
com1_early:
    push dx
    mov dx, kCom1
    out dx, al
    pop dx
    ret
text_failed: db "probe: cannot load itself", 10, "probe: end", 10, 0
boot_drive:         db 0
drive:              db 0
geometry_sectors:   db 0
geometry_last_head: db 0
    times 446 - ($ - $$) db 0
partition_table:    times 64 db 0
    dw 0xaa55

main:
    call com1_fast
    say "probe: begin"
    mov al, [boot_drive]
    call com1_hex8
    call newline
    %include "bda.inc"
    %include "int15.inc"
    %include "structures.inc"
    %include "int13_own.inc"
    %include "int13_edd.inc"
    %include "el_torito.inc"
    %include "int13_others.inc"
    %include "disable.inc"
    say "probe: end", 10
stop:
    cli
    hlt
    jmp stop

%include "frame.inc"

    times kSectors * 512 - 4 - ($ - $$) db 0
mark: dd kMark
