# Linux's entry in 64 bits: gdb comes back and hears of the wide registers; a breakpoint, steps and memory there.
# media: grub-linux-amd64.iso
# options: --limit 60s
# socket: tcp
# want: breakpoint 1: from 32-bit protected mode to long mode
# want: \(currently "i386:x86-64"\)
# want: => 0x1000200:\s+cld
# want: ^\$1 = 0x500
# want: Breakpoint 1, 0x0*1000202
# want: => 0x1000202:\s+xor\s+%eax,%eax
# want: ^\$2 = 1
# want: ^\$3 = 0
# want: long mode
# want: ^\$4 = 1
monitor break mode long
continue
disconnect
python gdb.execute("target remote " + REMOTE)
show architecture
x/i $pc
print/x $efer
hbreak *0x1000202
continue
x/i $pc
print $rax != 0
stepi
print $rax
monitor control
reverse-stepi
print $rax != 0
kill
