#include "bios/linux_boot.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>

#include <fmt/core.h>

#include "emu/error.h"

namespace bios {

using emu::PhysAddr;
using std::string_view;

namespace {

// The header (boot.rst, "The Real-Mode Kernel Header"): offsets in the image.
constexpr std::size_t kCommandLineMagicAt = 0x20, kCommandLineOffsetAt = 0x22;  // before protocol 2.02
constexpr std::size_t kSetupSects = 0x1F1, kSysSize = 0x1F4, kVidMode = 0x1FA, kBootFlag = 0x1FE;
constexpr std::size_t kHeader = 0x202, kVersion = 0x206, kTypeOfLoader = 0x210, kLoadFlags = 0x211;
constexpr std::size_t kSetupMoveSize = 0x212, kRamdiskImage = 0x218, kRamdiskSize = 0x21C;
constexpr std::size_t kHeapEndPtr = 0x224, kCmdLinePtr = 0x228, kInitrdAddrMax = 0x22C;
constexpr std::size_t kKernelAlignment = 0x230, kRelocatableKernel = 0x234, kCmdlineSize = 0x238;
constexpr std::size_t kPrefAddress = 0x258, kInitSize = 0x260, kHeaderEnd = 0x264;

constexpr std::uint16_t kBootFlagMagic = 0xAA55, kCommandLineMagic = 0xA33F;
constexpr std::uint32_t kHeaderMagic = 0x53726448;  // "HdrS"
constexpr std::uint8_t kLoadedHigh = 0x01, kCanUseHeap = 0x80;
constexpr std::uint8_t kUndefinedLoader = 0xFF;  // a loader without an assigned number

constexpr std::size_t kSector = 512, kParagraph = 16;
constexpr unsigned kDefaultSetupSects = 4, kMaxRealModeSectors = 64;  // 32 KiB
constexpr std::size_t kDefaultCmdlineSize = 255;                      // before protocol 2.06
constexpr std::uint32_t kDefaultInitrdAddrMax = 0x37FFFFFF;           // before protocol 2.03

// "Sample Boot Configuration": a segment of its own, or 9000h where the protocol is old.
constexpr std::uint16_t kSegment = 0x1000, kHeapEnd = 0xE000;
constexpr std::uint16_t kOldSegment = 0x9000, kOldHeapEnd = 0x9800;
constexpr std::uint64_t kCommandLineCeiling = 0x9A000;
constexpr PhysAddr kHighCode{0x100000}, kLowCode{0x10000};
constexpr std::uint64_t kLowCodeEnd = 0x90000;
constexpr std::uint64_t kInitrdAlignment = emu::Memory::kPage;

[[noreturn]] void refuse_image(const LinuxKernel& kernel, string_view why) {
  throw emu::Error(emu::ErrorKind::kMedium, fmt::format("--kernel {}: {}", kernel.name, why));
}

/// The image's header. Fields behind a short image's end read 0.
class Header {
 public:
  explicit Header(std::span<const std::uint8_t> image) {
    std::copy_n(image.begin(), std::min(image.size(), bytes_.size()), bytes_.begin());
  }
  template <class T>
  T get(std::size_t offset) const {
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }

