// INT 19h: which device boots, and when none does, what was found where.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bios/linux_boot.h"
#include "bios/options.h"
#include "emu/registers.h"
#include "emu/snapshot.h"
#include "emu/types.h"

namespace bios {

class Bios;

/// Why a device did not boot. The words are the JSON summary's "reason".
enum class BootFailure {
  kNone,
  kNoMedium,
  kUnreadable,
  kNoSignature,
  kNoElTorito,
  kCatalogUnreadable,
  kCatalogInvalid,
  kEntryNotBootable,
  kBootImageUnreadable,
  kUefiOnly,
  kLoaderGaveUp,
};
/// "no-medium", "unreadable", ...; empty for kNone.
std::string_view to_string(BootFailure failure);

/// One device that was tried.
struct BootAttempt {
  std::uint8_t drive = 0;
  std::string device;                        ///< "CD E0h", "floppy 00h", "hard disk 80h", "kernel vmlinuz"
  BootFailure failure = BootFailure::kNone;  ///< kNone: its loader runs, or ran when a later one was reached
  std::string message;                       ///< what was found where, in words; empty while all is well
};

/// Registers that a loader gets other than usual: for asking whether it relied on one (`bootsim run`'s diagnosis). No
/// specification promises any of them but DL.
struct HandOver {
  std::optional<emu::FarPtr> entry = {};  ///< of boot sectors: 07C0:0000 instead of 0000:7C00
  std::optional<std::uint8_t> dl = {};
  std::optional<std::uint16_t> ds = {}, es = {};
  std::optional<emu::FarPtr> stack = {};  ///< SS:SP; the address of INT 18h's handler is pushed there
};

/// The boot of the PC as a state machine that ROM code drives: `boot_step: out 0F1h, eax; iret`. Each step
/// sets the registers and an IRET frame that leads to a ROM routine (which executes an INT and comes back to
/// boot_step) or to the loaded boot sector. Disks and floppies are read by INT 13h through the guest's
/// vector, so that whatever hooked it sees the call; a CD's catalog and boot image are read internally, as
/// SeaBIOS does.
class Boot {
 public:
  /// Throws emu::Error when Options::kernel is none, or does not fit.
  explicit Boot(Bios& bios);

  /// The trap at boot_step. The caller's registers on entry are the results of the INT that the last step
  /// asked for.
  void step(emu::Registers& regs);
  /// INT 19h: boots from the start of the order; emulation ends. The ROM goes on at boot_step, so `regs` do
  /// not matter.
  void int19(emu::Registers& regs);
  /// INT 18h: the loader gave up (or a boot sector returned); the next device of the order is tried, in the
  /// same way.
  void int18(emu::Registers& regs);
  /// Sets the registers and the IRET frame with which a loader starts; also for INT 13h/4C00h.
  void hand_over(emu::Registers& regs, emu::FarPtr entry, std::uint8_t drive);
  /// From the next hand-over on.
  void set_hand_over(const HandOver& hand_over) { hand_over_ = hand_over; }
  /// Power-on or reset: as new, but attempts() and the counts stay.
  void reset();

  // --- For the runner.
  /// A boot sector or boot image has the CPU.
  bool booted() const { return phase_ == Phase::kLoaderRuns; }
  /// Every device was tried in vain; the BIOS has said "No bootable device." and waits for ever.
  bool failed() const { return phase_ == Phase::kGaveUp; }
  /// The drive that is being booted, or has been; nothing for a kernel.
  std::optional<std::uint8_t> boot_drive() const { return boot_drive_; }
  const std::vector<BootAttempt>& attempts() const { return attempts_; }
  int int18_count() const { return int18_count_; }
  int int19_count() const { return int19_count_; }  ///< the first one, after POST, included
  /// What to tell the user when nothing boots: the first attempt that got furthest. Null when attempts() is
  /// empty.
  const BootAttempt* final_failure() const;

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() {
    return std::tie(phase_, order_, position_, tries_, unprinted_, boot_drive_, attempts_, int18_count_, int19_count_);
  }

  enum class Phase {
    kStart,    ///< INT 19h begins
    kMenuKey,  ///< waiting for a key of the boot menu
    kNextDevice,
    kResetDone,   ///< INT 13h/00h between two tries
    kSectorRead,  ///< INT 13h/02h has returned
    kLoaderRuns,
    kGivingUp,  ///< the display's option ROM prints that there is no bootable device
    kGaveUp,
  };
  /// One line of the boot menu and one device of the order.
  struct Device {
    BootTarget::Kind kind;
    std::uint8_t drive;
  };

  void build_order();
  void start(emu::Registers& regs);
  void menu_key(emu::Registers& regs);
  std::string device_words(const Device& device) const;
  void show_menu();
  void next_device(emu::Registers& regs);
  void boot_disk(emu::Registers& regs);
  void sector_read(emu::Registers& regs);
  bool boot_cd(emu::Registers& regs);
  void boot_kernel(emu::Registers& regs);
  void give_up(emu::Registers& regs);
  void gave_up(emu::Registers& regs);
  void fail(BootFailure failure, std::string message);

  void leave_for(emu::Registers& regs, emu::FarPtr target, std::uint16_t flags);
  void push_frame(emu::Registers& regs, emu::FarPtr target, std::uint16_t flags);
  void call_rom(emu::Registers& regs, std::uint16_t label);
  void read_boot_sector(emu::Registers& regs);
  bool menu_key_pending();
  void print(std::string_view text);

  Bios& bios_;
  HandOver hand_over_;
  Phase phase_ = Phase::kStart;
  std::vector<Device> order_;
  std::size_t position_ = 0;
  LinuxPlacement kernel_;  ///< of Options::kernel
  int tries_ = 0;
  std::string unprinted_;  ///< for the display's option ROM to print, when the guest runs next
  std::optional<std::uint8_t> boot_drive_;
  std::vector<BootAttempt> attempts_;
  int int18_count_ = 0, int19_count_ = 0;
};

}  // namespace bios
