// INT 15h/C2xxh: the PS/2 mouse.
#include <array>

#include "bios/bda.h"
#include "bios/bios.h"
#include "bios/int15.h"
#include "bios/ps2.h"

namespace bios::int15 {

namespace {

// AH (RBIL table #00487).
constexpr std::uint8_t kBadFunction = 0x01, kBadInput = 0x02, kInterfaceError = 0x03, kResend = 0x04, kNoDriver = 0x05;
// Commands (IBM PS/2 HITR, mouse).
constexpr std::uint8_t kScaling1 = 0xE6, kScaling2 = 0xE7, kSetResolution = 0xE8, kGetStatus = 0xE9, kGetId = 0xF2,
                       kSetRate = 0xF3, kEnable = 0xF4, kDisable = 0xF5, kReset = 0xFF;
constexpr std::uint8_t kDriverInstalled = 0x80;

emu::FarPtr ebda(Bios& bios, std::uint16_t offset) {
  return {bios.memory().read<std::uint16_t>(bda::kEbdaSegment), offset};
}

template <std::size_t N>
bool send(Bios& bios, const std::array<std::uint8_t, N>& bytes, std::span<std::uint8_t> answer = {}) {
  return Ps2(bios.ports(), bios.clock()).mouse(bytes, answer);
}

template <std::size_t N>
void simple(Bios& bios, Call& call, const std::array<std::uint8_t, N>& bytes) {
  if (send(bios, bytes)) {
    call.succeed();
  } else {
    call.fail(kResend);
  }
}

}  // namespace

void mouse_enable(Bios& bios, Call& call) {
  if (call.regs.bh() > 1) return call.fail(kBadFunction);
  const bool on = call.regs.bh() == 1;
  if (on && !(bios.memory().read<std::uint8_t>(ebda(bios, bda::kMouseFlags2)) & kDriverInstalled))
    return call.fail(kNoDriver);
  simple(bios, call, std::array{on ? kEnable : kDisable});
}

void mouse_reset(Bios& bios, Call& call) {
  std::array<std::uint8_t, 2> answer{};
  if (!send(bios, std::array{kReset}, answer)) return call.fail(kResend);
  call.regs.set_bl(answer[0]);
  call.regs.set_bh(answer[1]);
  call.succeed();
}

void mouse_sample_rate(Bios& bios, Call& call) {
  constexpr std::array<std::uint8_t, 7> kRates = {10, 20, 40, 60, 80, 100, 200};
  if (call.regs.bh() >= kRates.size()) return call.fail(kBadInput);
  simple(bios, call, std::array{kSetRate, kRates[call.regs.bh()]});
}

void mouse_resolution(Bios& bios, Call& call) {
  if (call.regs.bh() > 3) return call.fail(kBadInput);
  simple(bios, call, std::array{kSetResolution, call.regs.bh()});
}

void mouse_type(Bios& bios, Call& call) {
  std::array<std::uint8_t, 1> id{};
  if (!send(bios, std::array{kGetId}, id)) return call.fail(kResend);
  call.regs.set_bh(id[0]);
  call.succeed();
}

void mouse_initialize(Bios& bios, Call& call) {
  // Packets of 1 to 8 bytes by the interface's letter; the mouse sends 3, and SeaBIOS takes no other number.
  if (call.regs.bh() != 3) return call.fail(kInterfaceError);
  bios.memory().write<std::uint8_t>(ebda(bios, bda::kMouseFlags1), 0);
  bios.memory().write<std::uint8_t>(ebda(bios, bda::kMouseFlags2), call.regs.bh());
  mouse_reset(bios, call);
}

void mouse_extended(Bios& bios, Call& call) {
  std::array<std::uint8_t, 3> status{};
  switch (call.regs.bh()) {
    case 0:
      if (!send(bios, std::array{kGetStatus}, status)) return call.fail(kResend);
      call.regs.set_bl(status[0]);
      call.regs.set_cl(status[1]);
      call.regs.set_dl(status[2]);
      return call.succeed();
    case 1: return simple(bios, call, std::array{kScaling1});
    case 2: return simple(bios, call, std::array{kScaling2});
    default: return call.fail(kBadFunction);
  }
}

void mouse_driver(Bios& bios, Call& call) {
  emu::Memory& memory = bios.memory();
  const std::uint32_t handler = std::uint32_t{call.regs.es()} << 16 | call.regs.bx();
  const auto flags = memory.read<std::uint8_t>(ebda(bios, bda::kMouseFlags2));
  if (handler == 0 && (flags & kDriverInstalled)) send(bios, std::array{kDisable});
  memory.write(ebda(bios, bda::kMouseFlags2),
               static_cast<std::uint8_t>(handler != 0 ? flags | kDriverInstalled : flags & ~kDriverInstalled));
  memory.write(ebda(bios, bda::kMouseDriver), handler);
  call.succeed();
}

}  // namespace bios::int15
