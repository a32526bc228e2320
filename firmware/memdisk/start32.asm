; The first bytes of the 32-bit part, at 1 MiB. EBP = linear address of Services.
bits 32
section .start
extern memdisk_main
global start32
start32:
    mov ax, 10h
    mov ds, ax
    mov es, ax
    mov fs, ax
    mov gs, ax
    mov ss, ax
    mov esp, stack_top
    push ebp
    call memdisk_main
.stop:
    hlt
    jmp .stop

; The pieces of real-mode code that it installs
section .rodata
%macro embed 2
global %1, %1_end
align 4
%1:     incbin %2
%1_end:
%endmacro
embed resident_chs, "resident_chs.bin"
embed resident_edd, "resident_edd.bin"
embed resident_el_torito, "resident_el_torito.bin"
embed trampoline, "trampoline.bin"

section .bss
    resb 16384
stack_top:
