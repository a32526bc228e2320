#include "bios/boot.h"

#include <algorithm>
#include <span>

#include <fmt/core.h>

#include "bios/bios.h"
#include "bios/call_table.h"
#include "bios/drives.h"
#include "bios/el_torito_boot.h"
#include "bios/memory_map.h"
#include "bios/option_roms.h"
#include "bios/rom_labels.h"

namespace bios {

using emu::FarPtr;
using emu::PhysAddr;

namespace {

constexpr FarPtr kBootSector{0x07C0, 0x0000};  // where INT 13h puts it; it is entered as 0000:7C00
constexpr FarPtr kBootEntry{0x0000, 0x7C00};
constexpr FarPtr kStack{0x0000, 0x7C00};
constexpr std::uint16_t kSignatureOffset = 510, kSignature = 0xAA55;
constexpr std::uint16_t kHandOverAx = 0xAA55;  // as SeaBIOS
constexpr std::uint16_t kFlags = 0x0202;       // interrupts enabled
constexpr int kFloppyTries = 3;                // a cold drive may need more than one
constexpr std::uint8_t kStatusTimeOut = 0x80;
constexpr std::size_t kMaxAttempts = 64;  // kept for reports

// Keyboard buffer in the BIOS data area (RBIL MEM 0040h:001Ah): offsets in segment 40h.
constexpr PhysAddr kBda{0x400}, kKeyHead{0x41A}, kKeyTail{0x41C}, kKeyStart{0x480}, kKeyEnd{0x482};
constexpr std::uint8_t kScanF12 = 0x86, kScanF12Plain = 0x58, kScanEscape = 0x01;

constexpr std::string_view kMenuKeys = "123456789abcdefghijklmnopqrstuvwxyz";

}  // namespace

std::string_view to_string(BootFailure failure) {
  switch (failure) {
    case BootFailure::kNone: return "";
    case BootFailure::kNoMedium: return "no-medium";
    case BootFailure::kUnreadable: return "unreadable";
    case BootFailure::kNoSignature: return "no-signature";
    case BootFailure::kNoElTorito: return "no-eltorito";
    case BootFailure::kCatalogUnreadable: return "catalog-unreadable";
    case BootFailure::kCatalogInvalid: return "catalog-invalid";
    case BootFailure::kEntryNotBootable: return "entry-not-bootable";
    case BootFailure::kBootImageUnreadable: return "boot-image-unreadable";
    case BootFailure::kUefiOnly: return "uefi-only";
    case BootFailure::kLoaderGaveUp: return "loader-gave-up";
  }
  return "";
}

Boot::Boot(Bios& bios) : bios_(bios) {
  if (const auto& kernel = bios.options().kernel) kernel_ = place_linux(*kernel, extended_memory_end(bios.memory()));
}

void Boot::reset() {
  phase_ = Phase::kStart;
  order_.clear();
  position_ = 0;
  boot_drive_.reset();
  unprinted_.clear();
}

const BootAttempt* Boot::final_failure() const {
  const auto worst = std::max_element(attempts_.begin(), attempts_.end(), [](const auto& a, const auto& b) {
    return a.failure < b.failure;  // in the order of how far a boot gets; the first of equals wins
  });
  return worst == attempts_.end() || worst->failure == BootFailure::kNone ? nullptr : &*worst;
}

void Boot::step(emu::Registers& regs) {
  switch (phase_) {
    case Phase::kStart: return start(regs);
    case Phase::kMenuKey: return menu_key(regs);
    case Phase::kLoaderRuns:  // only after INT 18h, which moves on
    case Phase::kNextDevice: return next_device(regs);
    case Phase::kResetDone: return read_boot_sector(regs);
    case Phase::kSectorRead: return sector_read(regs);
    case Phase::kGivingUp: return gave_up(regs);
    case Phase::kGaveUp: return call_rom(regs, rom::kHaltForever);
  }
}

void Boot::int19(emu::Registers&) {
  ++int19_count_;
  if (phase_ == Phase::kLoaderRuns) fail(BootFailure::kLoaderGaveUp, "the loader started the boot anew (INT 19h)");
  phase_ = Phase::kStart;
}

void Boot::int18(emu::Registers&) {
  ++int18_count_;
  if (phase_ == Phase::kLoaderRuns) fail(BootFailure::kLoaderGaveUp, "the loader gave up (INT 18h)");
  if (phase_ != Phase::kGaveUp) phase_ = Phase::kNextDevice;
}

// --- The order and the menu.

void Boot::build_order() {
  order_.clear();
  if (bios_.options().kernel) order_.push_back({BootTarget::Kind::kKernel, 0});
  const Drives& drives = bios_.drives();
  const auto add = [&](BootTarget::Kind kind, std::uint8_t dl) {
    const bool known = std::any_of(order_.begin(), order_.end(), [&](const Device& d) {
      return d.kind != BootTarget::Kind::kKernel && d.drive == dl;
    });
    if (!known && (kind == BootTarget::Kind::kDriveNumber || drives.find(dl))) order_.push_back({kind, dl});
  };
  const auto add_target = [&](const BootTarget& target) {
    switch (target.kind) {
      case BootTarget::Kind::kFloppy: return add(target.kind, 0x00);
      case BootTarget::Kind::kHardDisk: return add(target.kind, kFirstHardDisk);
      case BootTarget::Kind::kKernel: return;  // always first
      case BootTarget::Kind::kDriveNumber: return add(target.kind, target.drive);
      case BootTarget::Kind::kCd:
        for (std::uint8_t dl : drives.numbers())
          if (class_of(dl) == DriveClass::kCd) add(target.kind, dl);
        return;
    }
  };
  for (const BootTarget& target : bios_.options().boot_order) add_target(target);
  if (bios_.options().boot_order.empty())
    for (auto kind : {BootTarget::Kind::kFloppy, BootTarget::Kind::kHardDisk, BootTarget::Kind::kCd})
      add_target({kind, 0});
}

void Boot::start(emu::Registers& regs) {
  bios_.drives().forget_cd_boot();
  build_order();
  position_ = 0;
  boot_drive_.reset();
  if (bios_.options().boot_menu && !order_.empty() && menu_key_pending()) {
    show_menu();
    return menu_key(regs);
  }
  next_device(regs);
}

// Was F12 pressed during POST? Takes it and the keys in front of it out of the keyboard buffer. Nothing is
// waited for: a boot without the key costs no time.
bool Boot::menu_key_pending() {
  emu::Memory& memory = bios_.memory();
  const auto start = memory.read<std::uint16_t>(kKeyStart), end = memory.read<std::uint16_t>(kKeyEnd);
  const auto tail = memory.read<std::uint16_t>(kKeyTail);
  auto head = memory.read<std::uint16_t>(kKeyHead);
  if (start >= end || head < start || head >= end || tail < start || tail >= end) return false;
  for (int guard = 0; head != tail && guard < 128; ++guard) {
    const auto key = memory.read<std::uint16_t>(kBda + head);
    head = static_cast<std::uint16_t>(head + 2);
    if (head >= end) head = start;
    if (key >> 8 != kScanF12 && key >> 8 != kScanF12Plain) continue;
    memory.write(kKeyHead, head);
    return true;
  }
  return false;
}

std::string Boot::device_words(const Device& device) const {
  if (device.kind != BootTarget::Kind::kKernel) return drive_words(device.drive);
  return "kernel " + bios_.options().kernel->name;
}

void Boot::show_menu() {
  print("Select boot device:\n\n");
  for (std::size_t i = 0; i < order_.size() && i < kMenuKeys.size(); ++i)
    print(fmt::format("{}. {}\n", kMenuKeys[i], device_words(order_[i])));
  print("\n");
}

// Asks for a key by INT 16h/00h; called again with the answer in AX. Escape boots as if there had been no
// menu.
void Boot::menu_key(emu::Registers& regs) {
  if (phase_ == Phase::kMenuKey) {
    const std::size_t choice = kMenuKeys.find(static_cast<char>(regs.al()));
    if (regs.ah() == kScanEscape) return next_device(regs);
    if (regs.al() != 0 && choice < order_.size()) {
      std::rotate(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(choice),
                  order_.begin() + static_cast<std::ptrdiff_t>(choice) + 1);
      return next_device(regs);
    }
  }
  phase_ = Phase::kMenuKey;
  regs.set_eax(0);
  call_rom(regs, rom::kInt16ThenBootStep);
}

// --- One device after the other.

void Boot::next_device(emu::Registers& regs) {
  bios_.drives().forget_cd_boot();
  while (position_ < order_.size()) {
    const Device device = order_[position_++];
    if (attempts_.size() >= kMaxAttempts) attempts_.erase(attempts_.begin());
    attempts_.push_back({device.drive, device_words(device), BootFailure::kNone, {}});
    if (device.kind == BootTarget::Kind::kKernel) return boot_kernel(regs);
    boot_drive_ = device.drive;
    if (!bios_.drives().find(device.drive)) {
      fail(BootFailure::kNoMedium, "there is no such drive");
    } else if (class_of(device.drive) == DriveClass::kCd) {
      if (boot_cd(regs)) return;
    } else {
      return boot_disk(regs);
    }
  }
  give_up(regs);
}

void Boot::boot_disk(emu::Registers& regs) {
  print(class_of(*boot_drive_) == DriveClass::kFloppy ? "Booting from Floppy...\n" : "Booting from Hard Disk...\n");
  tries_ = 0;
  read_boot_sector(regs);
}

void Boot::read_boot_sector(emu::Registers& regs) {
  ++tries_;
  phase_ = Phase::kSectorRead;
  regs.set_eax(0x0201);
  regs.set_ebx(kBootSector.off);
  regs.set_ecx(0x0001);
  regs.set_edx(*boot_drive_);
  regs.set_real_segment(emu::Seg::kEs, kBootSector.seg);
  call_rom(regs, rom::kInt13ThenBootStep);
}

void Boot::sector_read(emu::Registers& regs) {
  const std::uint8_t drive = *boot_drive_;
  if (regs.rflags & emu::flag::kCarry) {
    const std::uint8_t status = regs.ah();
    const bool floppy = class_of(drive) == DriveClass::kFloppy;
    if (floppy && tries_ < kFloppyTries && status != kStatusTimeOut) {
      phase_ = Phase::kResetDone;
      regs.set_eax(0);
      regs.set_edx(drive);
      return call_rom(regs, rom::kInt13ThenBootStep);
    }
    print("Boot failed: could not read the boot disk\n\n");
    const Drive* d = bios_.drives().find(drive);
    if (d && !d->ready()) {
      fail(BootFailure::kNoMedium, "there is no medium in the drive");
    } else {
      fail(BootFailure::kUnreadable,
           fmt::format("reading the boot sector failed with status {:02X}h ({})", status, disk_status_name(status)));
    }
    return next_device(regs);
  }
  const auto signature = bios_.memory().read<std::uint16_t>(PhysAddr(kBootSector.linear() + kSignatureOffset));
  if (signature != kSignature) {
    print("Boot failed: not a bootable disk\n\n");
    fail(BootFailure::kNoSignature,
         fmt::format("the boot sector ends with {:02X} {:02X} at offset 510 instead of 55 AA", signature & 0xFF,
                     signature >> 8));
    return next_device(regs);
  }
  hand_over(regs, kBootEntry, drive);
}

bool Boot::boot_cd(emu::Registers& regs) {
  print("Booting from DVD/CD...\n");
  const CdBootResult result = boot_from_cd(bios_, *boot_drive_, bios_.options().el_torito_entry);
  if (result.failure != BootFailure::kNone) {
    print(fmt::format("Boot failed: Could not read from CDROM (code {:04x})\n", result.code));
    fail(result.failure, result.message);
    return false;
  }
  hand_over(regs, result.entry, result.boot.boot_drive);
  return true;
}

void Boot::boot_kernel(emu::Registers& regs) {
  boot_drive_.reset();
  load_linux(*bios_.options().kernel, kernel_, bios_.memory());
  phase_ = Phase::kLoaderRuns;
  set_linux_registers(kernel_, regs);
  constexpr std::uint16_t kInterruptsOff = 0x0002;
  leave_for(regs, linux_entry(kernel_), kInterruptsOff);
}

void Boot::give_up(emu::Registers& regs) {
  if (attempts_.empty())
    attempts_.push_back({0, "none", BootFailure::kNoMedium, "no drive of the boot order is attached"});
  print("No bootable device.\n");
  phase_ = Phase::kGivingUp;
  if (unprinted_.empty()) return gave_up(regs);
  call_rom(regs, rom::kBootStep);  // once the guest has printed it
}

void Boot::gave_up(emu::Registers& regs) {
  phase_ = Phase::kGaveUp;
  call_rom(regs, rom::kHaltForever);
}

void Boot::fail(BootFailure failure, std::string message) {
  if (attempts_.empty()) return;
  BootAttempt& attempt = attempts_.back();
  attempt.failure = failure;
  attempt.message = attempt.device + ": " + message;
}

// The loader's registers: AX and DL as SeaBIOS gives them, ES:DI at the PnP installation check structure
// (Plug and Play BIOS 1.0A, 3.2), the rest zero. A far return leads to INT 18h, as from a boot entry vector
// (BIOS Boot Specification).
void Boot::hand_over(emu::Registers& regs, FarPtr entry, std::uint8_t drive) {
  phase_ = Phase::kLoaderRuns;
  boot_drive_ = drive;
  regs.gpr.fill(0);
  regs.set_ax(kHandOverAx);
  regs.set_dx(hand_over_.dl.value_or(bios_.quirks().handover_dl.value_or(drive)));
  regs.set_di(rom::kPnpHeader);
  for (emu::Seg s : {emu::Seg::kFs, emu::Seg::kGs}) regs.set_real_segment(s, 0);
  regs.set_real_segment(emu::Seg::kDs, hand_over_.ds.value_or(0));
  regs.set_real_segment(emu::Seg::kEs, hand_over_.es.value_or(rom::kSegment));
  const FarPtr stack = hand_over_.stack.value_or(kStack);
  regs.set_real_segment(emu::Seg::kSs, stack.seg);
  regs.set_sp(static_cast<std::uint16_t>(stack.off - 4));
  if (entry == kBootEntry) entry = hand_over_.entry.value_or(entry);
  constexpr PhysAddr kInt18Vector{0x18 * 4};
  bios_.memory().write(regs.ss_sp(), bios_.memory().read<std::uint32_t>(kInt18Vector));
  leave_for(regs, entry, kFlags);
}

// --- The mechanics.

// Pushes the frame that the IRET at boot_step pops.
void Boot::leave_for(emu::Registers& regs, FarPtr target, std::uint16_t flags) {
  push_frame(regs, target, flags);
  if (unprinted_.empty()) return;
  const std::size_t most = rom::kBootTextEnd - rom::kBootText - 1;
  unprinted_.resize(std::min(unprinted_.size(), most));
  unprinted_.push_back('\0');
  bios_.memory().write_rom(rom::phys(rom::kBootText),
                           std::span(reinterpret_cast<const std::uint8_t*>(unprinted_.data()), unprinted_.size()));
  unprinted_.clear();
  push_frame(regs, rom::far(rom::kPrintBootText), kFlags);
}

void Boot::push_frame(emu::Registers& regs, FarPtr target, std::uint16_t flags) {
  regs.set_sp(static_cast<std::uint16_t>(regs.sp() - 6));
  const FarPtr frame = regs.ss_sp();
  bios_.memory().write(frame, target.off);
  bios_.memory().write(frame.plus(2), target.seg);
  bios_.memory().write(frame.plus(4), flags);
}

void Boot::call_rom(emu::Registers& regs, std::uint16_t label) { leave_for(regs, rom::far(label), kFlags); }

// The BIOS's own messages, by its own teletype or, later, by the one of the ROM that drives the display.
void Boot::print(std::string_view text) {
  if (bios_.option_roms().has_display()) {
    for (char c : text) unprinted_ += c == '\n' ? "\r\n" : std::string(1, c);
    return;
  }
  const auto put = [&](char c) {
    emu::Registers regs;
    regs.set_ax(static_cast<std::uint16_t>(0x0E00 | static_cast<std::uint8_t>(c)));
    regs.set_bx(0x0007);
    Call call(0x10, regs, kFlags);
    if (const Function* teletype = find_function(0x10, regs.ax())) teletype->handler(bios_, call);
  };
  for (char c : text) {
    if (c == '\n') put('\r');
    put(c);
  }
}

}  // namespace bios
