; What stays in low memory: the hooks of INT 13h and INT 15h, and the structures by which programs find a memory disk. The
; 32-bit part copies it to the end of low memory, fills in the patch area (PatchArea of resident.h), and adds the memory
; map, the command line and the stack behind it.
;
; Build: nasm -f bin -I firmware/ [-DEDD] [-DEL_TORITO] resident.asm -o resident.bin

bits 16
cpu 386
org 0

%define kHookVendor "MEMDISK "  ; by this name, and by no other, drivers know what hangs on the hook
%ifdef EL_TORITO
  %define EDD
%endif
%define MEMDISK_INTERFACE
%include "resident/frame.inc"

    dw hook13                  ; MEMDISK's interface
    dw hook15
    dw patch_area
    dw mbft
    dw end

%include "resident/int13_drive.inc"
%include "resident/int13_hook.inc"
%include "resident/int13_chs.inc"
%ifdef EDD
%include "resident/int13_edd.inc"
%endif
%ifdef EL_TORITO
%include "resident/el_torito.inc"
%endif
%include "resident/memory_backing.inc"
transfer equ memory_transfer
%include "resident/int15_memory.inc"

    chs_function_table
edd_functions:
%ifdef EL_TORITO
    db 08h
    dw check_alone
    el_torito_function_table
%endif
%ifdef EDD
    edd_function_table
%endif
functions_end:

    align 4, db 0
patch_area:
    memory_backing_data
maps:              times Map_size db 0
maps_end:          dw 0
hook13_stack_top:  dw 0
memory_kib_16m:    dw 0
memory_64k_above:  dw 0
memory_kib:        dw 0
mover:             db 0
                   db 0
e820_count:        dd 0
hook15_old:        dd 0
diskette_table:    times 16 db 0  ; INT 1Eh
diskette_old:      dd 0           ; MEMDISK's interface: 16 behind the table, the vector as it was
%ifdef EL_TORITO
el_torito_packet:  times 20 db 0
%endif

    align 16, db 0
mbft:              times 36 db 0  ; an ACPI table header
                   dd 0           ; physical address of the safe hook
mdi:               times 30 db 0  ; MEMDISK's information structure
    align 4, db 0
end:
e820_table equ end
