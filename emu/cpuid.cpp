#include "emu/cpuid.h"

#include <array>
#include <cstring>

namespace emu {

namespace {

// Leaf 1 EDX (Intel SDM vol. 2, CPUID). No VME, APIC, SEP, HTT: there is no APIC, and the engine has no VME.
constexpr std::uint32_t kFpu = 1u << 0, kDe = 1u << 2, kPse = 1u << 3, kTsc = 1u << 4, kMsr = 1u << 5, kPae = 1u << 6,
                        kMce = 1u << 7, kCx8 = 1u << 8, kMtrr = 1u << 12, kPge = 1u << 13, kMca = 1u << 14,
                        kCmov = 1u << 15, kPat = 1u << 16, kPse36 = 1u << 17, kClflush = 1u << 19, kMmx = 1u << 23,
                        kFxsr = 1u << 24, kSse = 1u << 25, kSse2 = 1u << 26;
constexpr std::uint32_t kCommonEdx =
    kFpu | kDe | kPse | kMsr | kPae | kMce | kCx8 | kMtrr | kPge | kMca | kCmov | kPat | kPse36 | kMmx | kFxsr;
// Leaf 1 ECX.
constexpr std::uint32_t kSse3 = 1u << 0, kSsse3 = 1u << 9, kCx16 = 1u << 13, kPopcnt = 1u << 23;
// Leaf 80000001h.
constexpr std::uint32_t kSyscall = 1u << 11, kNx = 1u << 20, kLongMode = 1u << 29;
constexpr std::uint32_t kLahf64 = 1u << 0;

constexpr std::uint32_t kSignature = 0x000006F1;  // family 6, model 15, stepping 1
constexpr std::uint32_t kPhysicalBits = 36, kLinearBits = 48;

std::uint32_t text(const char* s) {
  std::uint32_t v;
  std::memcpy(&v, s, 4);
  return v;
}

CpuidResult brand(std::uint32_t part) {
  static constexpr char kName[49] = "bootsim virtual CPU                             ";
  const char* s = kName + 16 * part;
  return {text(s), text(s + 4), text(s + 8), text(s + 12)};
}

}  // namespace

CpuidResult cpuid(std::uint32_t leaf, std::uint32_t subleaf, bool time_stamp) {
  const std::uint32_t tsc = time_stamp ? kTsc : 0;
  switch (leaf) {
    case 0: return {7, text("Genu"), text("ntel"), text("ineI")};
    case 1:
      return {kSignature, 8u << 8 /* CLFLUSH line, in 8 bytes */, kSse3 | kSsse3 | kCx16 | kPopcnt,
              kCommonEdx | tsc | kClflush | kSse | kSse2};
    // 32 KB L1 data and code, 256 KB L2, as leaf 4 says. No more, because guests measure caches and memory by copying
    // multiples of them: memtest86+ 6.10 does so 25 times with four times the biggest, before its first test.
    case 2: return {0x00000001, 0, 0, 0x002C3021};
    case 4:
      switch (subleaf) {
        case 0: return {0x121, 0x01C0003F, 63, 1};   // L1 data, 8-way, 64-byte lines, 64 sets
        case 1: return {0x122, 0x01C0003F, 63, 1};   // L1 code
        case 2: return {0x143, 0x01C0003F, 511, 1};  // L2
        default: return {};
      }
    case 0x80000000: return {0x80000008, 0, 0, 0};
    case 0x80000001: return {0, 0, kLahf64, kSyscall | kNx | kLongMode};
    case 0x80000002:
    case 0x80000003:
    case 0x80000004: return brand(leaf - 0x80000002);
    case 0x80000006: return {0, 0, 0x01006040 /* L2: 256 KB, 8-way, 64-byte lines */, 0};
    case 0x80000007: return {0, 0, 0, time_stamp ? 1u << 8 : 0};  // invariant TSC
    case 0x80000008: return {kPhysicalBits | kLinearBits << 8, 0, 0, 0};
    default: return {};
  }
}

}  // namespace emu
