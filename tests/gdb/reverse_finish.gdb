# gdb's own reverse-finish, by breakpoints and reverse steps, in code that it has symbols of: to the CALL, and again.
# media: firmware/linux-memory-disk.img
# elf: stage2/stage2_body
# want: Breakpoint 1, stage2::bios_call
# want: ^#1 .* in stage2::Screen::init
# want: ^stage2::Screen::init
# want: => 0x[0-9a-f]+ <_ZN6stage26Screen4initEv\+[0-9]+>:\s+call .*<_ZN6stage29bios_call
# want: => 0x[0-9a-f]+ <.*>:\s+call .*<_ZN6stage26Screen4initEv>
# want: entered from 0008:
# want: call 0x
monitor break mode protected
continue
maintenance flush register-cache
set architecture i386
monitor delete
hbreak stage2::bios_call
continue
backtrace 3
reverse-finish
x/i $pc
delete
reverse-finish
x/i $pc
monitor reverse-finish
kill
