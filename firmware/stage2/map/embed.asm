; The resident hook's binary, as data of stage2.
section .rodata
global map_resident, map_resident_end
align 4
map_resident: incbin RESIDENT
map_resident_end:
