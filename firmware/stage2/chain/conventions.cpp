#include "stage2/chain/conventions.h"

#include "lib32/memory.h"

namespace stage2 {
namespace {

enum Kind : u8 { kFreeDos, kNtldr, kFreeldr, kGrub2Core, kGrub2Loader, kGrub4Dos, kKinds };

constexpr u16 kBootStack = 0x7c00;

// FreeDOS's boot sectors load the kernel to 0060:0000 and move themselves to 1FE0:7C00, where BP points
// (FreeDOS kernel, boot/boot.asm). NTLDR and BOOTMGR: 2000:0000, the boot sector still at 0000:7C00.
// FreeLoader: 0F80:0000. GRUB 2's core.img begins with a sector that would read the rest to 08200h: with the
// rest there already it is entered behind that sector; the partition is a byte of its boot_dev
// (include/grub/offsets.h). g2hdr.img makes it an NT-style loader. grub4dos's grldr runs where a boot sector
// runs.
constexpr Convention kConventions[kKinds] = {
    {"FreeDOS kernel", 0x0060, 0x0060, 0, 0x1fe0, 0x1fe0, 0x7ba0, 0x27a00, 0x7c00, true, false, 0},
    {"NT-style loader", 0x2000, 0x2000, 0, 0, 0, kBootStack, 0x7c00, 0x7c00, false, false, 0},
    {"ReactOS FreeLoader", 0x0f80, 0x0f80, 0, 0, 0, kBootStack, 0x7c00, 0x7c00, false, true, 0},
    {"GRUB 2 core image", 0x0800, 0, 0x8200, 0, 0, 0x2000, 0, 0, false, true, 0x21a},
    {"GRUB 2 as an NT-style loader", 0x2000, 0x2000, 0, 0, 0, kBootStack, 0x7c00, 0x7c00, false, true, 0},
    {"grub4dos's grldr", 0x07c0, 0, 0x7c00, 0, 0, kBootStack, 0, 0, false, true, 0},
};

struct Magic {
  u16 offset;
  u8 length;
  const char* bytes;
};
struct Rule {
  Kind kind;
  const char* name;  // of the file, without regard to case; null: any
  Magic magic[2];    // all of them; length 0: none
};
constexpr Rule kRules[] = {
    {kFreeDos, nullptr, {{2, 6, "CONFIG"}, {}}},  // FreeDOS kernel, kernel/kernel.asm
    {kGrub2Loader, nullptr, {{0, 8, "\xfc\x8c\xc8\x8e\xd8\xb8\x00\x08"}, {}}},
    // The segment for the rest of the core is the last word of its first sector; a far jump to segment 0
    // follows.
    {kGrub2Core, nullptr, {{0x1fe, 3, "\x20\x08\xea"}, {0x203, 2, "\0\0"}}},
    {kFreeDos, "kernel.sys", {}},
    {kNtldr, "ntldr", {}},
    {kNtldr, "bootmgr", {}},
    {kNtldr, "setupldr.bin", {}},
    {kFreeldr, "freeldr.sys", {}},
    {kGrub4Dos, "grldr", {}},
};

struct Word {
  const char* word;
  Kind kind;
};
constexpr Word kWords[] = {{"freedos", kFreeDos}, {"ntldr", kNtldr},       {"freeldr", kFreeldr},
                           {"grub2", kGrub2Core}, {"g2ldr", kGrub2Loader}, {"grldr", kGrub4Dos}};

Text base_name(Text path) {
  size_t begin = path.size;
  while (begin > 0 && path[begin - 1] != '/' && path[begin - 1] != ')') --begin;
  return path.from(begin);
}

bool matches(const Rule& rule, Text name, const u8* bytes, size_t length) {
  if (rule.name != nullptr && !equal_ignoring_case(name, rule.name)) return false;
  for (const Magic& magic : rule.magic)
    if (magic.length != 0 &&
        (size_t{magic.offset} + magic.length > length || memcmp(bytes + magic.offset, magic.bytes, magic.length) != 0))
      return false;
  return true;
}

}  // namespace

const Convention* find_convention(Text path, const u8* bytes, size_t length) {
  for (const Rule& rule : kRules)
    if (matches(rule, base_name(path), bytes, length)) return &kConventions[rule.kind];
  return nullptr;
}

const Convention* convention_called(Text word) {
  for (const Word& known : kWords)
    if (word == Text(known.word)) return &kConventions[known.kind];
  return nullptr;
}

bool is_isolinux(Text path) {
  const Text name = base_name(path);
  return equal_ignoring_case(name, "isolinux.bin") || equal_ignoring_case(name, "isolinux-debug.bin");
}

}  // namespace stage2
