// Keeping what has happened: a trace, the screen, a spec of the boot, or a place in time to come back to.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "bootsim/options.h"
#include "debugger/trace.h"
#include "devices/image.h"
#include "emu/position.h"
#include "ui/background.h"
#include "ui/file_browser.h"

namespace ui {

class App;
class Boot;
struct Settings;

enum class SaveKind { kTrace, kScreenshot, kSpec, kBookmark };

// --- Without the window

/// What a boot has come to, as far as files need it.
struct Happened {
  bootsim::RunOptions options;  ///< without outputs; what was typed in the window is among them
  emu::Nanoseconds now = 0;
  bool ended = false;               ///< the guest cannot go on
  std::vector<std::string> screen;  ///< empty in graphics modes
  int width = 0, height = 0;        ///< of the graphics mode; 0: text
};
Happened what_happened(Boot& boot);

// All throw emu::Error. The first two boot the medium once more, up to the present time: the trace of a boot is the
// same each time. Keys are typed again when the screen shows what it showed; what was changed by hand is not.
void write_trace(const Happened& happened, const std::string& path, debugger::TraceFormat format,
                 const std::atomic<bool>& cancelled);
/// As `bootsim record` does; the boot's goal is what the screen shows now.
void write_spec(const Happened& happened, const std::string& path, const std::atomic<bool>& cancelled);
/// In the guest's own resolution.
void write_screenshot(const devices::Image& image, const std::string& path);
/// Whether these could write there: leaves what is there as it was. What may still fail is a full disk.
void check_writable(const std::string& path);

/// A place in a boot. Runs of the same medium with the same options are the same: it can be gone to again another day.
struct Bookmark {
  std::string name;
  emu::Position position;
};
std::vector<Bookmark> bookmarks_of(const Settings& settings, const std::string& medium);
/// A name that is there already is replaced.
void keep_bookmark(Settings& settings, const std::string& medium, const Bookmark& bookmark);
void drop_bookmark(Settings& settings, const std::string& medium, const std::string& name);

// --- In the window

/// The dialogs for it.
class SaveDialog {
 public:
  /// Opens in the next frame.
  void ask(App& app, SaveKind kind);
  /// In each frame.
  void draw(App& app);

 private:
  void draw_file(App& app);
  void draw_bookmarks(App& app);
  void draw_format();
  void save(App& app);
  std::string path() const;
  void report(App& app);

  SaveKind kind_ = SaveKind::kTrace;
  bool opening_ = false, drawn_ = false;
  FileBrowser browser_;
  std::string medium_;  // of the present boot
  std::string name_;    // of the file, or the bookmark
  int format_ = 0;
  std::string error_;
  // What is being written beside the window
  struct Outcome {
    std::atomic<bool> done = false;
    std::string error, path;
  };
  std::shared_ptr<Outcome> outcome_;
  Background background_;
};

void ask_to_save(App& app, SaveKind kind);
void draw_save_dialogs(App& app);

}  // namespace ui
