#include "bios/bios.h"

#include <numeric>
#include <utility>

#include "bios/boot.h"
#include "bios/call_table.h"
#include "bios/drives.h"
#include "bios/hardware_interrupts.h"
#include "bios/int15.h"
#include "bios/option_roms.h"
#include "bios/post.h"
#include "bios/rom_labels.h"
#include "bios/video.h"
#include "bios/waits.h"

namespace bios {

namespace {

// The caller's FLAGS lie above IP and CS on the stack of an interrupt.
emu::FarPtr caller_flags(const emu::Registers& regs) { return regs.ss_sp().plus(4); }

// What BIOSes answer to functions that they do not have.
void answer_unknown(Bios& bios, Call& call) {
  switch (call.vector()) {
    case 0x13:
    case 0x40: {
      call.fail(0x01);
      constexpr emu::PhysAddr kFloppyStatus{0x441}, kDiskStatus{0x474};
      bios.memory().write<std::uint8_t>(call.regs.dl() < 0x80 ? kFloppyStatus : kDiskStatus, 0x01);
      break;
    }
    case 0x15: call.fail(int15::unknown_status(call.regs.ah())); break;
    case 0x1A: call.set_carry(true); break;
    case 0x10:
      // VBE: AL other than 4Fh says that the function is not there (VBE 2.0, "VBE return status").
      if (call.regs.ah() == 0x4F) call.regs.set_ax(0x0100);
      break;
    default: break;
  }
}

}  // namespace

Bios::Bios(Hardware hardware, Options options, std::vector<AttachedMedium> media,
           std::vector<std::vector<std::uint8_t>> option_roms)
    : hardware_(hardware),
      options_(std::move(options)),
      option_roms_(std::make_unique<OptionRoms>(*this, std::move(option_roms))),
      drives_(std::make_unique<Drives>(*this, std::move(media))),
      boot_(std::make_unique<Boot>(*this)),
      video_(std::make_unique<Video>(*this)),
      waits_(std::make_unique<Waits>(*this)) {}

Bios::~Bios() = default;

void Bios::install() {
  std::vector<std::uint8_t> image(rom::image().begin(), rom::image().end());
  const auto set_checksum = [&](std::uint16_t table, std::uint16_t length, std::uint16_t checksum) {
    const auto begin = image.begin() + table;
    image[checksum] = 0;
    image[checksum] = static_cast<std::uint8_t>(-std::accumulate(begin, begin + length, 0));
  };
  set_checksum(rom::kBios32Header, 16, rom::kBios32Checksum);
  set_checksum(rom::kPnpHeader, rom::kPnpHeaderEnd - rom::kPnpHeader, rom::kPnpChecksum);
  memory().map_rom(rom::kBase, image, "BIOS ROM");
  memory().map_rom(rom::kAlias, image, "BIOS ROM");
  option_roms_->map();
}

emu::TrapResult Bios::on_trap(std::uint8_t number, emu::Registers& regs) {
  switch (number) {
    case 0x08: on_timer_tick(*this); break;
    case 0x09: on_key(*this, regs); break;
    case 0x70: on_rtc(*this, regs); break;
    case 0x74: on_mouse(*this, regs); break;
    case rom::kTrapPost:
      // `jmp FFFF:0`, the old way to reboot, leaves the chips as they are: here it becomes what the guest means.
      if (boot_->booted()) {
        system().request_reset("jump to the reset vector");
      } else {
        power_on_self_test(*this);
      }
      break;
    case rom::kTrapBootStep: boot_->step(regs); break;
    case rom::kTrapWaitPoll: return waits_->poll(regs);
    case rom::kTrapPci32: called_interface(0x1A, regs); break;
    case rom::kTrapApm: called_interface(0x15, regs); break;
    case rom::kTrapOptionRom: option_roms_->enter_next(regs); break;
    default: return interrupt(number, regs);
  }
  return emu::TrapResult::kAnswered;
}

emu::TrapResult Bios::interrupt(std::uint8_t vector, emu::Registers& regs) {
  const emu::FarPtr flags_at = caller_flags(regs);
  const auto flags = memory().read<std::uint16_t>(flags_at);
  Call call(vector, regs, flags);
  if (const Function* function = find_function(vector, regs.ax())) {
    function->handler(*this, call);
  } else {
    answer_unknown(*this, call);
  }
  // A handler may have moved the stack (boot, a CPU mode change): then FLAGS are its own business.
  if (!call.waiting() && call.flags() != flags && caller_flags(regs) == flags_at)
    memory().write(flags_at, call.flags());
  return waits_->finish(call);
}

// PCI BIOS and APM called as subroutines, from protected mode: no FLAGS on the stack; the ROM takes CF from EBP bit 0.
void Bios::called_interface(std::uint8_t vector, emu::Registers& regs) {
  const std::uint32_t ebp = regs.ebp();
  Call call(vector, regs, 0);
  const bool mine = vector == 0x1A ? regs.ah() == 0xB1 : regs.ah() == 0x53;
  const Function* function = mine ? find_function(vector, regs.ax()) : nullptr;
  if (function != nullptr) {
    function->handler(*this, call);
  } else {
    call.fail(vector == 0x1A ? 0x81 : int15::unknown_status(regs.ah()));
  }
  regs.set_ebp((ebp & ~1u) | (call.carry() ? 1 : 0));
}

void Bios::forget_calls() {
  waits_->reset();
  option_roms_->reset();
}

void Bios::notice(Notice::Level level, std::string text) {
  constexpr std::size_t kMostNotices = 1000;  // a guest can repeat for ever what one is about
  if (notices_.size() < kMostNotices) notices_.push_back({level, clock().now(), std::move(text)});
}

void Bios::register_parts(emu::SnapshotParts& parts) {
  parts.add("BIOS notices", *this);
  parts.add("BIOS drives", *drives_);
  parts.add("BIOS boot", *boot_);
  parts.add("BIOS video", *video_);
  parts.add("BIOS waits", *waits_);
  parts.add("BIOS option ROMs", *option_roms_);
}

}  // namespace bios
