// INT 13h, 40h and a whole boot with arbitrary registers, guest memory, media and options: nothing may crash,
// hang or reach outside of guest memory and media. Input: options (2 bytes), a medium per drive, then calls
// of 24 bytes each.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "bios/bios.h"
#include "bios/boot.h"
#include "bios/call_table.h"
#include "bios/drives.h"
#include "devices/media/memory_medium.h"
#include "fuzz/input.h"

namespace {

using devices::media::Attach;

struct NoSystem : emu::SystemControl {
  void set_a20(bool) override {}
  bool a20() const override { return true; }
  void request_reset(std::string_view) override {}
};

// The input's bytes at the start, zeros up to a size that the input chooses.
std::shared_ptr<devices::media::Medium> medium(Input& in) {
  const auto size = in.take<std::uint16_t>();
  std::vector<std::uint8_t> bytes = in.bytes(size & 0xFFF);
  bytes.resize(static_cast<std::size_t>(size) * 16);
  return std::make_shared<devices::media::MemoryMedium>(std::move(bytes), "fuzz", (size & 1) != 0);
}

bios::Options options(Input& in) {
  bios::Options o;
  const auto bits = in.take<std::uint16_t>();
  o.quirks.no_edd = bits & 1;
  o.quirks.floppy_edd = bits & 2;
  o.quirks.clobber = bits & 4;
  o.quirks.if_lost = bits & 8;
  o.quirks.usb_as_fd0 = bits & 16;
  o.quirks.usb_as_80h = bits & 32;
  o.quirks.limit_504m = bits & 64;
  o.quirks.limit_8g = bits & 128;
  if (bits & 256) o.el_torito_entry = bits >> 12;
  if (bits & 512) {
    bios::Fault fault;
    fault.lba_first = bits >> 12;
    fault.lba_last = 20;
    fault.short_transfer = bits & 1024;
    o.faults.push_back(fault);
  }
  return o;
}

void call(bios::Bios& bios, Input& in) {
  emu::Registers regs;
  for (std::size_t i = 0; i < 8; ++i) regs.gpr[i] = in.take<std::uint16_t>();
  regs.set_real_segment(emu::Seg::kEs, in.take<std::uint16_t>());
  regs.set_real_segment(emu::Seg::kDs, in.take<std::uint16_t>());
  // A packet's worth of memory where the registers point, so that packets are not all zeros.
  const auto packet = in.bytes(in.take<std::uint8_t>() & 0x1F);
  bios.memory().write(regs.ds_si(), packet);
  bios.memory().set_a20(in.take<std::uint8_t>() & 1);
  const std::uint8_t vector = regs.bp() & 7 ? 0x13 : 0x40;
  const bios::Function* function = bios::find_function(vector, regs.ax());
  if (!function) return;
  const emu::Registers before = regs;
  bios::Arguments arguments;
  if (function->describe_arguments) function->describe_arguments({before, nullptr, bios.memory()}, arguments);
  bios::Call c(vector, regs, 0x0202);
  function->handler(bios, c);
  bios::Outcome outcome;
  if (function->describe_outcome) function->describe_outcome({before, &regs, bios.memory()}, outcome);
  bios.clock().advance(c.duration());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  emu::Memory memory(1u << 20);
  emu::IoPorts ports;
  emu::Clock clock;
  NoSystem system;
  const bios::Options o = options(in);
  constexpr Attach kKinds[] = {Attach::kFloppy, Attach::kHardDisk, Attach::kCd, Attach::kUsbHardDisk};
  std::vector<bios::AttachedMedium> media;
  for (Attach kind : kKinds) media.push_back({kind, medium(in)});
  bios::Bios bios({memory, ports, clock, system}, o, std::move(media));
  memory.write<std::uint16_t>(emu::PhysAddr(0x40E), 0x9FC0);
  bios.drives().post();
  emu::Registers regs;
  for (int i = 0; i < 8; ++i) {
    regs.set_sp(0x7C00);
    bios.boot().step(regs);
    if (i % 3 == 2) bios.boot().int18(regs);
  }
  for (int calls = 0; !in.empty() && calls < 256; ++calls) call(bios, in);
  return 0;
}
