#include <gtest/gtest.h>

#include <cstring>

#include "bios/rom_labels.h"
#include "tests/bios/disk_pc.h"

namespace bios {
namespace {

std::vector<std::uint8_t> bootable(std::vector<std::uint8_t> bytes) {
  bytes[510] = 0x55;
  bytes[511] = 0xAA;
  return bytes;
}

AttachedMedium boot_disk() { return medium_of(Attach::kHardDisk, bootable(numbered_sectors(33 * 16 * 63))); }

// An ISO's worth of El Torito: boot record at LBA 17, catalog at 20, image at 24.
struct Cd {
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(40 * 2048);
  std::uint8_t* at(int lba, int offset = 0) { return bytes.data() + lba * 2048 + offset; }
  std::uint8_t* entry(int n) { return at(20, 0x20 * n); }

  Cd() {
    std::memcpy(at(17), "\0CD001\1EL TORITO SPECIFICATION", 30);
    *at(17, 0x47) = 20;
    std::uint8_t* validation = entry(0);
    validation[0] = 1;
    validation[0x1E] = 0x55;
    validation[0x1F] = 0xAA;
    checksum();
    put_entry(1, 0x88, 0, 4, 24);
    for (int lba = 24; lba < 40; ++lba) *at(lba, 0) = static_cast<std::uint8_t>(lba);
  }
  void checksum() {
    std::uint8_t* v = entry(0);
    v[0x1C] = v[0x1D] = 0;
    unsigned sum = 0;
    for (int i = 0; i < 0x20; i += 2) sum += v[i] | v[i + 1] << 8;
    v[0x1C] = static_cast<std::uint8_t>(-sum);
    v[0x1D] = static_cast<std::uint8_t>(-sum >> 8);
  }
  void put_entry(int n, int indicator, int media, int count, int lba) {
    std::uint8_t* e = entry(n);
    e[0] = static_cast<std::uint8_t>(indicator);
    e[1] = static_cast<std::uint8_t>(media);
    e[6] = static_cast<std::uint8_t>(count);
    e[8] = static_cast<std::uint8_t>(lba);
  }
  AttachedMedium medium() const { return medium_of(Attach::kCd, bytes); }
};

// Does what the ROM's boot loop does, until a loader has the CPU or the BIOS gives up.
class BootPc : public DiskPc {
 public:
  using DiskPc::DiskPc;

  emu::FarPtr boot() {
    bios.boot().int19(regs);
    return go_on();
  }
  emu::FarPtr loader_gives_up() {
    bios.boot().int18(regs);
    return go_on();
  }
  emu::FarPtr go_on() {
    regs = {};
    regs.set_sp(0x7C00);
    for (int i = 0; i < 100; ++i) {
      bios.boot().step(regs);
      const emu::FarPtr frame = regs.ss_sp();
      const emu::FarPtr target{memory.read<std::uint16_t>(frame.plus(2)), memory.read<std::uint16_t>(frame)};
      regs.set_sp(static_cast<std::uint16_t>(regs.sp() + 6));
      if (target == rom::far(rom::kInt16ThenBootStep)) {
        regs.set_ax(key);
      } else if (target == rom::far(rom::kInt13ThenBootStep)) {
        calls.push_back(regs);
        const Result r = call(regs);
        regs = r.regs;
        regs.rflags = r.flags;
      } else {
        return target;
      }
    }
    ADD_FAILURE() << "the boot does not end";
    return {};
  }

