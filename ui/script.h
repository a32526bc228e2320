// Drives the window from a file: for tests and for the pictures in the documentation.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct SDL_Window;

namespace ui {

class App;

/// Lines, each a command; '#' begins a comment. Mouse and keys go where a person's go.
///
///     open PATH [run options]      drop PATH           stopped (the next `open` does not run)
///     wait stopped|running|idle|call N|screen REGEX|mark NAME|state KEY VALUE     up to 30 s, else the script fails
///     frames N                     key Shift+F10       text WORDS (typed into what has the focus)
///     click MARK [X Y]             right-click MARK    double-click MARK     hover MARK      drag MARK DX DY
///     wheel MARK N (up is positive)                    hold Shift|Ctrl|nothing (while the mouse does something)
///     resize W H                   speed NAME          theme dark|light
///     screenshot FILE (.png, .ppm)  state FILE.json     marks FILE            times FILE
///     expect mark NAME             expect no mark NAME expect state KEY VALUE
///
/// KEY is of what `state` writes, "phase" or "panes.calls.shown"; VALUE a regular expression that occurs in it.
class Script {
 public:
  /// Throws emu::Error(kUsage) for a file that cannot be read or has an unknown command.
  explicit Script(const std::string& path);
  void before_frame(App& app);                     ///< puts the mouse and keys where the script has them
  void after_frame(App& app, SDL_Window* window);  ///< takes pictures, goes on to the next command
  int exit_code() const { return failed_ ? 1 : 0; }

 private:
  struct Line {
    int number = 0;
    std::string command, rest;
  };
  bool execute(App& app, SDL_Window* window, const Line& line);  // true: done
  bool wait(App& app, const std::string& what);
  void fail(App& app, const Line& line, const std::string& why);
  bool mouse(App& app, const Line& line);
  void key(const std::string& chord);
  void expect(App& app, const Line& line);
  std::optional<std::string> unlike(App& app, std::string_view expected) const;
  std::string state(App& app) const;
  void screenshot(const std::string& path) const;

  std::string path_;
  std::vector<Line> lines_;
  std::size_t next_ = 0;
  int phase_ = 0;   // of a command that takes several frames
  int frames_ = 0;  // since the command began
  double begun_ = 0;
  bool failed_ = false, stopped_ = false;
  float mouse_x_ = -1, mouse_y_ = -1;
  bool down_[2] = {};
  std::vector<double> frame_ms_;
  double frame_begin_ = 0;
};

}  // namespace ui
