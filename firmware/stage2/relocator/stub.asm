; The last code of ours that runs: it moves everything to its place, sets the registers and goes there. relocator.cpp
; copies it, with its list of moves behind it, to a place that nothing overwrites, and fills in what is patched. All
; its segments begin where it lies, so it does not care where that is.

%define at(label) ((label) - relocator_stub)
kCode32  equ 0x08                   ; base: the stub
kFlat32  equ 0x10                   ; data, base 0
kCode16  equ 0x18                   ; base: the stub
kData16  equ 0x20                   ; base 0, limit 64 KiB
kEntryCs equ 0x28                   ; for protected-mode guests: flat code, and kFlat32 for the rest
kCr0Pe   equ 1
kMoveBytes equ 12

section .rodata
align 16
bits 32
global relocator_stub, relocator_stub_end
global relocator_gdt, relocator_values, relocator_segment

; Entered at kCode32:0 with flat DS and ES, interrupts off. ESP is still ours, and no longer of use.
relocator_stub:
    mov ebx, at(relocator_stub_end)
.next:
    mov ecx, [cs:ebx + 8]
    jecxz .moved
    mov esi, [cs:ebx]
    mov edi, [cs:ebx + 4]
    add ebx, kMoveBytes
    mov eax, edi
    sub eax, esi
    cmp eax, ecx                    ; unsigned: below means that the target begins within the source
    jb .backward
    mov edx, ecx
    shr ecx, 2
    rep movsd
    mov ecx, edx
    and ecx, 3
    rep movsb
    jmp .next
.backward:
    std
    lea esi, [esi + ecx - 1]
    lea edi, [edi + ecx - 1]
    rep movsb
    cld
    jmp .next
.moved:
    cmp byte [cs:at(protected)], 0
    jne .to_protected
    jmp kCode16:at(to_real)

.to_protected:
    mov ax, kFlat32
    mov fs, ax
    mov gs, ax
    mov ss, ax
    mov eax, [cs:at(reg_eax)]
    mov ebx, [cs:at(reg_ebx)]
    mov ecx, [cs:at(reg_ecx)]
    mov edx, [cs:at(reg_edx)]
    mov esi, [cs:at(reg_esi)]
    mov edi, [cs:at(reg_edi)]
    mov ebp, [cs:at(reg_ebp)]
    mov esp, [cs:at(reg_esp)]
    jmp far [cs:at(entry)]

bits 16
to_real:
    mov ax, kData16                 ; the limits that real mode wants
    mov ds, ax
    mov es, ax
    mov fs, ax
    mov gs, ax
    mov ss, ax
    o32 lidt [cs:at(real_idt)]
    mov eax, cr0
    and al, ~kCr0Pe & 0xff
    mov cr0, eax
    db 0xea                         ; jmp SEGMENT:real_mode
    dw at(real_mode)
relocator_segment:
    dw 0                            ; patched
real_mode:
    mov ss, [cs:at(seg_ss)]
    mov esp, [cs:at(reg_esp)]
    mov es, [cs:at(seg_es)]
    mov fs, [cs:at(seg_fs)]
    mov gs, [cs:at(seg_gs)]
    mov eax, [cs:at(reg_eax)]
    mov ebx, [cs:at(reg_ebx)]
    mov ecx, [cs:at(reg_ecx)]
    mov edx, [cs:at(reg_edx)]
    mov esi, [cs:at(reg_esi)]
    mov edi, [cs:at(reg_edi)]
    mov ebp, [cs:at(reg_ebp)]
    mov ds, [cs:at(seg_ds)]
    cmp byte [cs:at(interrupts)], 0
    je .off
    sti
.off:
    jmp far [cs:at(entry)]

align 8
relocator_gdt:                      ; the bases are patched
    dq 0
    dw 0xffff, 0, 0x9a00, 0x0040    ; kCode32, 64 KiB
    dw 0xffff, 0, 0x9200, 0x00cf    ; kFlat32
    dw 0xffff, 0, 0x9a00, 0x0000    ; kCode16
    dw 0xffff, 0, 0x9200, 0x0000    ; kData16
    dw 0xffff, 0, 0x9a00, 0x00cf    ; kEntryCs
real_idt:
    dw 0x3ff
    dd 0
    align 4
relocator_values:                   ; as Handoff in relocator.h
reg_eax:    dd 0
reg_ebx:    dd 0
reg_ecx:    dd 0
reg_edx:    dd 0
reg_esi:    dd 0
reg_edi:    dd 0
reg_ebp:    dd 0
reg_esp:    dd 0
seg_ds:     dw 0
seg_es:     dw 0
seg_fs:     dw 0
seg_gs:     dw 0
seg_ss:     dw 0
protected:  db 0
interrupts: db 0
entry:      dd 0                    ; real mode: offset and segment; protected mode: offset,
            dw 0                    ; selector
            dw 0
    align 4
relocator_stub_end:                 ; the moves: dd from, to, length; ended by length 0
