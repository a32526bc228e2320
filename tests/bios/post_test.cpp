#include <gtest/gtest.h>

#include <numeric>
#include <utility>

#include "bios/memory_map.h"
#include "bios/option_roms.h"
#include "bios/tables_acpi.h"
#include "tests/bios/core_pc.h"

namespace bios {
namespace {

TEST(Post, VectorsPointToTheClassicEntries) {
  CorePc pc;
  pc.post();
  // Offsets of IBM's BIOS, which SeaBIOS keeps too.
  const std::pair<int, std::uint16_t> expected[] = {{0x05, 0xFF54}, {0x08, 0xFEA5}, {0x09, 0xE987}, {0x0E, 0xEF57},
                                                    {0x11, 0xF84D}, {0x12, 0xF841}, {0x13, 0xE3FE}, {0x14, 0xE739},
                                                    {0x15, 0xF859}, {0x16, 0xE82E}, {0x17, 0xEFD2}, {0x19, 0xE6F2},
                                                    {0x1A, 0xFE6E}, {0x1E, 0xEFC7}, {0x40, 0xEC59}, {0x1B, 0xFF53}};
  for (const auto& [vector, offset] : expected)
    EXPECT_EQ(pc.vector(static_cast<std::uint8_t>(vector)), (emu::FarPtr{0xF000, offset})) << std::hex << vector;
  for (int v = 0x60; v <= 0x67; ++v) EXPECT_EQ(pc.at<std::uint32_t>(v * 4u), 0u);
}

TEST(Post, FillsTheBiosDataArea) {
  CorePc pc;
  pc.post();
  EXPECT_EQ(pc.at<std::uint16_t>(0x400), 0x3F8);
  EXPECT_EQ(pc.at<std::uint16_t>(0x402), 0);
  EXPECT_EQ(pc.at<std::uint16_t>(0x408), 0x378);
  EXPECT_EQ(pc.at<std::uint16_t>(0x40E), 0x9FC0);
  EXPECT_EQ(pc.at<std::uint16_t>(0x413), 639);
  EXPECT_EQ(pc.at<std::uint16_t>(0x41A), 0x1E);
  EXPECT_EQ(pc.at<std::uint16_t>(0x41C), 0x1E);
  EXPECT_EQ(pc.at<std::uint16_t>(0x480), 0x1E);
  EXPECT_EQ(pc.at<std::uint16_t>(0x482), 0x3E);
  EXPECT_EQ(pc.at<std::uint8_t>(0x496) & 0x10, 0x10);  // 101 keys
  EXPECT_EQ(pc.at<std::uint8_t>(0x9FC00), 1);          // EBDA, KiB
  // Coprocessor, mouse, 80x25 color, one COM port, one printer.
  EXPECT_EQ(pc.at<std::uint16_t>(0x410) & ~0x00C1, 0x4226);
}

TEST(Post, TicksComeFromTheClock) {
  // 12:00:00 is 43200 s; 43200 * 1193182 / 65536 = 786521.3
  CorePc pc(16u << 20, {}, {}, devices::RtcMc146818::kDefaultStart + 12 * 3600);
  pc.post();
  EXPECT_EQ(pc.at<std::uint32_t>(0x46C), 786521u);
}

TEST(Post, LeavesTheInterruptControllersAsAnAtDoes) {
  CorePc pc;
  pc.post();
  EXPECT_EQ(pc.pic.state().primary.vector_base, 0x08);
  EXPECT_EQ(pc.pic.state().secondary.vector_base, 0x70);
  EXPECT_EQ(pc.ports.in(0x21, 1), 0xB8u);
  EXPECT_EQ(pc.ports.in(0xA1, 1), 0x8Eu);
}

TEST(Post, KeepsTheWarmBootFlag) {
  CorePc pc;
  pc.memory.write<std::uint16_t>(emu::PhysAddr(0x472), 0x1234);
  pc.post();
  EXPECT_EQ(pc.at<std::uint16_t>(0x472), 0x1234);
}

TEST(Post, TimerInterruptsAt18Hertz) {
  CorePc pc;
  pc.post();
  while (!pc.pic.pending()) {
    pc.clock.advance(pc.clock.next_event() - pc.clock.now());
    pc.clock.run_due_events();
  }
  EXPECT_EQ(pc.pic.acknowledge(), 0x08);
  EXPECT_NEAR(static_cast<double>(pc.clock.now()), 54.925e6,
              0.1e6);  // 65536 / 1193182 Hz after it was programmed
}

std::uint8_t sum(const CorePc& pc, std::uint64_t address, std::size_t size) {
  unsigned total = 0;
  for (std::size_t i = 0; i < size; ++i) total += pc.at<std::uint8_t>(address + i);
  return static_cast<std::uint8_t>(total);
}

std::optional<std::uint64_t> find(const CorePc& pc, std::string_view text) {
  for (std::uint64_t a = 0xF0000; a < 0x100000; a += 16) {
    bool equal = true;
    for (std::size_t i = 0; i < text.size(); ++i) equal &= pc.at<char>(a + i) == text[i];
    if (equal) return a;
  }
  return std::nullopt;
}

TEST(Rom, TablesAreFoundOnParagraphsWithGoodChecksums) {
  CorePc pc;
  pc.post();
  const auto bios32 = find(pc, "_32_"), pnp = find(pc, "$PnP"), rsdp = find(pc, "RSD PTR "), smbios = find(pc, "_SM_");
  ASSERT_TRUE(bios32 && pnp && rsdp && smbios);
  EXPECT_EQ(sum(pc, *bios32, 16), 0);
  EXPECT_EQ(sum(pc, *pnp, pc.at<std::uint8_t>(*pnp + 5)), 0);
  EXPECT_EQ(sum(pc, *rsdp, 20), 0);
  EXPECT_EQ(sum(pc, *smbios, pc.at<std::uint8_t>(*smbios + 5)), 0);
  EXPECT_EQ(sum(pc, *smbios + 16, 15), 0);
}

TEST(Rom, ResetVectorDateAndModel) {
  CorePc pc;
  EXPECT_EQ(pc.at<std::uint8_t>(0xFFFF0), 0xEA);
  EXPECT_EQ(pc.at<std::uint32_t>(0xFFFF1), 0xF000E05Bu);
  EXPECT_EQ(pc.at<char>(0xFFFF5 + 2), '/');
  EXPECT_EQ(pc.at<std::uint8_t>(0xFFFFE), 0xFC);
  EXPECT_EQ(pc.at<std::uint8_t>(0xFFFFFFF0), 0xEA);
}

TEST(Rom, AVectorsStubTrapsWithItsNumber) {
  CorePc pc;
  // cli; out 16h, eax.
  EXPECT_EQ(pc.at<std::uint32_t>(0xFE82E), 0x16E766FAu);
}

TEST(Rom, TheWaitFlagSharesNoPageWithCode) { EXPECT_LT(rom::kWaitFlag / 4096, rom::kWaitLoop / 4096); }

void add_up_to_zero(std::vector<std::uint8_t>& rom) {
  rom.back() = 0;
  rom.back() = static_cast<std::uint8_t>(-std::accumulate(rom.begin(), rom.end(), 0));
}

std::vector<std::uint8_t> rom_of(std::uint8_t filler, std::uint8_t blocks = 2) {
  std::vector<std::uint8_t> rom(blocks * 512u, filler);
  rom[0] = 0x55, rom[1] = 0xAA, rom[2] = blocks;
  add_up_to_zero(rom);
  return rom;
}

/// A ROM with a PCI data structure (PCI 2.1 §6.3.1.2) for device 1234:1111.
std::vector<std::uint8_t> pci_rom_of(std::uint8_t filler, std::uint8_t base_class, std::uint8_t blocks = 2) {
  std::vector<std::uint8_t> rom = rom_of(filler, blocks);
  constexpr std::uint8_t kAt = 0x40;
  rom[0x18] = kAt, rom[0x19] = 0;
  const std::uint8_t pcir[] = {'P', 'C', 'I', 'R', 0x34, 0x12, 0x11, 0x11, 0, 0, 0x18, 0, 0, 0, 0, base_class};
  std::copy(std::begin(pcir), std::end(pcir), rom.begin() + kAt);
  add_up_to_zero(rom);
  return rom;
}

/// Where the option ROM loop goes next.
emu::FarPtr next_rom(CorePc& pc) {
  pc.regs.set_sp(0x7C00);
  pc.bios.on_trap(rom::kTrapOptionRom, pc.regs);
  const emu::FarPtr sp = pc.regs.ss_sp();
  return {pc.memory.read<std::uint16_t>(sp.plus(2)), pc.memory.read<std::uint16_t>(sp)};
}

constexpr emu::FarPtr kDisplayRomEntry{0xC000, 3};
constexpr emu::PhysAddr kInt10{0x10 * 4};

TEST(OptionRoms, ADisplaysIsAtC0000AndRunsFirst) {
  // 80 blocks are 40 KiB: up to CA000h.
  CorePc pc(16u << 20, {}, {rom_of(1), pci_rom_of(2, 0x03, 80)});
  pc.pci.function(2, 0).identify(0x1234, 0x1111, 0x030000);
  pc.post();
  EXPECT_EQ(pc.at<std::uint8_t>(0xC0003), 2);
  EXPECT_EQ(pc.at<std::uint8_t>(0xCA003), 1);
  EXPECT_EQ(next_rom(pc), kDisplayRomEntry);
  EXPECT_EQ(pc.regs.ax(), 2 << 3) << "bus 0, device 2, function 0";
  pc.memory.write<std::uint32_t>(kInt10, 0xC0000100);
  EXPECT_EQ(next_rom(pc), rom::far(rom::kSetTextMode));
  EXPECT_EQ(next_rom(pc), (emu::FarPtr{0xCA00, 3}));
  EXPECT_EQ(pc.regs.ax(), 0) << "no PCI ROM";
  EXPECT_EQ(next_rom(pc), rom::far(rom::kStartBoot));
  EXPECT_TRUE(pc.bios.notices().empty());
}

TEST(OptionRoms, AnIsaDisplaysSaysIbm) {
  std::vector<std::uint8_t> vga = rom_of(0);
  const std::string_view ibm = "IBM";
  std::copy(ibm.begin(), ibm.end(), vga.begin() + 0x1E);
  add_up_to_zero(vga);
  CorePc pc(16u << 20, {}, {vga});
  pc.post();
  EXPECT_EQ(next_rom(pc), kDisplayRomEntry);
}

TEST(OptionRoms, OneForAnotherClassLeavesTheDisplayToUs) {
  CorePc pc(16u << 20, {}, {pci_rom_of(2, 0x02)});
  pc.post();
  EXPECT_EQ(next_rom(pc), (emu::FarPtr{0xC800, 3}));
  EXPECT_EQ(pc.at<char>(0xC001E), 'I') << "our own video ROM";
}

TEST(OptionRoms, ASecondDisplaysIsLeftOut) {
  CorePc pc(16u << 20, {}, {pci_rom_of(1, 0x03), pci_rom_of(2, 0x03)});
  EXPECT_EQ(pc.bios.notices().size(), 1u);
  EXPECT_EQ(pc.at<std::uint8_t>(0xC0003), 1);
}

// PCI 2.1 §6.3.3: INIT may write to its own image, which is read-only afterwards. A reset brings the given
// one back.
TEST(OptionRoms, MayBeWrittenWhileTheyInitialise) {
  CorePc pc(16u << 20, {}, {rom_of(1)});
  const auto write = [&](std::uint8_t value) { pc.memory.write(emu::PhysAddr(0xC8010), value); };
  pc.post();
  write(7);
  EXPECT_EQ(pc.at<std::uint8_t>(0xC8010), 1);
  EXPECT_EQ(next_rom(pc), (emu::FarPtr{0xC800, 3}));
  write(7);
  EXPECT_EQ(pc.at<std::uint8_t>(0xC8010), 7);
  EXPECT_EQ(next_rom(pc), rom::far(rom::kStartBoot));
  write(8);
  EXPECT_EQ(pc.at<std::uint8_t>(0xC8010), 7);
  pc.post();
  EXPECT_EQ(pc.at<std::uint8_t>(0xC8010), 1);
}

TEST(OptionRoms, FindInt10WhereAVgaHasIt) {
  CorePc pc(16u << 20, {}, {rom_of(1)});
  pc.post();
  EXPECT_EQ(pc.at<std::uint16_t>(0x10 * 4 + 2), 0xC000);
  const std::uint32_t entry = 0xC0000u + pc.at<std::uint16_t>(0x10 * 4);
  EXPECT_EQ(pc.at<std::uint8_t>(entry), 0xEA) << "a far jump";
  EXPECT_EQ(pc.at<std::uint32_t>(entry + 1), std::uint32_t{rom::kSegment} << 16 | rom::kInt10);
}

TEST(OptionRoms, KeepLowMemoryThatTheyTakeOutOfTheMemoryMap) {
  constexpr emu::PhysAddr kMemoryKiB{0x413};
  CorePc pc(16u << 20, {}, {rom_of(1)});
  const auto boot = [&](std::uint16_t kib_left) {
    pc.post();
    next_rom(pc);
    pc.memory.write(kMemoryKiB, kib_left);
    next_rom(pc);
    return bios::memory_map(pc.memory, pc.bios.option_roms().low_memory_end());
  };
  const auto map = boot(638);  // SeaBIOS 1.16 with sgabios: RAM up to 9F800h, and 800h reserved bytes
  EXPECT_EQ(map[0].size, 0x9F800u);
  EXPECT_EQ(map[1].base, 0x9F800u);
  EXPECT_EQ(map[1].size, 0x800u);
  EXPECT_EQ(boot(639)[0].size, 0x9FC00u) << "the next POST begins anew";
  EXPECT_EQ(boot(0)[0].size, 0x9FC00u) << "nonsense";
}

TEST(OptionRoms, ADisplaysThatLeavesInt10AloneIsReplaced) {
  CorePc pc(16u << 20, {}, {pci_rom_of(2, 0x03)});
  pc.post();
  EXPECT_EQ(next_rom(pc), kDisplayRomEntry);
  EXPECT_EQ(next_rom(pc), rom::far(rom::kStartBoot));
  ASSERT_EQ(pc.bios.notices().size(), 1u);
  EXPECT_NE(pc.bios.notices()[0].text.find("did not take INT 10h"), std::string::npos);
  EXPECT_EQ(pc.at<char>(0xC001E), 'I') << "our own video ROM";
  EXPECT_EQ(pc.at<std::uint8_t>(0x449), 3) << "the mode";
}

TEST(OptionRoms, AreEnteredInOrderThenTheBootBegins) {
  std::vector<std::uint8_t> broken = rom_of(7);
  broken[5] ^= 1;
  CorePc pc(16u << 20, {}, {rom_of(1), broken, rom_of(2)});
  pc.post();
  EXPECT_EQ(pc.bios.notices().size(), 1u);
  EXPECT_EQ(pc.at<std::uint8_t>(0xC8003), 1);
  EXPECT_EQ(pc.at<std::uint8_t>(0xC9003), 2);

  EXPECT_EQ(next_rom(pc), (emu::FarPtr{0xC800, 3}));
  EXPECT_EQ(pc.regs.es_di(), rom::far(rom::kPnpHeader));
  EXPECT_EQ(pc.regs.sp(), 0x7C00 - 8);  // it returns to the loop
  EXPECT_EQ(next_rom(pc), (emu::FarPtr{0xC900, 3}));
  EXPECT_EQ(next_rom(pc), rom::far(rom::kStartBoot));
}

TEST(Acpi, RsdtLeadsToFadtFacsAndDsdt) {
  CorePc pc;
  pc.post();
  const std::uint64_t rsdt = pc.at<std::uint32_t>(*find(pc, "RSD PTR ") + 16);
  EXPECT_GE(rsdt, (16u << 20) - 0x10000);
  EXPECT_EQ(sum(pc, rsdt, pc.at<std::uint32_t>(rsdt + 4)), 0);
  const std::uint64_t fadt = pc.at<std::uint32_t>(rsdt + 36);
  EXPECT_EQ(pc.at<std::uint32_t>(fadt), 0x50434146u);  // "FACP"
  EXPECT_EQ(sum(pc, fadt, pc.at<std::uint32_t>(fadt + 4)), 0);
  const std::uint64_t facs = pc.at<std::uint32_t>(fadt + 36), dsdt = pc.at<std::uint32_t>(fadt + 40);
  EXPECT_EQ(facs % 64, 0u);
  EXPECT_EQ(pc.at<std::uint32_t>(facs), 0x53434146u);
  EXPECT_EQ(pc.at<std::uint32_t>(dsdt), 0x54445344u);
  EXPECT_EQ(sum(pc, dsdt, pc.at<std::uint32_t>(dsdt + 4)), 0);
  EXPECT_EQ(pc.at<std::uint32_t>(fadt + 48), 0u);  // no SMI command port
  for (const auto& [block, extended] :
       {std::pair{56, 148}, {64, 172}, {76, 208}})  // PM1a event, PM1a control, PM timer
    EXPECT_EQ(pc.at<std::uint64_t>(fadt + extended + 4), pc.at<std::uint32_t>(fadt + block));
  EXPECT_EQ(pc.at<std::uint32_t>(fadt + 76), pc.at<std::uint32_t>(fadt + 56) + 8);
  EXPECT_EQ(pc.at<std::uint8_t>(fadt + 91), 4);                  // PM timer length
  EXPECT_EQ(pc.at<std::uint32_t>(fadt + 112) & (1u << 20), 0u);  // not "hardware reduced"
  EXPECT_EQ(pc.at<std::uint64_t>(fadt + 120), 0xCF9u);           // reset register
}

// GRUB's `halt` looks for the same bytes: NameOp, the name, PackageOp, length, four elements, the first of them the
// type.
TEST(Acpi, TheFirstTermOfTheDsdtIsSoftOff) {
  const std::vector<std::uint8_t> dsdt = make_dsdt({});
  const std::vector<std::uint8_t> s5 = {0x08, '\\', '_', 'S', '5', '_', 0x12, 0x06, 0x04, 0x00, 0x00, 0x00, 0x00};
  ASSERT_GT(dsdt.size(), 36 + s5.size());
  EXPECT_TRUE(std::equal(s5.begin(), s5.end(), dsdt.begin() + 36));
}

TEST(Smbios, StructuresEndWithType127AndAddUp) {
  CorePc pc;
  pc.post();
  const std::uint64_t anchor = *find(pc, "_SM_");
  std::uint64_t at = pc.at<std::uint32_t>(anchor + 24);
  const std::uint64_t end = at + pc.at<std::uint16_t>(anchor + 22);
  std::vector<int> types;
  while (at < end) {
    types.push_back(pc.at<std::uint8_t>(at));
    at += pc.at<std::uint8_t>(at + 1);
    while (pc.at<std::uint16_t>(at) != 0) ++at;  // two zero bytes end the strings
    at += 2;
  }
  EXPECT_EQ(at, end);
  EXPECT_EQ(types, (std::vector<int>{0, 1, 3, 4, 16, 17, 19, 32, 127}));
  EXPECT_EQ(pc.at<std::uint16_t>(anchor + 28), types.size());
}

}  // namespace
}  // namespace bios
