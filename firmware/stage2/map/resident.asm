; What stays in low memory while drives are mapped: the hooks of INT 13h and INT 15h. hook.cpp copies it to the end of low
; memory, fills in the patch area (PatchArea there) and adds behind it what depends on the maps: the memory map, extents,
; sectors, packets, the bounce buffer, the stack.
;
; Build: nasm -f bin -I firmware/ resident.asm -o resident.bin

bits 16
cpu 386
org 0

%define kHookVendor "BOOTSIM "
%define EL_TORITO_TERMINATE
kMostMaps equ 8

%include "resident/frame.inc"

    dw hook13                  ; the interface
    dw hook15
    dw patch_area
    dw end

%include "resident/int13_drive.inc"
%include "resident/int13_map.inc"
%include "resident/int13_chs.inc"
%include "resident/int13_edd.inc"
%include "resident/el_torito.inc"
%include "resident/disk_backing.inc"
%include "resident/memory_backing.inc"
%include "resident/int15_memory.inc"

    chs_function_table
    el_torito_function_table   ; an emulated floppy answers it too
edd_functions:
    el_torito_function_table
    edd_function_table
functions_end:

    disk_backing_data
    align 4, db 0
patch_area:
    memory_backing_data
maps:              times kMostMaps * Map_size db 0
maps_end:          dw 0
hook13_stack_top:  dw 0
memory_kib_16m:    dw 0
memory_64k_above:  dw 0
memory_kib:        dw 0
bounce:            dw 0
floppy_count:      db 0
disk_count:        db 0
mover:             db 0
                   db 0
e820_count:        dd 0
hook15_old:        dd 0
    align 4, db 0
end:
e820_table equ end