  emu::Registers regs;
  std::vector<emu::Registers> calls;
  std::uint16_t key = 0;
};

BootFailure only_failure(BootPc& pc) {
  EXPECT_EQ(pc.boot(), rom::far(rom::kHaltForever));
  EXPECT_TRUE(pc.bios.boot().failed());
  return pc.bios.boot().attempts().at(0).failure;
}

TEST(Boot, HandsOverToAHardDisksBootSector) {
  BootPc pc({boot_disk()});
  EXPECT_EQ(pc.boot(), (emu::FarPtr{0x0000, 0x7C00}));
  EXPECT_EQ(pc.regs.ax(), 0xAA55);
  EXPECT_EQ(pc.regs.dx(), 0x0080);
  EXPECT_EQ(pc.regs.es_di(), rom::far(rom::kPnpHeader));
  EXPECT_EQ(pc.byte(0x7DFE), 0x55);
  EXPECT_TRUE(pc.bios.boot().booted());
  ASSERT_EQ(pc.calls.size(), 1u);
  EXPECT_EQ(pc.calls[0].ax(), 0x0201) << "read by INT 13h";
}

TEST(Boot, AFarReturnFromTheLoaderLeadsToInt18) {
  BootPc pc({boot_disk()});
  pc.memory.write<std::uint32_t>(emu::PhysAddr(0x60), 0xF0001234);
  pc.boot();
  EXPECT_EQ(pc.memory.read<std::uint32_t>(pc.regs.ss_sp()), 0xF0001234u);
}

TEST(Boot, TheQuirkHandsOverAnotherDl) {
  Options options;
  options.quirks.handover_dl = 0x81;
  BootPc pc({boot_disk()}, options);
  pc.boot();
  EXPECT_EQ(pc.regs.dl(), 0x81);
}

TEST(Boot, FallsThroughToTheNextDevice) {
  BootPc pc({{Attach::kFloppy, nullptr}, small_disk(), Cd().medium()});
  EXPECT_EQ(pc.boot(), (emu::FarPtr{0x0000, 0x7C00}));
  const auto& attempts = pc.bios.boot().attempts();
  ASSERT_EQ(attempts.size(), 3u);
  EXPECT_EQ(attempts[0].failure, BootFailure::kNoMedium);
  EXPECT_EQ(attempts[1].failure, BootFailure::kNoSignature);
  EXPECT_EQ(attempts[2].failure, BootFailure::kNone);
  EXPECT_EQ(pc.regs.dl(), 0xE0);
}

TEST(Boot, Int18TriesTheNextDeviceThenGivesUp) {
  BootPc pc({boot_disk(), Cd().medium()});
  pc.boot();
  EXPECT_EQ(pc.loader_gives_up(), (emu::FarPtr{0x0000, 0x7C00}));
  EXPECT_EQ(pc.loader_gives_up(), rom::far(rom::kHaltForever));
  EXPECT_EQ(pc.bios.boot().int18_count(), 2);
  EXPECT_EQ(to_string(pc.bios.boot().final_failure()->failure), "loader-gave-up");
  EXPECT_EQ(pc.bios.boot().final_failure()->drive, 0x80);
}

TEST(Boot, Int19BootsAgainFromTheStart) {
  BootPc pc({boot_disk()});
  pc.boot();
  EXPECT_EQ(pc.boot(), (emu::FarPtr{0x0000, 0x7C00}));
  EXPECT_EQ(pc.bios.boot().int19_count(), 2);
}

TEST(Boot, TheOrderOfTheOptionsCounts) {
  Options options;
  options.boot_order = {{BootTarget::Kind::kCd}, {BootTarget::Kind::kHardDisk}};
  BootPc pc({boot_disk(), Cd().medium()}, options);
  pc.boot();
  EXPECT_EQ(pc.regs.dl(), 0xE0);
}

TEST(Boot, AnUnreadableFloppyIsTriedThreeTimesWithResets) {
  Options options;
  options.faults.push_back(fault_every(1));
  BootPc pc({floppy_1440()}, options);
  EXPECT_EQ(only_failure(pc), BootFailure::kUnreadable);
  ASSERT_EQ(pc.calls.size(), 5u);
  EXPECT_EQ(pc.calls[1].ah(), 0x00);
  EXPECT_NE(pc.bios.boot().attempts()[0].message.find("04h (sector not found)"), std::string::npos);
}

TEST(Boot, F12InTheKeyboardBufferOpensTheMenu) {
  BootPc pc({boot_disk(), Cd().medium()});
  pc.memory.write<std::uint16_t>(emu::PhysAddr(0x480), 0x1E);
  pc.memory.write<std::uint16_t>(emu::PhysAddr(0x482), 0x3E);
  pc.memory.write<std::uint16_t>(emu::PhysAddr(0x41A), 0x1E);
  pc.memory.write<std::uint16_t>(emu::PhysAddr(0x41C), 0x20);
  pc.memory.write<std::uint16_t>(emu::PhysAddr(0x41E), 0x8600);
  pc.key = 0x0332;  // "2"
  pc.boot();
  EXPECT_EQ(pc.regs.dl(), 0xE0);
  EXPECT_EQ(pc.memory.read<std::uint16_t>(emu::PhysAddr(0x41A)), 0x20) << "the key is taken";
}

TEST(ElToritoBoot, NoEmulationLoadsTheSectorsAt7C00) {
  Cd cd;
  cd.put_entry(1, 0x88, 0, 5, 24);
  BootPc pc({cd.medium()});
  EXPECT_EQ(pc.boot(), (emu::FarPtr{0x0000, 0x7C00}));
  EXPECT_EQ(pc.regs.dl(), 0xE0);
  EXPECT_EQ(pc.byte(0x7C00), 24);
  EXPECT_EQ(pc.byte(0x8400), 25) << "5 sectors of 512 bytes take 2 of 2048";
  EXPECT_TRUE(pc.calls.empty()) << "a CD is not read through INT 13h";
}

TEST(ElToritoBoot, HonoursTheLoadSegment) {
  Cd cd;
  cd.entry(1)[3] = 0x20;  // 2000h
  BootPc pc({cd.medium()});
  EXPECT_EQ(pc.boot(), (emu::FarPtr{0x2000, 0x0000}));
  EXPECT_EQ(pc.byte(0x20000), 24);
}

TEST(ElToritoBoot, AWrongChecksumBootsWithAWarning) {
  Cd cd;
  cd.entry(0)[0x1C] ^= 1;
  BootPc pc({cd.medium()});
  pc.boot();
  EXPECT_TRUE(pc.bios.boot().booted());
  ASSERT_EQ(pc.bios.notices().size(), 1u);
  EXPECT_EQ(pc.bios.notices()[0].level, Notice::Level::kWarning);
}

TEST(ElToritoBoot, SaysWhatIsBroken) {
  const auto failure = [](auto break_it) {
    Cd cd;
    break_it(cd);
    BootPc pc({cd.medium()});
    return only_failure(pc);
  };
  EXPECT_EQ(failure([](Cd& cd) { cd.bytes.clear(); }), BootFailure::kNoMedium);
  EXPECT_EQ(failure([](Cd& cd) { cd.bytes.resize(10 * 2048); }), BootFailure::kUnreadable);
  EXPECT_EQ(failure([](Cd& cd) { *cd.at(17) = 0xFF; }), BootFailure::kNoElTorito);
  EXPECT_EQ(failure([](Cd& cd) { *cd.at(17, 0x47) = 200; }), BootFailure::kCatalogUnreadable);
  EXPECT_EQ(failure([](Cd& cd) { cd.entry(0)[0x1E] = 0; }), BootFailure::kCatalogInvalid);
  EXPECT_EQ(failure([](Cd& cd) { cd.entry(1)[0] = 0; }), BootFailure::kEntryNotBootable);
  EXPECT_EQ(failure([](Cd& cd) { cd.entry(1)[8] = 200; }), BootFailure::kBootImageUnreadable);
  EXPECT_EQ(failure([](Cd& cd) {
              cd.entry(0)[1] = 0xEF;
              cd.checksum();
            }),
            BootFailure::kUefiOnly);
}

TEST(ElToritoBoot, FloppyEmulationMovesTheFloppiesUp) {
  Cd cd;
  cd.put_entry(1, 0x88, 2, 1, 24);
  BootPc pc({floppy_1440(), cd.medium()});
  pc.bios.drives().eject(*pc.bios.drives().find(0x00));
  pc.boot();
  EXPECT_EQ(pc.regs.dl(), 0x00);
  const Drive* emulated = pc.bios.drives().find(0x00);
  ASSERT_TRUE(emulated && emulated->emulated);
  EXPECT_EQ(emulated->base_offset, 24u * 2048);
  EXPECT_EQ(pc.bios.drives().find(0x01)->kind, Attach::kFloppy);
  const auto parameters = pc.call(0x08, 0x00);
  EXPECT_EQ(parameters.regs.cx(), 0x4F12);
  EXPECT_EQ(parameters.regs.dl(), 2);
  // Sector 5 of the image is the second CD sector.
  EXPECT_FALSE(pc.call(DiskPc::chs(0x02, 0x00, 0, 0, 5, 1, {0x1000, 0})).cf());
  EXPECT_EQ(pc.byte(0x10000), 25);
  EXPECT_EQ(pc.call(DiskPc::chs(0x03, 0x00, 0, 0, 5, 1, {0x1000, 0})).ah(), 0x03);
}

TEST(ElToritoBoot, HardDiskEmulationTakesGeometryFromThePartition) {
  Cd cd;
  cd.put_entry(1, 0x88, 4, 1, 24);
  std::uint8_t* end = cd.at(24, 446 + 5);
  end[0] = 3;  // head 3
  end[1] = 8;  // sector 8
  end[2] = 1;  // cylinder 1
  BootPc pc({small_disk(), cd.medium()}, [] {
    Options options;
    options.boot_order = {{BootTarget::Kind::kCd}};
    return options;
  }());
  pc.boot();
  EXPECT_EQ(pc.regs.dl(), 0x80);
  EXPECT_EQ(pc.bios.drives().find(0x80)->logical, (devices::media::Geometry{2, 4, 8}));
  EXPECT_EQ(pc.bios.drives().find(0x81)->kind, Attach::kHardDisk);
  EXPECT_EQ(pc.byte(0x475), 2);
}

TEST(ElToritoBoot, TheStatusPacketDescribesTheBootAndTerminationEndsIt) {
  Cd cd;
  cd.put_entry(1, 0x88, 2, 1, 24);
  BootPc pc({cd.medium()});
  pc.boot();
  auto in = DiskPc::with_packet(0x4B, 0x7F);
  in.set_al(1);
  EXPECT_FALSE(pc.call(in).cf());
  const auto p = [&](std::uint32_t at) { return pc.byte(0x600 + at); };
  EXPECT_EQ(p(0), 0x13);
  EXPECT_EQ(p(1), 2);
  EXPECT_EQ(p(2), 0x00);
  EXPECT_EQ(p(4), 24);
  EXPECT_EQ(p(12) | p(13) << 8, 0x07C0);
  EXPECT_EQ(p(14), 1);
  EXPECT_EQ(p(16), 79) << "cylinders, as in CH";
  EXPECT_EQ(p(17), 18) << "sectors, as in CL";
  EXPECT_EQ(p(18), 1) << "heads, as in DH";
  in.set_al(0);
  EXPECT_FALSE(pc.call(in).cf());
  EXPECT_EQ(pc.bios.drives().find(0x00), nullptr);
}

TEST(ElToritoBoot, TheStatusCallFailsForOtherDrives) {
  BootPc pc({Cd().medium(), small_disk()});
  pc.boot();
  auto in = DiskPc::with_packet(0x4B, 0x80);
  in.set_al(1);
  EXPECT_EQ(pc.call(in).ah(), 0x01);
  in.set_dl(0xE0);
  EXPECT_FALSE(pc.call(in).cf());
}

TEST(ElToritoBoot, TheCatalogCanBeRead) {
  BootPc pc({Cd().medium()});
  pc.boot();
  pc.memory.write<std::uint64_t>(DiskPc::kPacket, 0x0000'2000'0000'0108ull);  // 1 sector from 0 to 2000:0000
  auto in = DiskPc::with_packet(0x4D, 0xE0);
  EXPECT_FALSE(pc.call(in).cf());
  EXPECT_EQ(pc.byte(0x2001E), 0x55);
}

TEST(ElToritoBoot, AnEntryOfASectionCanBeChosen) {
  Cd cd;
  cd.entry(2)[0] = 0x91;  // last section header, x86, one entry
  cd.entry(2)[2] = 1;
  cd.put_entry(3, 0x88, 0, 4, 30);
  Options options;
  options.el_torito_entry = 1;
  BootPc pc({cd.medium()}, options);
  pc.boot();
  EXPECT_EQ(pc.byte(0x7C00), 30);
}

}  // namespace
}  // namespace bios
