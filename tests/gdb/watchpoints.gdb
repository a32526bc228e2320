# Watchpoints of the three kinds on what MEMDISK and the BIOS do, and a hook's code by its address.
# media: memdisk-floppy.iso
# want: Hardware watchpoint 1: \*\(unsigned short ?\*\) ?0x413
# want: Hardware watchpoint 1
# want: New value = 637
# want: Hardware read watchpoint 2: \*\(unsigned int ?\*\) ?0x4c
# want: Hardware read watchpoint 2
# want: Hardware access \(read/write\) watchpoint 3: \*\(unsigned char ?\*\) ?0x7dfe
# want: Hardware access \(read/write\) watchpoint 3
# want: ^13h
watch *(unsigned short*)0x413
continue
continue
delete 1
rwatch *(unsigned int*)0x4c
continue
delete 2
awatch *(unsigned char*)0x7dfe
continue
monitor ivt 13
kill
