; The least that the Linux boot protocol takes for a kernel: a header, a setup that enters protected mode, and code at
; 1 MiB that says so on port E9h. nasm -Dprotocol=0x20F -Dpref_address=0x100000
bits 16
%if protocol < 0x202
  %define at(x) (0x90000 + (x))         ; where the boot sector is put
%else
  %define at(x) (0x10000 + (x))
%endif

times 0x1F1 db 0
        db 1                            ; setup_sects
        dw 0                            ; root_flags
        dd (end - protected + 15) / 16  ; syssize
        dw 0, 0, 0                      ; ram_size, vid_mode, root_dev
        dw 0xAA55
        jmp short setup
        db "HdrS"
        dw protocol
        times 0x211 - ($ - $$) db 0
        db 1                            ; loadflags: LOADED_HIGH
        dw 0                            ; setup_move_size
        dd 0x100000                     ; code32_start
        dd 0, 0, 0                      ; ramdisk_image, ramdisk_size, bootsect_kludge
        dw 0                            ; heap_end_ptr
        db 0, 0                         ; ext_loader_ver, ext_loader_type
        dd 0                            ; cmd_line_ptr
        dd 0x7FFFFFFF                   ; initrd_addr_max
        dd 0x200000                     ; kernel_alignment
        db 1, 21                        ; relocatable_kernel, min_alignment
        dw 0                            ; xloadflags
        dd 2047                         ; cmdline_size
        times 0x258 - ($ - $$) db 0
        dq pref_address
        dd 0x2000                       ; init_size
        dd 0                            ; handover_offset
setup:
        cli
        lgdt [gdtr]
        mov esi, at(0)
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp dword 8:0x100000
gdtr:   dw 23
        dd at(gdt)
gdt:    dq 0, 0x00CF9B000000FFFF, 0x00CF93000000FFFF
        times 0x400 - ($ - $$) db 0
bits 32
protected:
        mov ax, 16
        mov ds, ax
        mov al, 'K'
        out 0xE9, al
        lodsd
        hlt
end:
