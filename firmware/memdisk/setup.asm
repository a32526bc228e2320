; The real-mode part of memdisk.bin: a header by which loaders take it for a Linux kernel (Documentation/x86/boot.rst, boot
; protocol 2.06), the way to the 32-bit part at 1 MiB, and that part's way back to the BIOS (Services of bios.h).
;
; Loaded at any segment, entered at offset 200h. Build: nasm -f bin -DSECTORS=n -DPARAGRAPHS=n setup.asm -o setup.bin

bits 16
cpu 386
org 0

kSetupSectors equ 7
kImage32      equ 100000h

kCode32 equ 08h                ; selectors of gdt
kData32 equ 10h
kCode16 equ 18h
kData16 equ 20h

start:                         ; the boot sector of a kernel that is no boot sector
    push cs
    pop ds
    mov si, 7c00h + not_bootable
    push byte 0
    pop ds
.next:
    lodsb
    test al, al
    jz .stop
    mov ah, 0eh
    mov bx, 7
    int 10h
    jmp .next
.stop:
    hlt
    jmp .stop
not_bootable: db "A memory disk is started by a boot loader, as a Linux kernel is.", 13, 10, 0

    times 1f1h - ($ - $$) db 0
setup_sects:     db kSetupSectors
root_flags:      dw 0
syssize:         dd PARAGRAPHS
ram_size:        dw 0
vid_mode:        dw 0ffffh      ; normal
root_dev:        dw 0
boot_flag:       dw 0aa55h
                 jmp short entry
                 db "HdrS"
                 dw 206h        ; protocol version
realmode_swtch:  dd 0
start_sys_seg:   dw 1000h
kernel_version:  dw version_text - 200h
type_of_loader:  db 0
loadflags:       db 1           ; the 32-bit part goes to 1 MiB
setup_move_size: dw 0
code32_start:    dd kImage32
ramdisk_image:   dd 0
ramdisk_size:    dd 0
bootsect_kludge: dd 0
heap_end_ptr:    dw 0
ext_loader:      dw 0
cmd_line_ptr:    dd 0
initrd_addr_max: dd 0ffffffffh  ; an image may lie anywhere below 4 GiB
kernel_alignment: dd 0
relocatable:     dd 0
cmdline_size:    dd 2047

entry:
    cld
    cli
    mov ax, cs
    sub ax, 20h                ; the header's segment
    push ax
    push word canonical
    retf
canonical:
    mov ax, cs
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, stack_top
    movzx eax, ax
    mov [real_mode.segment], ax
    mov [services.segment], ax
    shl eax, 4
    mov [services.header], eax
    add [gdt_descriptor + 2], eax
    mov [kernel_base], eax
    add [back.target], eax
    add [services.call], eax
    mov [gdt_code16 + 2], ax   ; bases of the 16-bit segments
    mov [gdt_data16 + 2], ax
    shr eax, 16
    mov [gdt_code16 + 4], al
    mov [gdt_data16 + 4], al
; Loaders before protocol 2.02 leave the command line in our segment.
    cmp dword [cmd_line_ptr], 0
    jne .has_line
    cmp word [20h], 0a33fh
    jne .has_line
    movzx eax, word [22h]
    add eax, [services.header]
    mov [cmd_line_ptr], eax
.has_line:
    call open_a20
    lgdt [gdt_descriptor]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp dword kCode32:kImage32 ; EBP below tells it where we are; start32.asm

open_a20:
    call .test
    jne .open
    mov ax, 2401h              ; the BIOS first
    int 15h
    call .test
    jne .open
    in al, 92h
    or al, 2
    and al, 0feh
    out 92h, al
    mov cx, 0ffffh
.wait:
    call .test
    jne .open
    loop .wait
.open:
    mov ebp, [services.header]
    add ebp, services
    cli
    ret
