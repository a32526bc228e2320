#include "ui/boot.h"

#include <utility>

#include "bootsim/debug/options.h"
#include "bootsim/typist.h"

namespace ui {
namespace {

/// So often the guest can be looked at while it runs; slow motion goes by such steps.
constexpr emu::Nanoseconds kTick = 10 * emu::kMicrosecond;

}  // namespace

Boot::Boot(bootsim::RunOptions options)
    : options_(std::move(options)),
      assembly_(options_, [this](std::string_view text) { notices_.emplace_back(text); }),
      queued_keys_(assembly_, options_.type),
      debugger_({assembly_.pc().machine(), assembly_.pc().bios(), assembly_.pc().vga(), assembly_.drive_files()},
                {.history = true, .travel = {}, .tick = kTick}),
      recorder_(assembly_.pc().machine(), assembly_.pc().vga(), assembly_.drive_files()),
      shell_(assembly_, debugger_, [this](std::string_view text) { shell_output_ += text; }, {.colour = false}) {
  for (std::string& words : unused_options(options_)) notices_.push_back(std::move(words));
  debugger_.breakpoints().on_log = [this](const debugger::Breakpoint& breakpoint, const std::string& words) {
    notices_.push_back("breakpoint " + std::to_string(breakpoint.id) + ": " + words);
  };
  shell_.on_type = [this](const std::vector<bootsim::KeyPress>& keys) { type(keys); };
}

std::vector<std::string> unused_options(const bootsim::RunOptions& options) {
  std::vector<std::string> words = bootsim::left_to_the_user(options);
  if (!options.gdb.empty()) words.emplace_back("--gdb: not in the window; `bootsim debug --gdb` serves gdb");
  if (options.persist)
    words.emplace_back("--persist: not in the window, which never writes to a medium; `bootsim run --persist` does");
  return words;
}

void Boot::input(const std::function<void()>& action) {
  recorder_.forget_after(now());
  debugger_.input(action);
}

void Boot::note_keys(const std::vector<std::uint8_t>& codes) {
  const auto screen = pc().vga().text_screen();
  keys_.press(now(), codes, screen ? screen->lines() : std::vector<std::string>{});
}

void Boot::press(const std::vector<std::uint8_t>& codes) {
  note_keys(codes);
  input([this, codes] { pc().keyboard().key(codes); });
}

void Boot::move_mouse(int dx, int dy, std::uint8_t buttons) {
  input([this, dx, dy, buttons] { pc().keyboard().move_mouse(dx, dy, buttons); });
}

void Boot::type(const std::vector<bootsim::KeyPress>& keys) {
  for (const bootsim::KeyPress& key : keys) {
    note_keys(key.codes.make);
    note_keys(key.codes.release);
  }
  input([this, keys] { bootsim::type_keys(machine().clock(), pc().keyboard(), keys); });
}

std::string Boot::command(std::string_view line) {
  shell_output_.clear();
  shell_.execute(line);
  return std::exchange(shell_output_, {});
}

bool boot_failed(const debugger::Stop& stop) { return stop.final(); }

}  // namespace ui
