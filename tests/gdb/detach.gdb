# After detach the run goes on to its goal.
# media: grub-rescue-usb.img
# options: --until screen:GNU --quiet
# want: Breakpoint 1, 0x00007c00
# want: detached
hbreak *0x7c00
continue
delete
detach