; Equal while 0:500h and FFFF:510h are the same memory.
.test:
    push ds
    push es
    push byte 0
    pop ds
    push word 0ffffh
    pop es
    mov al, [500h]
    mov ah, al
    not ah
    mov [500h], ah
    cmp [es:510h], ah
    mov [500h], al
    jne .differ
    mov [500h], al
    cmp [es:510h], al
.differ:
    pop es
    pop ds
    ret

; void call(uint32_t vector, Registers*): calls the BIOS in real mode. cdecl, flat 32-bit segments.
bits 32
call_bios:
    pushad
    call .here
.here:
    pop ebp
    sub ebp, .here             ; linear address of offset 0
    mov [ebp + saved_esp], esp
    mov eax, [esp + 36]
    mov [ebp + vector], al
    mov esi, [esp + 40]
    lea edi, [ebp + registers]
    mov ecx, kRegistersSize
    rep movsb
    jmp kCode16:leave_protected_mode
bits 16
leave_protected_mode:
    mov ax, kData16
    mov ds, ax
    mov es, ax
    mov fs, ax
    mov gs, ax
    mov ss, ax
    mov eax, cr0
    and al, 0feh
    mov cr0, eax
    db 0eah                    ; JMP segment:real_mode
    dw real_mode
real_mode.segment: dw 0
real_mode:
    mov ax, cs
    mov ss, ax
    mov sp, stack_top
    mov ds, ax
    mov fs, ax
    mov gs, ax
    lidt [real_idt]
    mov es, [registers.es]
    mov eax, [registers.eax]
    mov ebx, [registers.ebx]
    mov ecx, [registers.ecx]
    mov edx, [registers.edx]
    mov esi, [registers.esi]
    mov edi, [registers.edi]
    push word [registers.ds]
    pop ds
    sti
    db 0cdh                    ; INT vector
vector: db 0
    cli
    push ds
    push cs
    pop ds
    cld
    pop word [registers.ds]
    mov [registers.es], es
    mov [registers.eax], eax
    mov [registers.ebx], ebx
    mov [registers.ecx], ecx
    mov [registers.edx], edx
    mov [registers.esi], esi
    mov [registers.edi], edi
    pushf
    pop word [registers.flags]
    lgdt [gdt_descriptor]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    db 66h, 0eah               ; JMP kCode32:back
back.target: dd back
    dw kCode32
bits 32
back:
    mov ax, kData32
    mov ds, ax
    mov es, ax
    mov fs, ax
    mov gs, ax
    mov ss, ax
    db 0bdh                    ; MOV EBP, linear address of offset 0
kernel_base: dd 0
    mov esp, [ebp + saved_esp]
    lea esi, [ebp + registers]
    mov edi, [esp + 40]
    mov ecx, kRegistersSize
    rep movsb
    popad
    ret
bits 16

align 4, db 0
services:                      ; struct Services of bios.h
.call:    dd call_bios
.header:  dd 0                 ; linear address of this file's offset 0
.segment: dw 0
          dw scratch           ; offset of a buffer of kScratchSize bytes

registers:                     ; struct Registers of bios.h
.eax: dd 0
.ebx: dd 0
.ecx: dd 0
.edx: dd 0
.esi: dd 0
.edi: dd 0
.ds:  dw 0
.es:  dw 0
.flags: dd 0
kRegistersSize equ $ - registers

saved_esp: dd 0
real_idt:  dw 3ffh
           dd 0
align 8, db 0
gdt:
gdt_descriptor:                ; in the null descriptor
    dw gdt_end - gdt - 1
    dd gdt
    dw 0
    dw 0ffffh, 0, 9b00h, 0cfh  ; kCode32
    dw 0ffffh, 0, 9300h, 0cfh  ; kData32
gdt_code16:
    dw 0ffffh, 0, 9b00h, 0     ; kCode16, base = our segment
gdt_data16:
    dw 0ffffh, 0, 9300h, 0     ; kData16
gdt_end:

version_text: db "bootsim memory disk ", VERSION, 0

scratch: times 512 db 0
    times (kSetupSectors + 1) * 512 - ($ - $$) db 0
stack_top:                     ; the last sector and a half are the stack
