; The master boot record of a GPT disk: boots the partition that has the attribute "legacy BIOS bootable" (UEFI 2.10 §5.3.3,
; bit 2), or else the BIOS boot partition (its first sector must be a boot sector). 440 bytes at most.
;
; Handed to the boot sector, as Syslinux's doc/gpt.txt and T13 have it: EAX = "!GPT", DL = drive, ES:DI = $PnP, DS:SI = a
; partition entry as of an MBR, type EDh, and behind it the entry of the GPT. Where LBAs need more than 32 bits the former
; says FFFFFFFFh. There is no way around the extensions here: all 440 bytes are used, and disk_read.inc with its CHS would be
; 102 bytes more. A BIOS that old knows no disk that needs a GPT.

bits 16
cpu 386
%include "common/map.inc"
org 0x600                      ; kHome

%define EDD_ONLY
kHandOverType    equ 0xed
kGptMagic        equ '!GPT'
; GPT header (UEFI 2.10, table 5.5) and entry (table 5.6): offsets
kHeaderEntries   equ 72
kHeaderCount     equ 80
kHeaderEntrySize equ 84
kEntryFirst      equ 32
kEntryLast       equ 40
kEntryAttributes equ 48
kLegacyBootable  equ 0x04
kGptEntrySize    equ 128       ; what every tool writes
kBiosBoot        equ 'Hah!'    ; first dword of 21686148-6449-6E6F-744E-656564454649, "Hah!IdontNeedEFI"

%include "common/mbr_start.inc"

boot:
    inc word [packet.lba]      ; 1
    mov dh, 0                  ; BIOS boot partitions that were found; the last one counts
    call read_sector
    jc .unread
    mov si, text_no_gpt
    cmp word [kEntry], 'EF'    ; of "EFI PART"
    jne .no
    cmp byte [kEntry + kHeaderEntrySize], kGptEntrySize
    je .yes
.no:
    jmp fail
.unread:
    jmp read_error
.yes:
    mov ax, [kEntry + kHeaderCount]
    mov [left], ax
    mov si, kEntry + kHeaderEntries
    mov di, packet.lba
    movsd
    movsd

.sector:
    call read_sector
    jc .unread
    inc word [packet.lba]
    mov si, kEntry
.entry:
    test byte [si + kEntryAttributes], kLegacyBootable
    jnz .copy
    cmp dword [si], kBiosBoot
    jne .next
    inc dh
.copy:
    mov di, kHandOverEntry
    mov cx, kGptEntrySize / 2
    rep movsw
    test byte [si - kGptEntrySize + kEntryAttributes], kLegacyBootable
    jnz .load
    jmp short .counted
.next:
    sub si, -kGptEntrySize
.counted:
    dec word [left]
    jz .last
    cmp si, kEntry + 512
    jb .entry
    jmp short .sector
.last:
    mov si, text_none
    test dh, dh
    je .no

.load:
    mov si, kHandOverEntry + kEntryFirst
    mov di, packet.lba
    movsd
    movsd
    call read_sector
    jc read_error
    mov si, text_no_boot_sector
    cmp word [kEntry + 510], 0xaa55
    jne fail

    mov si, hand_over
    lea di, [si + 8]
    mov eax, [packet.lba]
    mov ecx, [kHandOverEntry + kEntryLast]
    sub ecx, eax
    inc ecx
    cmp word [packet.lba + 4], 0   ; 2^48 sectors are enough
    je .small
    or eax, -1
    mov ecx, eax
.small:
    stosd
    xchg eax, ecx
    stosd
    pop di
    pop es
    mov eax, kGptMagic
    jmp 0:kEntry

%include "common/mbr_fail.inc"

text_no_gpt:         db "No GPT", 0
text_none:           db "Not bootable", 0
text_no_boot_sector: db "No boot sector", 0

packet:
    db 16, 0
    dw 1
.offset:
    dw kEntry, 0
.lba:
    dq 0

hand_over:                     ; active, no CHS, LBA and size at run time; the GPT's entry follows it
    db 0x80, 0, 0, 0, kHandOverType, 0, 0, 0
    dd 0, 0, kGptEntrySize
kHandOverEntry:

absolute kHome + 1024
left:
    resw 1
