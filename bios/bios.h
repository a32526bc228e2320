// The synthetic BIOS: what answers when guest code reaches the ROM.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bios/call.h"
#include "bios/options.h"
#include "devices/media/medium.h"
#include "emu/clock.h"
#include "emu/io_ports.h"
#include "emu/memory.h"
#include "emu/snapshot.h"
#include "emu/system_control.h"
#include "emu/trap_handler.h"

namespace bios {

class Drives;      // drives.h: which medium is which drive number, geometry, locks, status
class Boot;        // boot.h: INT 19h, boot order, El Torito, what failed and why
class Waits;       // waits.h: calls that wait for time or for an interrupt
class OptionRoms;  // option_roms.h: --option-rom
class Video;       // video.h: INT 10h state beyond the BIOS data area

/// The hardware that the BIOS drives. Like a real BIOS it uses ports and memory; there is no side door to the chips.
struct Hardware {
  emu::Memory& memory;
  emu::IoPorts& ports;
  emu::Clock& clock;
  emu::SystemControl& system;
};

/// A medium and how it is attached, in the order of the command line. An empty drive has no medium.
struct AttachedMedium {
  devices::media::Attach attach;
  std::shared_ptr<devices::media::Medium> medium;
};

/// A message of the BIOS for the person who watches ("El Torito: wrong checksum; real BIOSes boot it anyway").
struct Notice {
  enum class Level { kInfo, kWarning } level = Level::kInfo;
  emu::Nanoseconds time = 0;
  std::string text;
};

/// Dispatches ROM traps through the call table and keeps the state that a real BIOS keeps outside the BIOS data area.
/// Each room (drives, boot, video, waits) owns its own state; Bios owns the rooms.
class Bios : public emu::TrapHandler {
 public:
  Bios(Hardware hardware, Options options, std::vector<AttachedMedium> media,
       std::vector<std::vector<std::uint8_t>> option_roms = {});
  ~Bios() override;

  /// Maps the ROM image at F0000h (and its alias below 4 GB). Call once before the first reset.
  void install();

  emu::TrapResult on_trap(std::uint8_t number, emu::Registers& regs) override;

  emu::Memory& memory() { return hardware_.memory; }
  emu::IoPorts& ports() { return hardware_.ports; }
  emu::Clock& clock() { return hardware_.clock; }
  emu::SystemControl& system() { return hardware_.system; }
  const Options& options() const { return options_; }
  const Quirks& quirks() const { return options_.quirks; }

  Drives& drives() { return *drives_; }
  const Drives& drives() const { return *drives_; }
  Boot& boot() { return *boot_; }
  const Boot& boot() const { return *boot_; }
  Video& video() { return *video_; }
  Waits& waits() { return *waits_; }
  OptionRoms& option_roms() { return *option_roms_; }
  /// What the BIOS keeps outside of guest memory belongs to snapshots.
  void register_parts(emu::SnapshotParts& parts);
  /// Boot starts from scratch: forgets waits and where the option ROM loop was. POST calls it.
  void forget_calls();

  void notice(Notice::Level level, std::string text);
  const std::vector<Notice>& notices() const { return notices_; }

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(notices_); }

  friend class Waits;
  emu::TrapResult interrupt(std::uint8_t vector, emu::Registers& regs);
  void called_interface(std::uint8_t vector, emu::Registers& regs);

  Hardware hardware_;
  Options options_;
  std::unique_ptr<OptionRoms> option_roms_;
  std::unique_ptr<Drives> drives_;
  std::unique_ptr<Boot> boot_;
  std::unique_ptr<Video> video_;
  std::unique_ptr<Waits> waits_;
  std::vector<Notice> notices_;
};

}  // namespace bios
