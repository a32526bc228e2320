; The master boot record: boots the active partition of the disk that it is on, or one that the user chooses.
; 440 bytes at most: Windows' disk signature and the partition table follow.
;
; Handed to the boot sector, as BIOSes and DOS's MBR do: DL = drive, DS:SI = DS:BP = its partition entry, ES:DI = the BIOS's
; $PnP structure (Plug and Play BIOS 1.0A §3.1: boot code passes it on), and interrupts enabled.

bits 16
cpu 386

kHome            equ 0x0600    ; the MBR moves here; a boot sector belongs at kEntry
kEntry           equ 0x7c00
kTable           equ kHome + 446
kEntrySize       equ 16
kPartitions      equ 4
kEntryType       equ 4
kEntryLba        equ 8
kKeyShift        equ 0x03      ; INT 16h/02h: either Shift
%include "common/map.inc"

org kHome

start:
    xor ax, ax
    mov ss, ax
    mov sp, kEntry
    mov si, sp
    push es
    push di
    mov ds, ax
    mov es, ax
    sti
    cld
    mov di, kHome
    mov cx, 256
    rep movsw
    jmp 0:moved
moved:

; Is DL the disk that we came from? Its first sector must be what we are, disk signature and table included. If not, look
; at 80h-87h, 00h and 01h. Nobody fits when another loader gave us a changed table: then DL must do.
    push dx
    mov dh, 0x7f
.check:
    call read_sector
    jc .other
    mov si, kEntry
    mov di, kHome
    mov cx, 256
    repe cmpsw
    je .ours
.other:
    inc dh
    cmp dh, 0x88
    jne .next
    mov dh, 0
.next:
    mov dl, dh
    cmp dl, 2
    jne .check
    pop dx
    push dx
.ours:
    pop ax

; A key or a held Shift asks.
    mov ah, 2
    int 0x16
    test al, kKeyShift
    jnz .ask
    mov ah, 1
    int 0x16
    jz .active
.ask:
    mov si, text_ask
    call print
.key:
    xor ax, ax
    int 0x16
    cmp al, 13
    je .active
    or al, 0x20                ; digits have this bit already
    cmp al, 'f'
    je .floppy
    sub al, '1'
    cmp al, kPartitions
    jae .key
    shl al, 4                  ; x kEntrySize
    add al, kTable & 0xff
    mov ah, kTable >> 8
    xchg ax, si
    cmp byte [si + kEntryType], 0
    je .key
    jmp short .load

.active:
    mov si, kTable
.look:
    cmp byte [si], 0x80
    je .load
    add si, kEntrySize
    cmp si, kTable + kPartitions * kEntrySize
    jb .look
    mov si, text_none
    jmp short fail

.floppy:
    mov dl, 0
    jmp short .read
.load:
    mov eax, [si + kEntryLba]
    mov [packet.lba], eax
.read:
    push si
    call read_sector
    pop si
    jc read_error
    cmp word [kEntry + 510], 0xaa55
    jne .no_boot_sector
    mov bp, si
    pop di
    pop es
    jmp 0:kEntry
.no_boot_sector:
    mov si, text_no_boot_sector

; Says the text at SI and lets the BIOS go on to its next boot device.
fail:
    call print
give_up:
    int 0x18
    jmp short $

read_error:
    push cx
    mov si, text_read
    call print
    pop ax
    mov al, ah
    push word give_up
%define PRINT_HEX
%include "common/print.inc"
%include "common/disk_read.inc"

text_ask:            db "1-4, F? ", 0
text_none:           db "No active partition", 0
text_no_boot_sector: db "No boot sector", 0
text_read:           db "Read error ", 0

packet:
    db 16, 0
    dw 1
.offset:
    dw kEntry, 0
.lba:
    dq 0
