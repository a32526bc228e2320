#include "stage2/iso/families.h"

namespace stage2 {
namespace {

// The parameters: casper-boot's and dracut's iso-scan/filename; live-boot(7), findiso; Arch's
// mkinitcpio-archiso, README.bootparams, img_dev and img_loop; genkernel's isoboot; KIWI's isofrom_device and
// isofrom_system; PCLinuxOS's bootfromiso; liveslak's README, livemedia. A family stands before those whose
// marker its ISOs have too.
constexpr IsoFamily kFamilies[] = {
    {"casper",
     "/casper",
     {"/casper/vmlinuz", "/casper/vmlinuz.efi", "/casper/vmlinuz*"},
     {},
     {"/casper/initrd", "/casper/initrd.lz", "/casper/initrd.gz", "/casper/initrd.img", "/casper/initrd*"},
     "boot=casper iso-scan/filename=${isofile}"},
    {"debian",
     "/live",
     {"/live/vmlinuz", "/live/vmlinuz*"},
     {},
     {"/live/initrd.img", "/live/initrd.img*", "/live/initrd*"},
     "boot=live components findiso=${isofile}"},
    {"arch",
     "/arch/boot",
     {"/arch/boot/x86_64/vmlinuz-linux", "/arch/boot/x86_64/vmlinuz*", "/arch/boot/i686/vmlinuz*"},
     {"/arch/boot/intel-ucode.img", "/arch/boot/intel_ucode.img", "/arch/boot/amd-ucode.img"},
     {"/arch/boot/x86_64/initramfs-linux.img", "/arch/boot/x86_64/archiso.img", "/arch/boot/x86_64/initramfs*",
      "/arch/boot/i686/archiso.img"},
     "archisobasedir=arch img_dev=${devpath} img_loop=${isofile}"},
    {"opensuse",
     "/config.isoclient",
     {"/boot/x86_64/loader/linux", "/boot/i386/loader/linux"},
     {},
     {"/boot/x86_64/loader/initrd", "/boot/i386/loader/initrd"},
     "isofrom_device=${devpath} isofrom_system=${isofile}"},
    {"fedora",
     "/LiveOS",
     {"/images/pxeboot/vmlinuz", "/isolinux/vmlinuz", "/boot/x86_64/loader/linux", "/isolinux/vmlinuz*"},
     {},
     {"/images/pxeboot/initrd.img", "/isolinux/initrd.img", "/boot/x86_64/loader/initrd", "/isolinux/initrd*"},
     "root=live:CDLABEL=${isolabel} rd.live.image iso-scan/filename=${isofile}"},
    {"gentoo",
     "/image.squashfs",
     {"/boot/gentoo", "/isolinux/gentoo", "/boot/gentoo-x86_64"},
     {},
     {"/boot/gentoo.igz", "/isolinux/gentoo.igz", "/boot/gentoo-x86_64.igz"},
     "root=/dev/ram0 init=/linuxrc looptype=squashfs loop=/image.squashfs cdroot isoboot=${isofile}"},
    {"pclinuxos",
     "/livecd.sqfs",
     {"/isolinux/vmlinuz", "/isolinux/vmlinuz*"},
     {},
     {"/isolinux/initrd.gz", "/isolinux/initrd*"},
     "livecd=livecd root=/dev/rd/3 bootfrom=${devpath} bootfromiso=${isofile}"},
    {"slackware",
     "/liveslak",
     {"/boot/generic", "/boot/huge", "/boot/vmlinuz*"},
     {},
     {"/boot/initrd.img", "/boot/initrd*"},
     "livemedia=${devpath}:${isofile} load_ramdisk=1 prompt_ramdisk=0 rw"},
};

bool is_file(lib32::FileSystem& fs, Text path) {
  lib32::Node node;
  return fs.find(path, node).ok() && node.kind == lib32::Kind::kFile;
}

// "/live/vmlinuz*": the first name that begins so, or the one that ends in `tail`, which becomes what *
// stands for.
String match(lib32::FileSystem& fs, Text pattern, String& tail) {
  if (pattern[pattern.size - 1] != '*') return is_file(fs, pattern) ? String(pattern) : String();
  size_t slash = pattern.size;
  while (pattern[slash - 1] != '/') --slash;
  const Text directory_path = pattern.first(slash);
  const Text prefix = pattern.from(slash).first(pattern.size - slash - 1);
  lib32::Directory directory;
  if (!fs.open_directory(directory_path, directory).ok()) return {};
  auto* entry = new lib32::Entry;  // 1 KB
  String found;
  String found_tail;
  while (directory.next(*entry)) {
    const Text name = entry->name();
    if (entry->kind == lib32::Kind::kDirectory || !starts_with(name, prefix)) continue;
    const Text rest = name.from(prefix.size);
    const bool fits = !tail.empty() && rest == tail.text();
    if (!found.empty() && !fits) continue;
    found = format("{}{}", directory_path, name);
    found_tail = rest;
    if (fits) break;
  }
  delete entry;
  if (!found.empty()) tail = move(found_tail);
  return found;
}

template <size_t N>
String first_match(lib32::FileSystem& fs, const char* const (&patterns)[N], String& tail) {
  for (const char* pattern : patterns) {
    if (pattern == nullptr) break;
    if (String found = match(fs, pattern, tail); !found.empty()) return found;
  }
  return {};
}

}  // namespace

Result find_iso_boot(Text name, lib32::FileSystem& iso, Text wanted, IsoBoot& found) {
  for (const IsoFamily& family : kFamilies) {
    lib32::Node node;
    if (wanted.empty() ? !iso.find(family.marker, node).ok() : wanted != Text(family.name)) continue;
    String tail;  // a kernel and its initrd end in the same version
    found.family = &family;
    found.kernel = first_match(iso, family.kernels, tail);
    if (found.kernel.empty())
      return fail("{} looks like one of {}, but has no kernel {}", name, family.name, family.kernels[0]);
    for (const char* microcode : family.microcode)
      if (microcode != nullptr && is_file(iso, microcode)) found.initrds.push_back(microcode);
    String initrd = first_match(iso, family.initrds, tail);
    if (initrd.empty())
      return fail("{} looks like one of {}, but has no initrd {}", name, family.name, family.initrds[0]);
    found.initrds.push_back(move(initrd));
    return {};
  }
  if (wanted.empty())
    return fail("{}: no live system that is known to boot from an ISO file; `map` makes a CD drive of it", name);
  return fail("there is no family {}: casper, debian, arch, opensuse, fedora, gentoo, pclinuxos, slackware", wanted);
}

}  // namespace stage2
