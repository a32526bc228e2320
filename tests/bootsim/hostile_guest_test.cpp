// Boot sectors that mean harm: the host goes on, and says what the guest did.
#include <gtest/gtest.h>

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "bootsim/pc.h"
#include "devices/media/memory_medium.h"
#include "emu/error.h"

namespace bootsim {
namespace {

using emu::PhysAddr, emu::StopReason;

PcOptions options(std::vector<std::uint8_t> sector, bool public_engine = false) {
  sector.resize(510);
  sector.push_back(0x55);
  sector.push_back(0xAA);
  sector.resize(1'474'560);
  PcOptions o;
  o.machine.ram_size = 16u << 20;
  o.machine.force_public_engine = public_engine;
  o.bios.boot_menu = false;
  o.media.push_back(
      {devices::media::Attach::kFloppy, std::make_shared<devices::media::MemoryMedium>(std::move(sector), "hostile")});
  return o;
}

StopReason run(Pc& pc, emu::Nanoseconds limit = 10 * emu::kSecond) { return pc.machine().run(limit); }

class HostileGuest : public testing::TestWithParam<bool> {};

TEST_P(HostileGuest, JumpToTheLastByteOfARomReadsNothingBehindIt) {
  PcOptions o = options({0xEA, 0xFF, 0x0F, 0x00, 0xC8}, GetParam());  // jmp C800:0FFF
  std::vector<std::uint8_t> rom(4096);
  rom[0] = 0x55;
  rom[1] = 0xAA;
  rom[2] = 8;
  rom[3] = 0xCB;  // retf
  rom[4] = static_cast<std::uint8_t>(-(0x55 + 0xAA + 8 + 0xCB));
  o.option_roms.push_back(rom);
  Pc pc(std::move(o));
  pc.power_on();
  // The public interface stops at the fetch from the hole behind it, before anybody can look.
  EXPECT_EQ(run(pc), GetParam() ? StopReason::kUnsupported : StopReason::kUnwrittenCode);
}

// A display's ROM that changes itself, switches shadow RAM in (PAM1), changes that and resets the PC. It would hang if
// it found itself changed: each POST begins with the ROM that was given.
TEST_P(HostileGuest, ADisplayRomThatRewritesItselfIsBackAfterAReset) {
  std::vector<std::uint8_t> rom(4096);
  const std::uint8_t head[] = {0x55, 0xAA, 8, 0xEB, 0x20};          // jmp to offset 25h
  const std::uint8_t code[] = {0x2E, 0x80, 0x3E, 0x00, 0x01, 0x00,  // cmp byte [cs:100h], 0
                               0x75, 0xFE,                          // jne $
                               0x2E, 0xC6, 0x06, 0x00, 0x01, 0x07,  // mov byte [cs:100h], 7
                               0xBA, 0xF8, 0x0C,                    // mov dx, 0CF8h
                               0x66, 0xB8, 0x58, 0x00, 0x00, 0x80,  // mov eax, 80000058h
                               0x66, 0xEF,                          // out dx, eax
                               0xBA, 0xFE, 0x0C, 0xB0, 0x33, 0xEE,  // CFEh: PAM1 = 33h
                               0x2E, 0xC6, 0x06, 0x00, 0x01, 0x08,  // mov byte [cs:100h], 8
                               0xBA, 0xF9, 0x0C, 0xB0, 0x06, 0xEE,  // CF9h: reset
                               0xEB, 0xFE};                         // jmp $
  std::copy(std::begin(head), std::end(head), rom.begin());
  for (int i = 0; i < 3; ++i) rom[0x1E + i] = static_cast<std::uint8_t>("IBM"[i]);
  std::copy(std::begin(code), std::end(code), rom.begin() + 0x25);
  for (const std::uint8_t byte : std::vector(rom)) rom.back() = static_cast<std::uint8_t>(rom.back() - byte);
  PcOptions o = options({}, GetParam());
  o.option_roms.push_back(rom);
  Pc pc(std::move(o));
  pc.power_on();
  for (int boots = 0; boots < 3; ++boots) {
    EXPECT_EQ(run(pc), StopReason::kReset);
    EXPECT_EQ(pc.machine().memory().read<std::uint8_t>(PhysAddr(0xC0100)), 8);
    pc.machine().reset();
  }
}

TEST_P(HostileGuest, FrameBufferCannotBeMovedOverRamOrRom) {
  Pc pc(options({}, GetParam()));
  pc.power_on();
  constexpr std::uint32_t kCommand = 0x80001004, kBar0 = 0x80001010;
  pc.machine().ports().out(0xCF8, kCommand, 4);
  pc.machine().ports().out(0xCFC, 7, 2);  // I/O, memory, bus master
  for (const std::uint32_t base : {0x01000000u, 0xFE000000u, 0x00000000u, 0xFF000000u}) {
    pc.machine().ports().out(0xCF8, kBar0, 4);
    pc.machine().ports().out(0xCFC, base, 4);
    const bool decoded = base == 0x01000000u || base == 0xFE000000u;  // above 16 MiB of RAM, below the ROM's area
    EXPECT_EQ(pc.vga().frame_buffer() == PhysAddr(base), decoded) << std::hex << base;
    EXPECT_EQ(pc.machine().memory().region_at(PhysAddr(0x1000)).kind, emu::RegionKind::kRam);
    EXPECT_EQ(pc.machine().memory().region_at(PhysAddr(0xFFFFFFF0)).kind, emu::RegionKind::kRom);
  }
}

struct Balance : emu::CallObserver {
  void call_begins(const emu::InterruptCall& call) override { open.insert(call.sequence); }
  void call_ends(const emu::InterruptCall& call) override {
    most = std::max(most, open.size());
    EXPECT_EQ(open.erase(call.sequence), 1u);
    EXPECT_FALSE(call.finished);
    ++ended;
  }
  std::set<std::uint64_t> open;
  std::size_t most = 0, ended = 0;
};

TEST_P(HostileGuest, CallsThatNeverReturnAreReportedOnceEachAndDoNotPileUp) {
  // INT 80h's handler calls INT 80h: xor ax,ax; mov ds,ax; mov word [200h],handler; mov [202h],ax; handler: int 80h
  Pc pc(
      options({0x31, 0xC0, 0x8E, 0xD8, 0xC7, 0x06, 0x00, 0x02, 0x0D, 0x7C, 0xA3, 0x02, 0x02, 0xCD, 0x80}, GetParam()));
  Balance balance;
  pc.machine().observe_calls(balance, std::bitset<256>().set(0x80));
  pc.power_on();
  for (int step = 1; step < 3000 && balance.ended < 2000; ++step) run(pc, step * emu::kMillisecond);
  pc.machine().report_unfinished_calls();
  EXPECT_GT(balance.ended, 1000u);
  EXPECT_TRUE(balance.open.empty());
  EXPECT_LT(balance.most, 200u);
}

INSTANTIATE_TEST_SUITE_P(Engine, HostileGuest, testing::Bool(),
                         [](const auto& engine) { return engine.param ? "Public" : "Kit"; });

TEST(Pc, RefusesABiosRomThatCannotBeMapped) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{5000}, std::size_t{32} << 20}) {
    PcOptions o = options({});
    o.bios_rom.resize(size);
    EXPECT_THROW(Pc{std::move(o)}, emu::Error) << size;
  }
}

}  // namespace
}  // namespace bootsim
