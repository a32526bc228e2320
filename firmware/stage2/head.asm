; stage2's head: the first 1024 bytes of stage2.bin. Boot sectors load it to 0000:8000h and enter it with DL = drive, which
; they have made sure of. It loads the body, the rest of stage2.bin, behind itself by the list of sectors that the installer
; wrote, checks the sum and enters the body at 0840h:0000h with DL = drive. firmware/common/stage2.inc names the fields;
; assemble.py fills in those that the installer does not.

bits 16
cpu 386
%include "common/map.inc"
%include "common/stage2.inc"
%include "common/bpb.inc"

%define LBA_64
%define MULTI
%define BPB kStack             ; a floppy's boot sector is still there; the variables leave its BPB alone
kStack         equ 0x7c00
kRunSize       equ 10
kRunCount      equ 8
kMostSectors   equ 127         ; EDD 3.0, table 2: no packet asks for more
kMostBytes     equ 0x80000     ; stage2 must end below 90000h: EBDAs may begin there
org kStage2

start:
    jmp near code
    db 0
magic:      dd kHeadMagicText
length:     dd 0
install_id: dd 0
kind:       db kKindNone
drive:      db 0
            dw 0
sum:        dd 0
volume:     dq 0
runs:                          ; used up while they are read
    times kHeadCode - ($ - $$) db 0

code:
    xor ax, ax
    mov ss, ax
    mov sp, kStack
    mov ds, ax
    sti
    cld
    mov [packet.offset], ax
    mov [drive], dl            ; and DL stays it
    cmp word [length + 2], kMostBytes >> 16
    jae damaged

    mov word [packet], 16      ; its length
    mov word [packet.segment], kStage2Body / 16
    mov byte [limit], kMostSectors
    mov si, runs
    jmp short read

; Says it and lets the BIOS go on to its next boot device.
damaged:
    mov si, text_damaged
    call print
    jmp short give_up
read_error:
    push cx
    mov si, text_read
    call print
    pop ax
    mov al, ah
    call print_hex
    mov si, text_sector
    call print
    mov si, packet.lba + 8
.byte:
    dec si
    mov al, [si]
    call print_hex
    cmp si, packet.lba
    ja .byte
give_up:
    int 0x18
    jmp short $

; One call for as many sectors as the run, the DMA controller's 64 KiB and the BIOS allow.
read:
    mov ax, [packet.segment]
    shr ax, 5                  ; in sectors; 128 of them make 64 KiB
    or al, 0x80
    neg al
    cmp al, [limit]
    jbe .below_limit
    mov al, [limit]
.below_limit:
    xor ah, ah
    cmp ax, [si + kRunCount]
    jbe .below_run
    mov ax, [si + kRunCount]
.below_run:
    test ax, ax
    jz damaged                 ; the list ends too early
    mov [packet.count], ax
    push ds
    pop es
    mov di, packet.lba
    movsd
    movsd
    sub si, 8
    push si
    call read_sectors
    pop si
    jc read_error
    movzx eax, word [packet.count]
    add [si], eax
    adc dword [si + 4], 0
    sub [si + kRunCount], ax
    jnz .same_run
    add si, kRunSize
.same_run:
    shl ax, 5
    add [packet.segment], ax
    mov ax, [length + 1]       ; a multiple of 512: this makes paragraphs
    shl ax, 4
    add ax, kStage2 / 16
    cmp ax, [packet.segment]
    ja read

%include "common/stage2_sum.inc"
    test eax, eax
    jnz damaged
    jmp (kStage2Body / 16):0

%include "common/disk_read.inc"
%define PRINT_HEX
%include "common/print.inc"

text_damaged:  db "stage2 damaged", 0
text_read:     db "stage2 read error ", 0
text_sector:   db ", LBA ", 0
    times 2 * 512 - ($ - $$) db 0

; Variables lie where the boot sector was, before its geometry: here they would change the sum.
absolute kStack
packet:                        ; disk address packet (EDD 3.0, table 2)
            resw 1
.count:     resw 1
.offset:    resw 1
.segment:   resw 1
.lba:       resq 1
limit:      resb 1             ; sectors that a call may ask for
