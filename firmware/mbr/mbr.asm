; The master boot record: boots the active partition of the disk that it is on, or one that the user chooses.
; 440 bytes at most: Windows' disk signature and the partition table follow.
;
; Handed to the boot sector, as BIOSes and DOS's MBR do: DL = drive, DS:SI = DS:BP = its partition entry, ES:DI = the BIOS's
; $PnP structure (Plug and Play BIOS 1.0A §3.1: boot code passes it on), and interrupts enabled.

bits 16
cpu 386

kTable           equ kHome + 446
kEntrySize       equ 16
kPartitions      equ 4
kEntryType       equ 4
kEntryLba        equ 8
kKeyShift        equ 0x03      ; INT 16h/02h: either Shift
%include "common/map.inc"

org 0x600                      ; kHome

%include "common/mbr_start.inc"

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

%include "common/mbr_fail.inc"

text_ask:            db "1-4F? ", 0
text_none:           db "No active partition", 0
text_no_boot_sector: db "No boot sector", 0

packet:
    db 16, 0
    dw 1
.offset:
    dw kEntry, 0
.lba:
    dq 0
