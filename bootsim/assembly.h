// A PC as options describe it: media opened, outputs created, chips wired, powered on. What `run` and `debug` start
// from.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "bootsim/attach.h"
#include "bootsim/options.h"
#include "bootsim/output.h"
#include "bootsim/pc.h"
#include "bootsim/sent_once.h"
#include "debugger/drive_files.h"
#include "debugger/trace.h"

namespace bootsim {

/// Its parts stay where they are as long as it lives.
class Assembly {
 public:
  /// Nothing has run yet. `notice` hears how media were attached. Throws emu::Error for what cannot be had.
  Assembly(const RunOptions& options, const std::function<void(std::string_view)>& notice);
  Assembly(const Assembly&) = delete;
  Assembly& operator=(const Assembly&) = delete;

  Pc& pc() { return *pc_; }
  AttachedMedia& media() { return media_; }
  debugger::DriveFiles& drive_files() { return *drive_files_; }
  /// What COM1 has sent, up to 64 MiB; less again when time goes back.
  std::string& serial() { return serial_; }
  /// What was written to ports E9h and 402h, up to as much.
  const std::string& debugcon() const { return debugcon_; }
  debugger::TraceHeader trace_header();

 private:
  void check_media(const std::function<void(std::string_view)>& notice) const;
  PcOptions pc_options();
  void register_output(std::string_view name, std::string& text);
  void register_what_was_heard();

  const RunOptions& options_;
  AttachedMedia media_;
  std::unique_ptr<Output> serial_output_, debugcon_output_;
  SentOnce serial_sent_, debugcon_sent_;  // to the outputs
  std::string serial_, debugcon_;
  std::unique_ptr<Pc> pc_;
  std::unique_ptr<debugger::DriveFiles> drive_files_;
};

}  // namespace bootsim
