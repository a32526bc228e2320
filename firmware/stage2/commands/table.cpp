#include "stage2/commands/command.h"

namespace stage2 {

const Command kCommands[] = {
    {"background", "[FILE.bmp]", "a picture behind the menu, or none", background_command},
    {"boot", "", "start what has been loaded", boot_command},
    {"cat", "FILE", "show a file", cat_command},
    {"chainloader", "[--force] [--drive=hd0] [--type=NAME] FILE|DEVICE|+1", "load another boot loader",
     chainloader_command},
    {"configfile", "FILE", "show the menu of another configuration file", configfile_command},
    {"echo", "[-n] TEXT", "print a line", echo_command},
    {"find", "[--set-root] FILE", "the devices that have a file (as grub4dos)", find_file_command},
    {"halt", "", "switch the machine off, or stop it", halt_command},
    {"help", "[COMMAND]", "list the commands, or explain one", help_command},
    {"initrd", "FILE...", "initial RAM disks for the kernel that is loaded", initrd_command},
    {"initrd16", "FILE...", "the same as initrd", initrd_command},
    {"isoboot", "[--family=NAME] [--set] FILE.iso [TEXT]", "boot a live system from an ISO file on a disk",
     isoboot_command},
    {"kernel", "FILE [COMMAND LINE]", "the same as linux", linux_command},
    {"linux", "FILE [COMMAND LINE]", "load a Linux kernel", linux_command},
    {"linux16", "FILE [COMMAND LINE]", "the same as linux", linux_command},
    {"localboot", "[DRIVE]", "boot a drive such as 0x80, or let the BIOS go on with its next boot device",
     localboot_command},
    {"ls", "[-l] [PATH]", "list the devices, or the names in a directory", ls_command},
    {"map", "[--mem] [--read-only] FROM TO | --hook | --unhook | --status", "a file or drive as another drive",
     map_command},
    {"partnew", "[--active] [--write] (hd0,3) TYPE FILE | START COUNT", "a partition that covers a file",
     partnew_command},
    {"pause", "[--wait=SECONDS] [TEXT]", "wait for a key", pause_command},
    {"reboot", "", "restart the machine", reboot_command},
    {"root", "[DEVICE]", "the device that paths are meant on", root_command},
    {"rootnoverify", "[DEVICE]", "the same as root", root_command},
    {"search", "--file|--label|--uuid VALUE [--set=NAME]", "find a device by what is on it", search_command},
    {"serial", "[--unit=N] [--speed=BAUD]", "set up a serial port, 0 to 3, 9600 baud", serial_command},
    {"set", "[NAME=VALUE]", "give a variable a value, or list them", set_command},
    {"terminal", "console|serial...", "where text goes to and keys come from", terminal_command},
    {"unset", "NAME", "forget a variable", unset_command},
};
const size_t kCommandCount = sizeof kCommands / sizeof kCommands[0];

const Command* find_command(Text name) {
  for (const Command& command : kCommands)
    if (name == Text(command.name)) return &command;
  return nullptr;
}

}  // namespace stage2
