# GRUB's first step into protected mode; monitor runs the prompt's commands; gdb's own watch of a register.
# media: grub-rescue-cdrom.iso
# want: breakpoint 1
# want: mode
# want: => 0x[0-9a-f]+:
# want: The target architecture is set to "i386"
# want: ^\$1 = 1
monitor break mode protected
continue
maintenance flush register-cache
x/i $pc
set architecture i386
print $cr0 & 1
kill
