; A kernel for the Linux boot protocol that says on COM1 what its loader told it, and stops. What it is comes from the
; command line of NASM, all of it:
;   PROTOCOL     version, 0 for none (no HdrS)        SECTS      setup_sects as the header says it
;   HIGH         1: bzImage, 0: zImage                CMDSIZE    cmdline_size (2.06)
;   INITRD_MAX   initrd_addr_max (2.03)               RELOC, ALIGN, MIN_ALIGN, PREF, INIT_SIZE: as in boot.rst
;   CODE_BYTES   of protected-mode code
; Each line begins with a word and a space; numbers are hexadecimal.
bits 16
cpu 386
%if SECTS == 0
  %assign SETUP_BYTES 4 * 512
%else
  %assign SETUP_BYTES SECTS * 512
%endif
kCom1 equ 0x3f8

org 0
    int 0x18                        ; this is no boot sector
    times 0x1f1 - ($ - $$) db 0
setup_sects:    db SECTS
root_flags:     dw 0
syssize:        dd CODE_BYTES / 16
ram_size:       dw 0
vid_mode:       dw 0xffff
root_dev:       dw 0
boot_flag:      dw 0xaa55
    jmp short setup
%if PROTOCOL == 0
    times 0x270 - ($ - $$) db 0
%else
                db 'HdrS'
version:        dw PROTOCOL
realmode_swtch: dd 0
start_sys_seg:  dw 0x1000
kernel_version: dw 0
type_of_loader: db 0
loadflags:      db HIGH
setup_move:     dw 0x8000
code32_start:   dd HIGH * 0x100000 + (1 - HIGH) * 0x10000
ramdisk_image:  dd 0
ramdisk_size:   dd 0
bootsect_kludge: dd 0
heap_end_ptr:   dw 0x1234
ext_loader_ver: db 0
ext_loader_type: db 0
cmd_line_ptr:   dd 0
initrd_addr_max: dd INITRD_MAX
kernel_alignment: dd ALIGN
relocatable:    db RELOC
min_alignment:  db MIN_ALIGN
xloadflags:     dw 0
cmdline_size:   dd CMDSIZE
    times 0x258 - ($ - $$) db 0
pref_address:   dq PREF
init_size:      dd INIT_SIZE
    times 0x270 - ($ - $$) db 0
%endif

%macro say 1+
    call say_text
    db %1, 0
%endmacro
%macro say16 1
    mov ax, %1
    call say_word
%endmacro
%macro say32 1
    mov eax, %1
    call say_dword
%endmacro

; Entered at segment + 20h : 0, that is, at 200h; what follows lies within the segment of the boot sector.
setup:
    mov bp, sp
    pushf
    pop bx                          ; the flags at entry
    cld
    push bx
    say 13, 10, 'KERNEL '
    say16 PROTOCOL
    say ' cs='
    say16 cs
    say ' ds='
    say16 ds
    say ' es='
    say16 es
    say ' ss='
    say16 ss
    say ' sp='
    say16 bp
    pop bx
    test bh, 2
    jz .off
    say ' interrupts on'
.off:
    say 13, 10
%if PROTOCOL != 0
    say 'HEADER loader='
    mov al, [type_of_loader]
    call say_byte
    say ' flags='
    mov al, [loadflags]
    call say_byte
    say ' heap='
    say16 [heap_end_ptr]
    say ' ext='
    say16 [ext_loader_ver]
    say ' code32='
    say32 [code32_start]
    say ' align='
    say32 [kernel_alignment]
    say ' move='
    say16 [setup_move]
    say 13, 10
%endif
    say 'VIDEO '
    say16 [vid_mode]
    say 13, 10, 'COMMAND '
%if PROTOCOL >= 0x0202
    mov eax, [cmd_line_ptr]
    call say_dword
    mov bx, ax
    and bx, 15
    shr eax, 4
    mov es, ax
%else
    say16 [0x20]
    say ':'
    say16 [0x22]
    mov bx, [0x22]
    push ds
    pop es
%endif
    say ' <'
.command:
    mov al, [es:bx]
    inc bx
    test al, al
    jz .command_end
    call say_char
    jmp .command
.command_end:
    say '>', 13, 10, 'CODE '
%if PROTOCOL == 0
    mov eax, 0x10000
%else
    mov eax, [code32_start]
%endif
    call show_memory
%if PROTOCOL != 0
    say 13, 10, 'INITRD '
    say32 [ramdisk_image]
    say ' size='
    say32 [ramdisk_size]
    say ' '
    cmp dword [ramdisk_size], 0
    je .no_initrd
    mov eax, [ramdisk_image]
    call show_memory
.no_initrd:
%endif
    say 13, 10, 'DONE', 13, 10
stop:
    hlt
    jmp stop

; Shows 16 bytes at the physical address EAX as text: INT 15h/87h copies them here.
show_memory:
    mov [gdt + 2 * 8 + 2], ax
    shr eax, 16
    mov [gdt + 2 * 8 + 4], al
    mov [gdt + 2 * 8 + 7], ah
    xor eax, eax
    mov ax, ds
    shl eax, 4
    add eax, buffer
    mov [gdt + 3 * 8 + 2], ax
    shr eax, 16
    mov [gdt + 3 * 8 + 4], al
    push ds
    pop es
    mov si, gdt
    mov cx, 8
    mov ah, 0x87
    int 0x15
    jc .failed
    mov si, buffer
    mov cx, 16
.next:
    lodsb
    cmp al, ' '
    jae .shown
    mov al, '.'
.shown:
    call say_char
    loop .next
    ret
.failed:
    say 'INT 15h/87h failed'
    ret

say_dword:
    push eax
    shr eax, 16
    call say_word
    pop eax
%include "say.inc"

align 8
gdt: dq 0, 0
    dw 0xffff, 0, 0x9300, 0
    dw 0xffff, 0, 0x9300, 0
    dq 0, 0
buffer: times 16 db 0
    times 512 + SETUP_BYTES - ($ - $$) db 0
    db 'PROTECTED-MODE!!'
    times 512 + SETUP_BYTES + CODE_BYTES - ($ - $$) db 0x90
