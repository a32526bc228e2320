; The last step: copied to 0000:0600 with its arguments (Handover of resident.h), it enters real mode and the boot sector.
; Nothing of the loader or of this program need be left in memory.
;
; Build: nasm -f bin trampoline.asm -o trampoline.bin

bits 32
cpu 386
org 600h

    jmp short go
    align 4, db 0
arguments:
.entry: dd 0                   ; offset, segment
.edx:   dd 0
.es_di: dd 0                   ; the $PnP structure
go:
    lgdt [gdt_descriptor]
    jmp 8:leave_protected_mode
bits 16
leave_protected_mode:
    mov ax, 10h
    mov ds, ax
    mov es, ax
    mov fs, ax
    mov gs, ax
    mov ss, ax
    mov eax, cr0
    and al, 0feh
    mov cr0, eax
    jmp 0:real_mode
real_mode:
    xor ax, ax
    mov ds, ax
    mov fs, ax
    mov gs, ax
    mov ss, ax
    mov esp, 7c00h
    lidt [real_idt]
    xor ebx, ebx
    xor ecx, ecx
    xor esi, esi
    xor edi, edi
    xor ebp, ebp
    mov edx, [arguments.edx]
    les di, [arguments.es_di]
    push dword [arguments.entry]
    xor eax, eax
    sti
    retf

real_idt: dw 3ffh
          dd 0
align 8, db 0
gdt:
gdt_descriptor:
    dw gdt_end - gdt - 1
    dd gdt
    dw 0
    dw 0ffffh, 0, 9b00h, 0     ; 16-bit code and data, base 0
    dw 0ffffh, 0, 9300h, 0
gdt_end:
