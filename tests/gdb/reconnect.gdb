# gdb leaves at a stop that `monitor` asked for and comes back to the same place; and once more, to hear the new architecture.
# media: grub-rescue-cdrom.iso
# options: --limit 20s
# want: breakpoint 1: from real mode to 16-bit protected mode
# want: ^\$1 = 1
# want: \(currently "i8086"\)
# want: ^\$2 = 1
# want: ^=> 0x[0-9a-f]+:\s+ljmp
# want: ^same 1
# want: ^moved 1
# want: \(currently "i386"\)
# want: ^\$3 = 1
# want: ^same 1
monitor break mode protected
continue
maintenance flush register-cache
print $cr0 & 1
set $left = $eip
disconnect
target remote gdb.sock
show architecture
print $cr0 & 1
x/i $pc
printf "same %d\n", $left == $eip
stepi
printf "moved %d\n", $left != $eip
set $left = $eip
disconnect
target remote gdb.sock
show architecture
print $cr0 & 1
printf "same %d\n", $left == $eip
kill