 private:
  std::array<std::uint8_t, kHeaderEnd> bytes_{};
};

/// What a file is that people take for a kernel.
string_view other_kind(std::span<const std::uint8_t> image) {
  const auto begins = [&](string_view magic) {
    return image.size() >= magic.size() && std::memcmp(image.data(), magic.data(), magic.size()) == 0;
  };
  using namespace std::string_view_literals;
  if (begins("\177ELF"sv)) return "; it is an ELF file: the bzImage made from it is needed";
  if (begins("\x1F\x8B"sv) || begins("\3757zXZ"sv) || begins("\x28\xB5\x2F\xFD"sv))
    return "; it is compressed: unpack it first";
  if (begins("MZ"sv)) return "; it is a program for UEFI or DOS";
  return "";
}

void check_image(const LinuxKernel& kernel, const Header& header) {
  if (header.get<std::uint16_t>(kBootFlag) == kBootFlagMagic && header.get<std::uint32_t>(kHeader) != kHeaderMagic)
    refuse_image(kernel,
                 "begins with a boot sector but has no \"HdrS\" at offset 202h. The image of a disk or floppy is given "
                 "without --kernel; a kernel older than Linux 1.3.73 (boot protocol below 2.00) boots by its own boot "
                 "sector, as a floppy: IMAGE --as floppy");
  if (header.get<std::uint16_t>(kBootFlag) != kBootFlagMagic || header.get<std::uint32_t>(kHeader) != kHeaderMagic)
    refuse_image(kernel, fmt::format("not a Linux kernel for the boot protocol (no \"HdrS\" at offset 202h){}",
                                     other_kind(kernel.image)));
  const auto version = header.get<std::uint16_t>(kVersion);
  if (version < 0x0200 || version >= 0x0300)
    refuse_image(kernel,
                 fmt::format("boot protocol {}.{:02} is unknown; 2.00 to 2.15 are", version >> 8, version & 0xFF));
}

std::size_t real_mode_size(const LinuxKernel& kernel, const Header& header) {
  const unsigned sectors = header.get<std::uint8_t>(kSetupSects);
  const unsigned total = 1 + (sectors == 0 ? kDefaultSetupSects : sectors);
  if (total > kMaxRealModeSectors)
    refuse_image(kernel,
                 fmt::format("its header claims {} bytes of real-mode code; 32768 is the most", total * kSector));
  if (kernel.image.size() <= total * kSector)
    refuse_image(kernel, fmt::format("truncated: it has {} bytes, and its real-mode code alone takes {}",
                                     kernel.image.size(), total * kSector));
  return total * kSector;
}

/// Before protocol 2.04 syssize has 16 bits, so that a bzImage's size cannot be known.
void check_code_size(const LinuxKernel& kernel, const Header& header, const LinuxPlacement& at) {
  const bool wide = at.protocol >= 0x0204;
  if (!wide && at.loaded_high) return;
  const std::uint64_t paragraphs = wide ? header.get<std::uint32_t>(kSysSize) : header.get<std::uint16_t>(kSysSize);
  // The last paragraph need not be whole.
  const std::uint64_t claimed = at.real_mode_size + paragraphs * kParagraph;
  if (kernel.image.size() + kParagraph <= claimed)
    refuse_image(kernel,
                 fmt::format("truncated: it has {} bytes, and its header claims {}", kernel.image.size(), claimed));
}

// --- Where everything goes

/// The last `name=` of the command line.
std::optional<string_view> parameter(string_view command_line, string_view name) {
  std::optional<string_view> value;
  while (!command_line.empty()) {
    const std::size_t end = std::min(command_line.find(' '), command_line.size());
    const string_view word = command_line.substr(0, end);
    if (word.size() > name.size() && word.starts_with(name) && word[name.size()] == '=')
      value = word.substr(name.size() + 1);
    command_line.remove_prefix(std::min(end + 1, command_line.size()));
  }
  return value;
}

/// C notation; `rest` is what follows the digits.
std::optional<std::uint64_t> c_number(string_view text, string_view& rest) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.starts_with("0") && text.size() > 1) {
    base = 8;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{}) return std::nullopt;
  rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<std::uint16_t> video_mode(string_view command_line) {
  const auto text = parameter(command_line, "vga");
  if (!text) return std::nullopt;
  if (*text == "normal") return 0xFFFF;
  if (*text == "ext") return 0xFFFE;
  if (*text == "ask") return 0xFFFD;
  string_view rest;
  const auto number = c_number(*text, rest);
  if (!number || !rest.empty() || *number > 0xFFFF) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

/// mem= lowers the end of memory for the loader too.
std::uint64_t memory_end_for(string_view command_line, std::uint64_t memory_end) {
  const auto text = parameter(command_line, "mem");
  string_view suffix;
  const auto number = text ? c_number(*text, suffix) : std::nullopt;
  if (!number || *number == 0) return memory_end;
  constexpr string_view kSuffixes = "KMGTPE";
  unsigned shift = 0;
  if (!suffix.empty()) {
    const auto index = kSuffixes.find(static_cast<char>(suffix[0] & ~0x20));
    if (index == kSuffixes.npos || suffix.size() > 1) return memory_end;
    shift = 10 * (static_cast<unsigned>(index) + 1);
  }
  if (*number > (memory_end >> shift)) return memory_end;
  return *number << shift;
}

void place_command_line(const LinuxKernel& kernel, const Header& header, LinuxPlacement& at) {
  const auto told = at.protocol >= 0x0206 ? header.get<std::uint32_t>(kCmdlineSize) : 0;
  at.command_line = PhysAddr(std::uint64_t{at.segment} * kParagraph + at.heap_end);
  const std::uint64_t room = kCommandLineCeiling - at.command_line.value - 1;
  const std::uint64_t limit = std::min<std::uint64_t>(told == 0 ? kDefaultCmdlineSize : told, room);
  if (kernel.command_line.size() > limit)
    throw emu::Error(
        emu::ErrorKind::kUsage,
        fmt::format("--append: the command line has {} characters; {} takes at most {} (boot protocol {}.{:02})",
                    kernel.command_line.size(), kernel.name, limit, at.protocol >> 8, at.protocol & 0xFF));
}

/// The end of what the kernel writes before it looks at its memory map; 2^64 - 1 when its header claims more.
std::uint64_t kernel_end(const LinuxKernel& kernel, const Header& header, const LinuxPlacement& at) {
  const std::uint64_t loaded = at.code.value + (kernel.image.size() - at.real_mode_size);
  if (at.protocol < 0x020A || !at.loaded_high) return loaded;
  std::uint64_t start = header.get<std::uint64_t>(kPrefAddress);
  if (header.get<std::uint8_t>(kRelocatableKernel) != 0) {
    const std::uint64_t alignment = std::max<std::uint64_t>(header.get<std::uint32_t>(kKernelAlignment), 1);
    start = std::max(start, (at.code.value + alignment - 1) / alignment * alignment);
  }
  constexpr std::uint64_t kHighest = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t init_size = header.get<std::uint32_t>(kInitSize);
  return init_size > kHighest - start ? kHighest : std::max(loaded, start + init_size);
}

void place_initrd(const LinuxKernel& kernel, const Header& header, std::uint64_t memory_end, LinuxPlacement& at) {
  if (kernel.initrd.empty()) return;
  const std::uint64_t highest =
      at.protocol >= 0x0203 ? header.get<std::uint32_t>(kInitrdAddrMax) : kDefaultInitrdAddrMax;
  const std::uint64_t end = std::min(memory_end_for(kernel.command_line, memory_end), highest + 1);
  const std::uint64_t bottom = std::max(kernel_end(kernel, header, at), kHighCode.value);
  const std::uint64_t size = kernel.initrd.size();
  const std::uint64_t base = size <= end ? (end - size) / kInitrdAlignment * kInitrdAlignment : 0;
  if (base < bottom)
    throw emu::Error(
        emu::ErrorKind::kUsage,
        fmt::format("--initrd: {} bytes do not fit between the kernel, which needs memory up to {:X}h, and {:X}h, the "
                    "end of the memory that it may use; try more --mem",
                    size, bottom, end));
  at.initrd = PhysAddr(base);
}

template <class T>
void put(emu::Memory& memory, const LinuxPlacement& at, std::size_t offset, T value) {
  memory.write(PhysAddr(std::uint64_t{at.segment} * kParagraph + offset), value);
}

}  // namespace

LinuxPlacement place_linux(const LinuxKernel& kernel, std::uint64_t memory_end) {
  const Header header(kernel.image);
  check_image(kernel, header);
  LinuxPlacement at;
  at.protocol = header.get<std::uint16_t>(kVersion);
  at.loaded_high = header.get<std::uint8_t>(kLoadFlags) & kLoadedHigh;
  at.real_mode_size = real_mode_size(kernel, header);
  check_code_size(kernel, header, at);

  const bool modern = at.protocol >= 0x0202 && at.loaded_high;
  at.segment = modern ? kSegment : kOldSegment;
  at.heap_end = modern ? kHeapEnd : kOldHeapEnd;
  at.code = at.loaded_high ? kHighCode : kLowCode;
  const std::uint64_t code_end = at.code.value + (kernel.image.size() - at.real_mode_size);
  if (!at.loaded_high && code_end > kLowCodeEnd)
    refuse_image(kernel, "too big for a zImage: its protected-mode code takes more than 512 KiB");
  const std::uint64_t needed_end = kernel_end(kernel, header, at);
  if (at.loaded_high && needed_end > memory_end)
    throw emu::Error(
        emu::ErrorKind::kUsage,
        fmt::format("--kernel {}: it needs memory up to {:X}h to start, and memory ends at {:X}h; try more --mem",
                    kernel.name, needed_end, memory_end));
  place_command_line(kernel, header, at);
  place_initrd(kernel, header, memory_end, at);
  at.video_mode = video_mode(kernel.command_line);
  return at;
}

void load_linux(const LinuxKernel& kernel, const LinuxPlacement& at, emu::Memory& memory) {
  const std::span<const std::uint8_t> image(kernel.image);
  memory.write(PhysAddr(std::uint64_t{at.segment} * kParagraph), image.first(at.real_mode_size));
  memory.write(at.code, image.subspan(at.real_mode_size));
  memory.write(at.command_line, std::span(reinterpret_cast<const std::uint8_t*>(kernel.command_line.c_str()),
                                          kernel.command_line.size() + 1));
  if (at.initrd) {
    memory.write(*at.initrd, std::span<const std::uint8_t>(kernel.initrd));
    put(memory, at, kRamdiskImage, static_cast<std::uint32_t>(at.initrd->value));
    put(memory, at, kRamdiskSize, static_cast<std::uint32_t>(kernel.initrd.size()));
  }

  // Only fields that the kernel's version of the protocol has.
  put(memory, at, kTypeOfLoader, kUndefinedLoader);
  if (at.video_mode) put(memory, at, kVidMode, *at.video_mode);
  if (at.protocol >= 0x0201) {
    constexpr std::uint16_t kHeapEndBias = 0x200;
    put(memory, at, kHeapEndPtr, static_cast<std::uint16_t>(at.heap_end - kHeapEndBias));
    put(memory, at, kLoadFlags, static_cast<std::uint8_t>(kernel.image[kLoadFlags] | kCanUseHeap));
  }
  if (at.protocol >= 0x0202) {
    put(memory, at, kCmdLinePtr, static_cast<std::uint32_t>(at.command_line.value));
  } else {
    put(memory, at, kCommandLineMagicAt, kCommandLineMagic);
    put(memory, at, kCommandLineOffsetAt, at.heap_end);
    put(memory, at, kSetupMoveSize, static_cast<std::uint16_t>(at.heap_end + kernel.command_line.size() + 1));
  }
}

void set_linux_registers(const LinuxPlacement& at, emu::Registers& regs) {
  regs.gpr.fill(0);
  for (emu::Seg s : {emu::Seg::kDs, emu::Seg::kEs, emu::Seg::kFs, emu::Seg::kGs, emu::Seg::kSs})
    regs.set_real_segment(s, at.segment);
  regs.set_sp(at.heap_end);
}

emu::FarPtr linux_entry(const LinuxPlacement& at) {
  constexpr std::uint16_t kSetupSegments = 0x20;  // setup lies behind the 512 bytes of the boot sector
  return {static_cast<std::uint16_t>(at.segment + kSetupSegments), 0};
}

}  // namespace bios
