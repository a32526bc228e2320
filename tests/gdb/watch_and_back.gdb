# A watchpoint on what the BIOS's disk read writes, steps back to before it, and the beginning of history.
# media: grub-rescue-usb.img
# want: Breakpoint 1, 0x00007c00
# want: (Hardware|Software) watchpoint 2: \*\(unsigned short ?\*\) ?0x8000
# want: Old value = 0
# want: ^\$1 = 1
# want: ^\$2 = 0
# want: Breakpoint 1, 0x00007c00
# want: No more reverse-execution history
# want: => 0xffff0:
hbreak *0x7c00
continue
watch *(unsigned short*)0x8000
continue
print *(unsigned short*)0x8000 != 0
reverse-stepi
print *(unsigned short*)0x8000
delete 2
reverse-continue
reverse-continue
x/i $pc
kill
