; The body's first instructions, and the way between protected mode, in which stage2 lives, and real mode, in which
; the BIOS lives. Everything here lies below 64 KiB, so that segment 0 reaches it.
;
; Protected mode runs with interrupts off; they are on while the BIOS runs (IBM AT Technical Reference: disk and
; keyboard services wait for interrupts) and while we wait (HLT).

kCode32         equ 0x08
kData32         equ 0x10
kCode16         equ 0x18
kData16         equ 0x20
kCr0Pe          equ 1
kRealStack      equ 0x7c00          ; below the boot sector, down to the BIOS data area
kRegsBytes      equ 40              ; sizeof(Regs) in bios.h

extern stage2_main
extern stage2_exception
extern bss_begin, bss_dwords, stack_top

; ---- entry: 0840:0000, real mode, DL = drive -----------------------------------------------------------------------
section .start progbits alloc exec nowrite align=16
bits 16
global _start, gdt, idt
_start:
    cli
    cld
    jmp 0:start_real
start_real:
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, kRealStack
    lgdt [gdt_pointer]
    lidt [idt_pointer]
    mov eax, cr0
    or al, kCr0Pe
    mov cr0, eax
    jmp dword kCode32:start_protected

bits 32
start_protected:
    mov ax, kData32
    mov ds, ax
    mov es, ax
    mov fs, ax
    mov gs, ax
    mov ss, ax
    mov esp, stack_top
    mov edi, bss_begin
    mov ecx, bss_dwords
    xor eax, eax
    rep stosd
    movzx edx, dl
    call fill_idt
    push edx
    call stage2_main                ; does not return

; An interrupt gate for each processor exception.
fill_idt:
    push edx
    mov eax, exception_0
    mov edi, idt
    mov ecx, 32
.next:
    mov [edi], ax
    mov word [edi + 2], kCode32
    mov word [edi + 4], 0x8e00      ; present, ring 0, 32-bit interrupt gate
    mov edx, eax
    shr edx, 16
    mov [edi + 6], dx
    add eax, exception_1 - exception_0
    add edi, 8
    loop .next
    pop edx
    ret

; Entry points of the exceptions, 8 bytes each. Some push an error code, so the handler is given the whole stack.
%macro exception 1
    align 8
exception_%1:
    push byte %1
    jmp near exception_common
%endmacro
%assign number 0
%rep 32
exception number
%assign number number + 1
%endrep
exception_common:
    push esp
    call stage2_exception           ; does not return

; ---- void bios_thunk(uint16_t opcode, Regs* regs) ------------------------------------------------------------------
; Executes the two opcode bytes (INT n, or HLT and NOP) in real mode with the registers from *regs, and stores there
; what they became. Every register of the caller survives a BIOS that keeps none.
global bios_thunk
bios_thunk:
    pushad
    mov ax, [esp + 36]
    mov esi, [esp + 40]
    mov [thunk_opcode], ax
    mov edi, thunk_regs
    mov ecx, kRegsBytes / 4
    rep movsd
    mov [protected_esp], esp
    jmp dword kCode16:thunk_to_real

bits 16
thunk_to_real:
    mov ax, kData16                 ; limits of 64 KiB, as real mode wants them
    mov ds, ax
    mov es, ax
    mov fs, ax
    mov gs, ax
    mov ss, ax
    lidt [real_idt_pointer]
    mov eax, cr0
    and al, ~kCr0Pe & 0xff
    mov cr0, eax
    jmp 0:.real
.real:
    xor ax, ax
    mov ds, ax
    mov ss, ax
    mov sp, kRealStack
    mov es, [thunk_es]
    mov fs, [thunk_fs]
    mov gs, [thunk_gs]
    mov eax, [thunk_eax]
    mov ebx, [thunk_ebx]
    mov ecx, [thunk_ecx]
    mov edx, [thunk_edx]
    mov esi, [thunk_esi]
    mov edi, [thunk_edi]
    mov ebp, [thunk_ebp]
    push word [thunk_flags]
    mov ds, [thunk_ds]
    popf                            ; with IF
thunk_opcode:
    int 0                           ; overwritten
    pushf
    cli
    cld
    pop word [cs:thunk_flags]
    mov [cs:thunk_eax], eax
    mov [cs:thunk_ebx], ebx
    mov [cs:thunk_ecx], ecx
    mov [cs:thunk_edx], edx
    mov [cs:thunk_esi], esi
    mov [cs:thunk_edi], edi
    mov [cs:thunk_ebp], ebp
    mov [cs:thunk_ds], ds
    mov [cs:thunk_es], es
    mov [cs:thunk_fs], fs
    mov [cs:thunk_gs], gs
    xor ax, ax
    mov ds, ax
    lgdt [gdt_pointer]              ; INT 15h/87h and its kin leave their own
    lidt [idt_pointer]
    mov eax, cr0
    or al, kCr0Pe
    mov cr0, eax
    jmp dword kCode32:thunk_to_protected

bits 32
thunk_to_protected:
    mov ax, kData32
    mov ds, ax
    mov es, ax
    mov fs, ax
    mov gs, ax
    mov ss, ax
    mov esp, [protected_esp]
    mov esi, thunk_regs
    mov edi, [esp + 40]
    mov ecx, kRegsBytes / 4
    rep movsd
    popad
    ret

; ---- data ----------------------------------------------------------------------------------------------------------
align 8
gdt:
    dq 0
    dw 0xffff, 0, 0x9a00, 0x00cf    ; kCode32: base 0, 4 GiB
    dw 0xffff, 0, 0x9200, 0x00cf    ; kData32
    dw 0xffff, 0, 0x9a00, 0x0000    ; kCode16: base 0, 64 KiB
    dw 0xffff, 0, 0x9200, 0x0000    ; kData16
gdt_end:
gdt_pointer:
    dw gdt_end - gdt - 1
    dd gdt
idt_pointer:
    dw 32 * 8 - 1
    dd idt
real_idt_pointer:
    dw 0x3ff
    dd 0
align 4
protected_esp: dd 0
thunk_regs:                         ; as Regs in bios.h
thunk_eax:   dd 0
thunk_ebx:   dd 0
thunk_ecx:   dd 0
thunk_edx:   dd 0
thunk_esi:   dd 0
thunk_edi:   dd 0
thunk_ebp:   dd 0
thunk_ds:    dw 0
thunk_es:    dw 0
thunk_fs:    dw 0
thunk_gs:    dw 0
thunk_flags: dd 0
    times kRegsBytes - ($ - thunk_regs) db 0
align 8
idt: times 32 dq 0
