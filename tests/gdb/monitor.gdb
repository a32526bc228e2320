# What gdb has no words for goes by monitor: segments, vectors, calls, a mode change, going back to a call; under the prompt's program.
# media: memdisk-floppy.iso
# command: debug
# want: breakpoint 1: int13/02 if drive == 0
# want: breakpoint 1: INT 13h
# want: CS  [0-9A-F]{4}  DS
# want: ^13h  [0-9A-F]{4}:000A MEMDISK \(safe hook\) → F000
# want: INT 13h/4B01h emulation status: drive E0h → 
# want: call 5: INT 13h/42h
# want: ^same 1
# want: this is where history begins
monitor break int13/02 if drive == 0
continue
maintenance flush register-cache
monitor registers
monitor ivt 13
monitor calls if ax == 4B01h
monitor goto call 5
maintenance flush register-cache
set $there = $eip
stepi
reverse-stepi
printf "same %d\n", $there == $eip
monitor delete
monitor rc
kill
