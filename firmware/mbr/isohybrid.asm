; The master boot record of an ISO 9660 image that is also a disk, for `xorriso -as mkisofs -isohybrid-mbr`: xorriso keeps the
; first 432 bytes of this file, and writes the LBA of the El Torito boot image, in 512-byte sectors, behind them (a qword; as
; isohybrid of Syslinux does), then a disk signature and a partition table.
; Loads the boot image's first 2048 bytes as a BIOS does for a CD, looks for the magic at 40h that says "I can do both", and
; enters it at 44h with DL = drive: bootsector/cdboot.asm.

bits 16
cpu 386
%include "common/map.inc"
org 0x600                      ; kHome

%define LBA_64
kImageSectors  equ 4
kImageLba      equ kHome + 432
kHybridMagic   equ 0x40
kHybridEntry   equ 0x44

%include "common/mbr_start.inc"

boot:
    mov eax, [kImageLba]
    mov [packet.lba], eax
    mov eax, [kImageLba + 4]
    mov [packet.lba + 4], eax
.more:
    call read_sector
    jc read_error
    inc dword [packet.lba]
    add byte [packet.offset + 1], 512 >> 8
    cmp byte [packet.offset + 1], (kEntry >> 8) + kImageSectors * 2
    jb .more
    mov si, text_no_image
    cmp dword [kEntry + kHybridMagic], 0x7078c0fb
    jne fail
    pop di
    pop es
    jmp 0:kEntry + kHybridEntry

%include "common/mbr_fail.inc"

text_no_image: db "No hybrid boot image", 0

packet:
    db 16, 0
    dw 1
.offset:
    dw kEntry, 0
.lba:
    dq 0
