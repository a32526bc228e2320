#include "stage2/linux/header.h"

#include "lib32/memory.h"

namespace stage2 {
namespace {

constexpr u16 kBootFlag = 0xaa55;
constexpr u32 kMagic = 0x53726448;  // "HdrS"
constexpr u8 kLoadedHigh = 0x01;
constexpr u32 kSector = 512, kParagraph = 16;
constexpr u32 kDefaultSetupSects = 4;
constexpr u32 kMostRealMode = 0x8000;              // "The real-mode code can total up to 32K"
constexpr u32 kDefaultCommandLine = 255;           // before 2.06
constexpr u32 kDefaultInitrdAddrMax = 0x37ffffff;  // before 2.03
constexpr u32 kMostLowCode = 0x80000;              // 10000h to 90000h

struct Kind {
  const char* magic;
  size_t length;
  const char* words;
};
// What people take for a kernel.
constexpr Kind kOtherKinds[] = {
    {"\177ELF", 4, "it is an ELF file; the bzImage made from it is wanted"},
    {"\x1f\x8b", 2, "it is compressed by gzip; unpack it first"},
    {"\3757zXZ", 5, "it is compressed by xz; unpack it first"},
    {"\x28\xb5\x2f\xfd", 4, "it is compressed by zstd; unpack it first"},
    {"MZ", 2, "it is a program for UEFI or DOS"},
};

Result no_kernel(Text name, const u8* bytes, size_t length) {
  for (const Kind& kind : kOtherKinds)
    if (length >= kind.length && memcmp(bytes, kind.magic, kind.length) == 0)
      return fail("{} is no Linux kernel: {}", name, kind.words);
  return fail("{} is no Linux kernel: neither HdrS at 202h nor the mark 55 AA at 1FEh", name);
}

// A loader distrusts sizes from a header: the last paragraph may be missing its end, nothing else.
Result check_size(Text name, const LinuxHeader& header, u32 paragraphs, u64 file_size) {
  const u64 claimed = header.real_mode_bytes + u64{paragraphs} * kParagraph;
  if (file_size + kParagraph > claimed) return {};
  return fail("{} is truncated: it has {} bytes, and its header claims {}", name, file_size, claimed);
}

void read_relocation(const u8* bytes, LinuxHeader& header) {
  if (header.protocol >= 0x0205) {
    header.relocatable = header.loaded_high && bytes[kRelocatableKernelAt] != 0;
    header.alignment = lib32::le32(bytes + kKernelAlignmentAt);
  }
  if (!lib32::power_of_two(header.alignment)) header.alignment = 0x100000;
  header.min_alignment = header.alignment;
  if (header.protocol < 0x020a) return;
  if (const u8 exponent = bytes[kMinAlignmentAt]; exponent != 0 && exponent < 32)
    header.min_alignment = lib32::min(header.alignment, u32{1} << exponent);
  header.pref_address = lib32::le64(bytes + kPrefAddressAt);
  header.init_size = lib32::le32(bytes + kInitSizeAt);
}

}  // namespace

String LinuxHeader::protocol_name() const {
  if (protocol == 0) return "older than 2.00";
  return format("{}.{:02}", protocol >> 8, protocol & 0xff);
}

Result parse_linux_header(Text name, const u8* bytes, size_t length, u64 file_size, LinuxHeader& header) {
  u8 field[kLinuxHeaderEnd] = {};  // what a short file lacks reads as 0
  memcpy(field, bytes, lib32::min<size_t>(length, sizeof field));
  if (file_size < 2 * kSector || lib32::le16(field + kBootFlagAt) != kBootFlag) return no_kernel(name, bytes, length);
  if (file_size >> 32 != 0) return fail("{} is no Linux kernel: it is larger than 4 GiB", name);

  header = LinuxHeader();
  if (lib32::le32(field + kMagicAt) == kMagic) {
    header.protocol = lib32::le16(field + kVersionAt);
    if (header.protocol < 0x0200 || header.protocol >= 0x0300)
      return fail("{}: boot protocol {} is unknown; 2.00 to 2.15 are known", name, header.protocol_name());
    header.loaded_high = field[kLoadFlagsAt] & kLoadedHigh;
  }
  const u32 sectors = field[kSetupSectsAt] == 0 ? kDefaultSetupSects : field[kSetupSectsAt];
  header.real_mode_bytes = (1 + sectors) * kSector;
  if (header.real_mode_bytes > kMostRealMode)
    return fail("{}: its header claims {} bytes of real-mode code; 32768 is the most", name, header.real_mode_bytes);
  if (file_size <= header.real_mode_bytes)
    return fail("{} is truncated: it has {} bytes, and its real-mode code alone takes {}", name, file_size,
                header.real_mode_bytes);
  header.code_bytes = u32(file_size) - header.real_mode_bytes;

  const bool wide = header.protocol >= 0x0204;
  if (wide || !header.loaded_high) {
    const u32 paragraphs = wide ? lib32::le32(field + kSysSizeAt) : lib32::le16(field + kSysSizeAt);
    if (Result result = check_size(name, header, paragraphs, file_size); !result.ok()) return result;
  }
  if (!header.loaded_high && header.code_bytes > kMostLowCode)
    return fail("{} has {} bytes of protected-mode code; a zImage has at most {}", name, header.code_bytes,
                kMostLowCode);

  header.command_line_limit = header.protocol >= 0x0206 ? lib32::le32(field + kCmdlineSizeAt) : 0;
  if (header.command_line_limit == 0) header.command_line_limit = kDefaultCommandLine;
  header.initrd_addr_max = header.protocol >= 0x0203 ? lib32::le32(field + kInitrdAddrMaxAt) : kDefaultInitrdAddrMax;
  read_relocation(field, header);
  return {};
}

}  // namespace stage2
