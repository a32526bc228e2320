; The boot sector that loads stage2's head, two sectors whose numbers the installer wrote into the table below, and enters
; it at 0000:8000h with the right drive in DL. Assembled with
;   -DFAT16   for FAT12 and FAT16: the BPB before kBpbEnd16 stays
;   -DFAT32   for FAT32: the BPB before kBpbEnd32 stays
;   -DRAW     440 bytes: in the first sector of an ext2/3/4 file system, of a BIOS boot partition, of a floppy without a file
;             system, or in a master boot record (the disk signature and the partition table follow).
; The head names the installation it belongs to. A drive whose sectors say something else is the wrong one, whatever the BIOS
; said in DL; then 80h-87h, 00h and 01h are looked at.

bits 16
cpu 386
%include "common/map.inc"
%include "common/bpb.inc"
%include "common/stage2.inc"

kEntry  equ 0x7c00
%define LBA_64
org kEntry

start:
%ifdef FAT16
    jmp short code
    nop
    times kBpbEnd16 - ($ - $$) db 0
%elifdef FAT32
    jmp short code
    nop
    times kBpbEnd32 - ($ - $$) db 0
%endif
%ifndef RAW
%define BPB kEntry
%endif

code:
    xor ax, ax
    mov ss, ax
    mov sp, kEntry
    mov ds, ax
    mov es, ax
    sti
    cld
    jmp 0:based
based:

    mov dh, 0x7f
.drive:
    mov si, table.lba0
    mov bx, kStage2
    call read_at
    jc .unreadable
    cmp dword [kStage2 + kHeadMagic], kHeadMagicText
    jne .next
    mov eax, [kStage2 + kHeadInstallId]
    cmp eax, [table.id]
    jne .next
    mov si, table.lba1
    mov bx, kStage2 + 512
    call read_at
    jnc kStage2                ; CS is 0

; The first status that is more than "no such drive" is what the user wants to know. Floppy drives that are only tried may be
; empty.
.unreadable:
    cmp dh, 2
    jb .next
    inc ch
    jz .next
    cmp byte [status], 0
    jne .next
    mov [status], ch
.next:
    inc dh
    cmp dh, 0x88
    jne .number
    mov dh, 0
.number:
    mov dl, dh
    cmp dl, 2
    jne .drive

    mov si, text_bootsim
    call print
    mov si, text_missing
    cmp byte [status], 0
    je .say
    mov si, text_read
.say:
    call print
    mov al, [status]
    sub al, 1
    jc give_up
    call print_hex
give_up:
    int 0x18                   ; the BIOS goes on to its next boot device
    jmp short $

; SI = address of an LBA, BX = buffer
read_at:
    mov di, packet.lba
    movsd
    movsd
    mov [packet.offset], bx
%include "common/disk_read.inc"
%define PRINT_HEX
%include "common/print.inc"

packet:
    db 16, 0
    dw 1
.offset:
    dw 0, 0
.lba:
    dq 0

; Written by the installer, who finds it by its magic.
table:
    db "BSBL"
.id:
    dd 0
.lba0:
    dq 0
.lba1:
    dq 0

text_bootsim:  db "bootsim: ", 0
text_missing:  db "stage2 not found", 0
text_read:     db "read error ", 0
status:        db 0            ; the BIOS's status + 1; 0: none

%ifndef RAW
; Where a partition table has its flags, 00h and 80h would make one of this.
    times 510 - ($ - $$) db 0xf6
    dw 0xaa55
%endif
