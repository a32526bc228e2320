# Code of 16 bits at connect: a breakpoint at the boot sector, steps, registers, memory.
# media: grub-rescue-usb.img
# options: --as hd
# want: => 0xffff0:\s+ljmp\s+\$0xf000,\$0x[0-9a-f]+
# want: Breakpoint 1, 0x00007c00
# want: => 0x7c00:\s+jmp\s+0x7c[0-9a-f]+
# want: ^0x7dfe:\s+0xaa55
# want: ^\$1 = 1
# want: ^\$2 = 0x4142
# want: ^\$3 = 0x55
# want: FLAGS .* real mode
x/i $pc
hbreak *0x7c00
continue
x/i $pc
x/hx 0x7dfe
stepi
print $pc > 0x7c00 && $ip == $pc
set $eax = 0x4142
print/x $ax
set *(char*)0x500 = 0x55
print/x *(char*)0x500
monitor registers
kill
