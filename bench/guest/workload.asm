; A floppy boot sector that keeps the processor busy in 32-bit protected mode, then leaves: by QEMU's debug-exit device at
; port F4h, and by CLI; HLT where there is none.
;
; Build: nasm -f bin -DWORK=loop|program|copy -DTIMES=n workload.asm
;   loop     DEC; JNZ, TIMES times
;   program  TIMES times: a sieve over 256 KB and a checksum of it with a call for each byte
;   copy     TIMES times: REP MOVSD of 256 KB

bits 16
org 0x7c00
%define loop_ 1
%define program_ 2
%define copy_ 3
%assign kWork WORK %+ _

kSieve   equ 0x200000
kCopy    equ 0x300000
kBytes   equ 0x40000
kResult  equ 0x1000
kScratch equ 0x1100

    cli
    xor ax, ax
    mov ds, ax
    mov ss, ax
    mov sp, 0x7000
    in al, 0x92                ; A20
    or al, 2
    out 0x92, al
    lgdt [gdt_pointer]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp 8:protected
bits 32
protected:
    mov ax, 0x10
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov esp, 0x70000
    cld
%if kWork = loop_
    mov ecx, TIMES
.again:
    dec ecx
    jnz .again
%elif kWork = program_
    mov ebp, TIMES
.again:
    mov edi, kSieve
    mov ecx, kBytes / 4
    mov eax, 0x01010101
    rep stosd
    mov esi, 2
.candidate:
    cmp byte [kSieve + esi], 0
    je .composite
    mov edi, esi
    imul edi, esi
    cmp edi, kBytes
    jae .sieved
.strike:
    mov byte [kSieve + edi], 0
    add edi, esi
    cmp edi, kBytes
    jb .strike
.composite:
    inc esi
    jmp .candidate
.sieved:
    mov esi, kSieve
    mov ecx, kBytes / 4
    mov eax, -1
.byte:
    movzx edx, byte [esi]
    call mix
    inc esi
    test al, 1
    jz .even
    add eax, 0x1234567
.even:
    dec ecx
    jnz .byte
    mov [kResult], eax
    dec ebp
    jnz .again
%elif kWork = copy_
    mov ebp, TIMES
.again:
    mov esi, kSieve
    mov edi, kCopy
    mov ecx, kBytes / 4
    rep movsd
    dec ebp
    jnz .again
%endif
    mov al, 0
    out 0xf4, al
    cli
    hlt

mix:
    xor eax, edx
    rol eax, 5
    imul eax, eax, 0x9e3779b1
    push eax
    xor edx, eax
    mov [kScratch], edx
    pop eax
    ret

align 8
gdt:
    dq 0
    dq 0x00cf9a000000ffff
    dq 0x00cf92000000ffff
gdt_pointer:
    dw gdt_pointer - gdt - 1
    dd gdt
    times 510 - ($ - $$) db 0
    dw 0xaa55
    times 1474560 - ($ - $$) db 0
