; The El Torito boot image (no emulation, 2048 bytes) in front of stage2.bin: isoboot.bin = cdboot.bin + stage2.bin. It loads
; the rest of its file to 0000:8000h by the boot information table, which mkisofs and xorriso write into it
; (-boot-info-table), and enters the body. The image may also be started from a disk, at 44h, by the master boot record of a
; hybrid ISO (mbr/isohybrid.asm, or Syslinux's isohdpfx.bin): the same sectors by other numbers.

bits 16
cpu 386
%include "common/map.inc"
%include "common/stage2.inc"

%define MULTI
kEntry           equ 0x7c00
kHome            equ 0x0600    ; here we move: the image overlaps kStage2
kImageBytes      equ 2048
kHybridMagic     equ 0x7078c0fb
kVariables       equ kHome + kImageBytes
kReadBytes       equ 0x8000    ; at most this many at once: buffers never cross 64 KiB
kRetries         equ 5
org kHome

start:
    xor ax, ax
    jmp short move
    times 8 - ($ - $$) db 0
; Boot information table (mkisofs(1), -boot-info-table)
info_volume_lba: dd 0
info_file_lba:   dd 0
info_file_bytes: dd 0
info_checksum:   dd 0
    times 0x40 - ($ - $$) db 0
    dd kHybridMagic
    mov ax, 1                  ; 44h: from a disk
move:
    xor cx, cx
    mov ss, cx
    mov sp, kEntry
    mov ds, cx
    mov es, cx
    sti
    cld
    mov si, kEntry
    mov di, kHome
    mov cx, kImageBytes / 2
    rep movsw
    jmp 0:moved
moved:
    mov [on_disk], al
    mov [drive], dl
    mov byte [status], 0
    cmp dword [info_file_lba], 0
    mov si, text_no_table
    je fail

; Is DL the drive that we came from? The image's first sector on it must be what we are. If not, look at 80h-FFh, 00h, 01h.
    mov dh, 0x7f
.drive:
    mov dl, [drive]
    push dx
    mov eax, [info_file_lba]
    call set_lba
    mov word [packet.segment], kStage2 / 16
    mov word [packet.count], 1
    call read
    pop dx
    jc .unreadable
    mov si, kStage2
    mov di, kHome
    mov cx, 512 / 2
    xor ax, ax
    mov es, ax
    repe cmpsw
    je load
    jmp short .next
.unreadable:
    cmp dh, 2                  ; floppy drives that are only tried may be empty
    jb .next
    cmp byte [status], 0       ; the first status that means something is what the user wants to know
    jne .next
    cmp ch, 1                  ; invalid parameter: no such drive
    jbe .next
    cmp ch, kUnreachable
    je .next
    mov [status], ch
    mov [failed_drive], dl
.next:
    inc dh
    mov [drive], dh
    cmp dh, 2
    jne .drive
    mov si, text_no_drive
    mov ch, [status]
    test ch, ch
    jz fail
    mov al, [failed_drive]
    mov [drive], al
    jmp read_error

load:
    mov eax, [info_file_lba]
    inc eax
    call set_lba
    mov eax, [info_file_bytes]
    sub eax, kImageBytes
    jbe damaged
    cmp eax, 0x80000
    jae damaged
    shr eax, 4
    add ax, kStage2 / 16
    mov [end], ax
    mov word [packet.segment], kStage2 / 16
    mov byte [limit], kReadBytes / 512
.more:
    mov ax, [packet.segment]   ; up to the next 32 KiB, but not beyond the end
    neg ax
    and ax, kReadBytes / 16 - 1
    jnz .aligned
    mov ax, kReadBytes / 16
.aligned:
    mov bx, [end]
    sub bx, [packet.segment]
    cmp ax, bx
    jbe .inside
    mov ax, bx
.inside:
    add ax, 512 / 16 - 1       ; paragraphs to sectors
    shr ax, 5
    cmp byte [on_disk], 0
    jne .in_sectors
    add ax, kImageBytes / 512 - 1
    shr ax, 2
.in_sectors:
    cmp al, [limit]
    jbe .fits
    mov al, [limit]
.fits:
    mov [packet.count], ax
    call read
    jc read_error
    movzx eax, word [packet.count]
    add [packet.lba], eax
    shl ax, 5
    cmp byte [on_disk], 0
    jne .advance
    shl ax, 2
.advance:
    add [packet.segment], ax
    mov ax, [packet.segment]
    cmp ax, [end]
    jb .more

    cmp dword [kStage2 + kHeadMagic], kHeadMagicText
    jne damaged
    mov eax, [info_file_bytes] ; the head's length must be what was loaded, up to padding
    sub eax, kImageBytes
    cmp eax, [kStage2 + kHeadLength]
    jb damaged
%include "common/stage2_sum.inc"
    test eax, eax
    jnz damaged
    mov al, [on_disk]          ; there the ISO is an unpartitioned disk
    add al, kKindCd            ; kKindWhole is the next kind
    mov [kStage2 + kHeadKind], al
    mov dl, [drive]
    mov [kStage2 + kHeadDrive], dl
    jmp (kStage2Body / 16):0

; EAX = LBA of a CD's sector: into the packet, in the drive's own sectors
set_lba:
    cmp byte [on_disk], 0
    je .set
    shl eax, 2
.set:
    mov [packet.lba], eax
    mov dword [packet.lba + 4], 0
    mov word [packet], 16
    mov word [packet.offset], 0
    ret

; [packet.count] sectors from [drive]; like read_sectors. A CD is read by INT 13h/42h without asking 41h, which may deny it
; (El Torito 1.0 §4.2 promises the one and not the other), and never by CHS.
read:
    mov dl, [drive]
    cmp byte [on_disk], 0
    jne read_sectors
    mov cx, kRetries
.try:
    push cx
    mov dl, [drive]
    mov si, packet
    mov ah, 0x42
    int 0x13
    pop cx
    jnc .done
    mov ch, ah
    cmp ah, 1                  ; no such drive, or no such call
    je .failed
    mov word [packet.count], 1
    mov byte [limit], 1
    push cx
    mov dl, [drive]
    xor ax, ax                 ; AH=00h: reset
    int 0x13
    pop cx
    dec cl
    jnz .try
.failed:
    stc
.done:
    ret

damaged:
    mov si, text_damaged
; Says the text at SI and lets the BIOS go on to its next boot device.
fail:
    push si
    mov si, text_bootsim
    call print
    pop si
    call print
give_up:
    int 0x18
    jmp short $

; The same for CH = the BIOS's status.
read_error:
    push word give_up
    push cx
    mov si, text_bootsim
    call print
    mov si, text_read
    call print
    pop ax
    mov al, ah
    call print_hex
    mov si, text_drive
    call print
    mov al, [drive]
    call print_hex
    mov si, text_sector
    call print
    mov si, packet.lba + 4
.byte:
    dec si
    mov al, [si]
    call print_hex
    cmp si, packet.lba
    ja .byte
    ret

%include "common/disk_read.inc"
%define PRINT_HEX
%include "common/print.inc"

text_bootsim:  db "bootsim: ", 0
text_no_table: db "no boot information table (make the CD with -boot-info-table)", 0
text_no_drive: db "the drive of this CD was not found", 0
text_damaged:  db "stage2 damaged", 0
text_read:     db "read error ", 0
text_drive:    db ", drive ", 0
text_sector:   db ", sector ", 0
    times kImageBytes - ($ - $$) db 0

absolute kVariables
packet:                        ; disk address packet (EDD 3.0, table 2)
            resw 1
.count:     resw 1
.offset:    resw 1
.segment:   resw 1
.lba:       resq 1
limit:      resb 1             ; sectors that a call may ask for
drive:      resb 1
on_disk:    resb 1             ; 0: a CD with its sectors of 2048 bytes
status:       resb 1
failed_drive: resb 1           ; the drive that it is about
end:        resw 1             ; segment behind stage2
