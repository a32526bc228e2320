// What the rules reason about: a failed boot, run again under observation, and its media.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bios/boot.h"
#include "bios/drives.h"
#include "bootsim/inspect.h"
#include "bootsim/options.h"
#include "bootsim/pc.h"
#include "bootsim/run.h"
#include "debugger/call_record.h"
#include "debugger/drive_files.h"

namespace bootsim::diagnosing {

using debugger::DiskCall;

/// The guest reads, with nobody in between.
inline bool read_by_guest(const DiskCall& call) {
  return call.reads() && !call.by_bios() && !call.hook && call.depth == 0;
}

/// Where bytes in memory come from.
struct Origin {
  const DiskCall* call = nullptr;  ///< that loaded them; null: the BIOS loaded the El Torito boot image
  std::uint8_t drive = 0;
  std::uint64_t lba = 0;     ///< in the drive's sectors
  std::uint32_t offset = 0;  ///< in that sector
  bool moved = false;        ///< the guest copied them from where they were loaded
};

struct Course;

/// A boot and its variants are told by these.
struct Trial {
  RunResult result;
  std::deque<DiskCall> calls;
};

class Evidence {
 public:
  /// `pc` has ended the run that `recorder` watched; a Linux kernel was entered at `kernel`.
  Evidence(const RunOptions& options, const RunResult& result, Pc& pc, const debugger::CallRecorder& recorder,
           debugger::DriveFiles& files, std::optional<emu::Nanoseconds> kernel = {});
  ~Evidence();

  const RunOptions& options;
  const RunResult& result;
  Pc& pc;
  const std::deque<DiskCall> calls;
  const std::vector<debugger::MissingFunction>& missing;

  // --- How it ended.
  bool gave_up() const { return result.reason == "loader-gave-up"; }
  /// The BIOS found nothing that it could start.
  bool bios_refused() const { return result.exit == 3 && !gave_up(); }
  bool crashed() const { return result.exit == 5; }
  /// A time limit ended it while it was reading, and it reads well.
  bool reading() const;
  /// A time limit ended it, and nothing shows that it would have failed.
  bool at_work() const;
  /// Neither the BIOS nor a disk call is to blame: the code went wrong by itself.
  bool code_failed() const { return !bios_refused() && !at_work() && !fatal_read(); }
  /// A Linux kernel runs, and nobody has asked the BIOS for a disk since it was entered.
  bool in_kernel() const;
  const bios::Boot& boot() const { return pc.bios().boot(); }
  emu::Registers registers() const { return pc.machine().registers(); }
  const emu::Memory& memory() const { return pc.machine().memory(); }
  /// Where the CPU ended; behind an exception that nobody handles, the instruction that raised it.
  emu::FarPtr place() const;
  bool real_mode() const { return pc.machine().mode() == emu::CpuMode::kReal; }
  /// The screen's lines and then the serial port's last ones.
  const std::vector<std::string>& lines() const { return lines_; }

  // --- The calls.
  /// The number of the first one, where the medium's start is the evidence; empty without calls.
  std::vector<std::uint64_t> first_call() const;
  const DiskCall* last_call() const { return calls.empty() ? nullptr : &calls.back(); }
  /// The last one that reads sectors; BIOS's own read of the boot sector included.
  const DiskCall* last_read() const;
  /// The read that failed and after which the loader read nothing else with success. Null: reading is not
  /// what stopped it.
  const DiskCall* fatal_read() const;
  /// The guest's first read behind the call of this number.
  const DiskCall* first_read_after(std::uint64_t number) const;
  /// The last call that loaded something from `lba` on.
  const DiskCall* load_of(std::uint8_t dl, std::uint64_t lba) const;

  /// The way of a small boot sector, followed when it is first asked for (course.h); empty for other boots.
  const Course& course() const;

  // --- Drives and media.
  const bios::Drive* drive(std::uint8_t dl) const { return pc.bios().drives().find(dl); }
  /// The drive that was booted, or that failed to.
  std::uint8_t boot_drive() const;
  const devices::media::Medium* medium(std::uint8_t dl) const;
  /// What is on the drive's medium; read once. Null for an empty drive.
  const InspectReport* report(std::uint8_t dl) const;
  /// `count` bytes from sector `lba` on; zeros past the end.
  std::vector<std::uint8_t> sectors(std::uint8_t dl, std::uint64_t lba, std::size_t count) const;
  std::string file_at(std::uint8_t dl, std::uint64_t lba) const;

  // --- Memory.
  std::optional<Origin> origin(std::uint32_t linear) const;
  /// "the MBR", "/boot/grub/core.img+512", "the boot image"; "code" when nobody knows.
  std::string code_name(std::uint32_t linear) const;
  /// The bytes at the address are zeros, `count` of them.
  bool zeros(std::uint32_t linear, std::size_t count) const;

 private:
  std::optional<Origin> loaded_at(std::uint32_t linear) const;
  std::optional<Origin> moved_to(std::uint32_t linear) const;
  std::optional<Origin> in_boot_image(std::uint32_t linear) const;

  debugger::DriveFiles& files_;
  std::optional<emu::Nanoseconds> kernel_;
  std::vector<std::string> lines_;
  mutable std::vector<std::pair<const devices::media::Medium*, std::unique_ptr<InspectReport>>> reports_;
  mutable std::shared_ptr<const Course> course_;
};

std::shared_ptr<const Course> follow_course(const Evidence& evidence);

/// Runs, and keeps the calls. `hand_over` changes what the loader starts with.
Trial try_boot(const RunOptions& options, const bios::HandOver& hand_over = {});

}  // namespace bootsim::diagnosing
