// What a boot leaves for its report: everything that happens, in virtual time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bios/boot.h"
#include "bootsim/html_report/call_columns.h"
#include "bootsim/html_report/medium_map.h"
#include "bootsim/html_report/screens.h"
#include "bootsim/inspect.h"
#include "bootsim/run.h"
#include "bootsim/suite/handoff.h"
#include "debugger/drive_files.h"
#include "debugger/trace.h"
#include "emu/machine.h"

namespace bootsim::html_report {

/// A moment on the time line, in words.
struct Moment {
  emu::Nanoseconds time = 0;
  std::string words;
};

/// The CPU enters a mode.
struct ModeChange {
  emu::Nanoseconds time = 0;
  emu::CpuMode mode = emu::CpuMode::kReal;
};

/// Sectors of a medium that a call asked for, after the run.
struct SectorBytes {
  std::uint64_t call = 0;
  std::uint8_t drive = 0;
  std::uint64_t lba = 0;
  std::vector<std::uint8_t> bytes;
};

/// What is on a medium, as `bootsim inspect` tells it.
struct InspectedMedium {
  std::string name, verdict, text;
};

/// Watches one run, whose hooks attach() joins; must outlive it.
class Recorder : private emu::CallObserver {
 public:
  static constexpr std::size_t kMostModeChanges = 100'000, kMostMoments = 5'000;

  void attach(RunHooks& hooks);

  const CallColumns& calls() const { return *calls_; }
  const ScreenRecorder& screens() const { return screens_; }
  const std::vector<ModeChange>& mode_changes() const { return mode_changes_; }
  const std::vector<Moment>& video_modes() const { return video_modes_; }
  const std::vector<Moment>& keys() const { return keys_; }
  const std::optional<Handoff>& handoff() const { return handoff_; }
  const std::vector<bios::BootAttempt>& boot_attempts() const { return boot_attempts_; }
  const std::vector<InspectedMedium>& media() const { return media_; }
  /// Each a nlohmann object of drive_map_json().
  const nlohmann::ordered_json& drive_maps() const { return *drive_maps_; }
  /// Of the given calls that name sectors of a medium; at most `most`.
  std::vector<SectorBytes> sectors_of(const std::vector<std::uint64_t>& calls, std::size_t most) const;
  /// Nothing has run: a medium could not be opened.
  bool empty() const { return trace_ == nullptr; }

  Recorder();
  ~Recorder() override;
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

 private:
  void assembled(Pc& pc);
  void ended(Pc& pc);
  void inspect_media();
  void call_begins(const emu::InterruptCall& call) override;
  void call_ends(const emu::InterruptCall& call) override;

  CallColumns* calls_ = nullptr;           // the trace's writer
  std::unique_ptr<CallColumns> no_calls_;  // until there is a trace
  std::unique_ptr<debugger::DriveFiles> files_;
  std::unique_ptr<debugger::Trace> trace_;
  Pc* pc_ = nullptr;  // while the run lasts
  ScreenRecorder screens_;
  SeenDrives drives_;
  std::vector<ModeChange> mode_changes_;
  std::vector<Moment> video_modes_, keys_;
  std::optional<Handoff> handoff_;
  std::vector<bios::BootAttempt> boot_attempts_;
  std::vector<InspectedMedium> media_;
  std::unique_ptr<nlohmann::ordered_json> drive_maps_;
};

}  // namespace bootsim::html_report
