#include "bios/linux_boot.h"

#include <gtest/gtest.h>

#include <cstring>

#include "bios/boot.h"
#include "emu/error.h"
#include "tests/bios/disk_pc.h"

namespace bios {
namespace {

constexpr std::uint64_t kMemoryEnd = 0x4000000;  // 64 MiB

// A kernel whose setup has 4 sectors and whose protected-mode code counts its bytes (Documentation/arch/x86/boot.rst,
// "The Real-Mode Kernel Header").
struct Image {
  LinuxKernel kernel{"vmlinuz", std::vector<std::uint8_t>(5 * 512 + 4096), {}, {}};

  explicit Image(std::uint16_t version, bool loaded_high = true) {
    put<std::uint8_t>(0x1F1, 4);
    put<std::uint32_t>(0x1F4, 4096 / 16);
    put<std::uint16_t>(0x1FE, 0xAA55);
    std::memcpy(kernel.image.data() + 0x202, "HdrS", 4);
    put(0x206, version);
    put<std::uint8_t>(0x211, loaded_high);
    if (version >= 0x0203) put<std::uint32_t>(0x22C, 0x37FFFFFF);
    if (version >= 0x0206) put<std::uint32_t>(0x238, 2047);
    for (std::size_t i = 5 * 512; i < kernel.image.size(); ++i) kernel.image[i] = static_cast<std::uint8_t>(i);
  }
  template <class T>
  Image& put(std::size_t offset, T value) {
    std::memcpy(kernel.image.data() + offset, &value, sizeof value);
    return *this;
  }
  Image& initrd(std::size_t size) {
    kernel.initrd.assign(size, 0x5A);
    return *this;
  }
  Image& append(std::string text) {
    kernel.command_line = std::move(text);
    return *this;
  }
  LinuxPlacement place(std::uint64_t memory_end = kMemoryEnd) const { return place_linux(kernel, memory_end); }
  /// The exit code of the refusal, or 0.
  int refusal(std::uint64_t memory_end = kMemoryEnd) const {
    try {
      place(memory_end);
      return 0;
    } catch (const emu::Error& error) {
      return error.exit_code();
    }
  }
};

constexpr int kUsage = 2, kMedium = 6;

/// Loaded into 64 MiB.
struct Loaded {
  emu::Memory memory{kMemoryEnd};
  LinuxPlacement at;
  explicit Loaded(const Image& image) : at(image.place()) { load_linux(image.kernel, at, memory); }
  template <class T>
  T header(std::size_t offset) const {
    return memory.read<T>(emu::PhysAddr(at.segment * 16u + offset));
  }
  std::string text(std::uint64_t address) const {
    std::string s;
    for (char c; (c = memory.read<char>(emu::PhysAddr(address + s.size()))) != 0;) s += c;
    return s;
  }
};

TEST(LinuxBoot, ABzImageGetsASegmentAndOneMebibyte) {
  const Loaded pc(Image(0x020F).append("console=ttyS0"));
  EXPECT_EQ(pc.at.segment, 0x1000);
  EXPECT_EQ(pc.memory.read<std::uint8_t>(emu::PhysAddr(0x100001)), 0x01) << "second byte of the protected-mode code";
  EXPECT_EQ(pc.header<std::uint8_t>(0x210), 0xFF) << "type_of_loader";
  EXPECT_EQ(pc.header<std::uint8_t>(0x211), 0x81) << "LOADED_HIGH, CAN_USE_HEAP";
  EXPECT_EQ(pc.header<std::uint16_t>(0x224), 0xE000 - 0x200) << "heap_end_ptr";
  EXPECT_EQ(pc.header<std::uint32_t>(0x228), 0x1E000u) << "cmd_line_ptr";
  EXPECT_EQ(pc.text(0x1E000), "console=ttyS0");
  EXPECT_EQ(pc.header<std::uint32_t>(0x218), 0u) << "no ramdisk_image";
}

TEST(LinuxBoot, AZImageLiesAt64KiBAndItsSetupAt90000h) {
  const Loaded pc(Image(0x0203, false).append("ro"));
  EXPECT_EQ(pc.at.segment, 0x9000);
  EXPECT_EQ(pc.memory.read<std::uint8_t>(emu::PhysAddr(0x10001)), 0x01);
  EXPECT_EQ(pc.header<std::uint16_t>(0x224), 0x9800 - 0x200);
  EXPECT_EQ(pc.header<std::uint32_t>(0x228), 0x99800u);
  EXPECT_EQ(pc.text(0x99800), "ro");
}

TEST(LinuxBoot, BeforeProtocol202TheCommandLineIsFoundByItsMagic) {
  const Loaded pc(Image(0x0201).append("root=fd0"));
  EXPECT_EQ(pc.at.segment, 0x9000);
  EXPECT_EQ(pc.header<std::uint16_t>(0x20), 0xA33F);
  EXPECT_EQ(pc.header<std::uint16_t>(0x22), 0x9800);
  EXPECT_EQ(pc.header<std::uint16_t>(0x212), 0x9800 + 9) << "setup_move_size covers the command line and its NUL";
  EXPECT_EQ(pc.header<std::uint32_t>(0x228), 0u) << "no such field";
  EXPECT_EQ(pc.text(0x99800), "root=fd0");
}

TEST(LinuxBoot, Protocol200HasNoHeapPointer) {
  const Loaded pc(Image(0x0200));
  EXPECT_EQ(pc.header<std::uint8_t>(0x211), 0x01);
  EXPECT_EQ(pc.header<std::uint16_t>(0x224), 0);
}

TEST(LinuxBoot, NoSetupSectorsMeansFour) {
  EXPECT_EQ(Image(0x020F).put<std::uint8_t>(0x1F1, 0).place().real_mode_size, 5u * 512);
}

TEST(LinuxBoot, TheInitrdLiesAtTheTopOfMemoryOnAPage) {
  const Loaded pc(Image(0x020F).initrd(5000));
  EXPECT_EQ(pc.header<std::uint32_t>(0x218), kMemoryEnd - 0x2000);
  EXPECT_EQ(pc.header<std::uint32_t>(0x21C), 5000u);
  EXPECT_EQ(pc.memory.read<std::uint8_t>(emu::PhysAddr(kMemoryEnd - 0x2000 + 4999)), 0x5A);
}

TEST(LinuxBoot, TheInitrdStaysBelowItsHighestAddress) {
  // The document's own example: 131072 bytes below 37FFFFFFh start at 37FE0000h.
  constexpr std::uint64_t kTwoGiB = 0x80000000;
  EXPECT_EQ(Image(0x0203).initrd(131072).place(kTwoGiB).initrd, emu::PhysAddr(0x37FE0000));
  EXPECT_EQ(Image(0x0202).initrd(131072).place(kTwoGiB).initrd, emu::PhysAddr(0x37FE0000)) << "field absent";
  EXPECT_EQ(Image(0x0203).put<std::uint32_t>(0x22C, 0x1FFFFFF).initrd(4096).place().initrd, emu::PhysAddr(0x1FFF000));
}

TEST(LinuxBoot, MemOnTheCommandLineLowersTheInitrd) {
  EXPECT_EQ(Image(0x020F).append("mem=1G mem=32M quiet").initrd(4096).place().initrd, emu::PhysAddr(0x1FFF000));
  EXPECT_EQ(Image(0x020F).append("mem=nopentium").initrd(4096).place().initrd, emu::PhysAddr(kMemoryEnd - 4096));
}

TEST(LinuxBoot, TheInitrdDoesNotOverlapWhatTheKernelNeedsToStart) {
  // pref_address 16 MiB, init_size 32 MiB: up to 48 MiB of 64.
  Image image(0x020A);
  image.put<std::uint64_t>(0x258, 0x1000000).put<std::uint32_t>(0x260, 0x2000000);
  EXPECT_EQ(image.initrd(16u << 20).refusal(), 0);
  EXPECT_EQ(image.initrd((16u << 20) + 1).refusal(), kUsage);
}

TEST(LinuxBoot, VgaOnTheCommandLineSetsTheVideoMode) {
  EXPECT_EQ(Loaded(Image(0x020F).append("quiet vga=0x317")).header<std::uint16_t>(0x1FA), 0x317);
  EXPECT_EQ(Loaded(Image(0x020F).append("vga=ask")).header<std::uint16_t>(0x1FA), 0xFFFD);
  EXPECT_EQ(Loaded(Image(0x020F).append("xvga=1")).header<std::uint16_t>(0x1FA), 0);
}

TEST(LinuxBoot, TheCommandLineIsAsLongAsTheKernelTakes) {
  EXPECT_EQ(Image(0x020F).append(std::string(2047, 'x')).refusal(), 0);
  EXPECT_EQ(Image(0x020F).append(std::string(2048, 'x')).refusal(), kUsage);
  EXPECT_EQ(Image(0x0205).append(std::string(255, 'x')).refusal(), 0);
  EXPECT_EQ(Image(0x0205).append(std::string(256, 'x')).refusal(), kUsage);
}

TEST(LinuxBoot, RefusesWhatIsNoKernel) {
  EXPECT_EQ(Image(0x020F).put<std::uint32_t>(0x202, 0).refusal(), kMedium);
  EXPECT_EQ(Image(0x020F).put<std::uint16_t>(0x1FE, 0).refusal(), kMedium);
  EXPECT_EQ(Image(0x0300).refusal(), kMedium);
  EXPECT_EQ(Image(0x020F).put<std::uint8_t>(0x1F1, 64).refusal(), kMedium) << "more than 32 KiB of real-mode code";
  Image tiny(0x020F);
  tiny.kernel.image.resize(3);
  EXPECT_EQ(tiny.refusal(), kMedium);
}

TEST(LinuxBoot, SaysHowAKernelBeforeProtocol200Boots) {
  try {
    Image(0x020F).put<std::uint32_t>(0x202, 0).place();
    FAIL() << "a kernel without a header was placed";
  } catch (const emu::Error& error) {
    EXPECT_NE(std::string_view(error.what()).find("1.3.73"), std::string_view::npos) << error.what();
    EXPECT_NE(std::string_view(error.what()).find("--as floppy"), std::string_view::npos) << error.what();
  }
}

TEST(LinuxBoot, RefusesATruncatedKernel) {
  Image image(0x020F);
  image.kernel.image.resize(image.kernel.image.size() - 16);
  EXPECT_EQ(image.refusal(), kMedium);
  Image setup_only(0x020F);
  setup_only.kernel.image.resize(5 * 512);
  EXPECT_EQ(setup_only.refusal(), kMedium);
  Image old(0x0203);  // whose syssize is not to be trusted
  old.kernel.image.resize(old.kernel.image.size() - 16);
  EXPECT_EQ(old.refusal(), 0);
}

TEST(LinuxBoot, RefusesWhatMemoryCannotHold) {
  EXPECT_EQ(Image(0x020F).refusal(0x100000 + 4095), kUsage);
  EXPECT_EQ(Image(0x020F).refusal(0x100000 + 4096), 0);
  EXPECT_EQ(Image(0x020A).put<std::uint32_t>(0x260, 0x200000).put<std::uint64_t>(0x258, 0x1000000).refusal(0x11FFFFF),
            kUsage);
  // 2^64 - 4096 + 8192 is not 4096.
  EXPECT_EQ(Image(0x020A).put<std::uint32_t>(0x260, 0x2000).put<std::uint64_t>(0x258, ~0xFFFull).refusal(), kUsage);
  Image z_image(0x0203, false);
  z_image.put<std::uint32_t>(0x1F4, 0).kernel.image.resize(5 * 512 + (512u << 10) + 1);
  EXPECT_EQ(z_image.refusal(), kMedium);
}

TEST(LinuxBoot, TheBootEntersSetupBeforeAnyDrive) {
  Options options;
  options.kernel = std::make_shared<LinuxKernel>(Image(0x020F).kernel);
  DiskPc pc({}, options);
  emu::Registers regs;
  pc.bios.boot().int19(regs);
  pc.bios.boot().step(regs);
  EXPECT_TRUE(pc.bios.boot().booted());
  const emu::FarPtr frame = regs.ss_sp();
  EXPECT_EQ(pc.memory.read<std::uint16_t>(frame), 0x0000);
  EXPECT_EQ(pc.memory.read<std::uint16_t>(frame.plus(2)), 0x1020);
  EXPECT_EQ(pc.memory.read<std::uint16_t>(frame.plus(4)) & emu::flag::kInterrupt, 0u);
  EXPECT_EQ(regs.sp() + 6, 0xE000) << "after IRET";
  for (const std::uint16_t segment : {regs.ds(), regs.es(), regs.fs(), regs.gs(), regs.ss()})
    EXPECT_EQ(segment, 0x1000);
}

}  // namespace
}  // namespace bios
