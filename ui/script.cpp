#include "ui/script.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <sstream>

#include <GL/gl.h>
#include <SDL.h>
#include <fmt/core.h>
#include <imgui.h>
#include <nlohmann/json.hpp>

#include "bootsim/pattern.h"
#include "bootsim/png.h"
#include "emu/error.h"
#include "emu/text.h"
#include "ui/app.h"

namespace ui {
namespace {

using emu::take_word;

constexpr double kLongestWait = 30;  // seconds
constexpr double kIdle = 0.3;        // seconds without a change of the screen that count as idle

std::string text_of(const devices::TextScreen& screen) {
  std::string text;
  for (const std::string& line : screen.lines()) text += line + '\n';
  return text;
}

bool matches(std::string_view regex, const std::string& text) {
  return bootsim::Pattern(std::string(regex), bootsim::Pattern::Text::kUtf8).matches(text);
}

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

float take_number(std::string_view& rest) { return std::stof(std::string(take_word(rest))); }

/// "Shift+F10", "Ctrl+G", "Enter", "Down": as SDL names keys.
struct Chord {
  SDL_Scancode key = SDL_SCANCODE_UNKNOWN;
  Uint16 modifiers = 0;
};
Chord parse_chord(std::string text) {
  Chord chord;
  for (const auto& [prefix, modifier] :
       {std::pair<std::string, Uint16>{"Ctrl+", KMOD_LCTRL}, {"Shift+", KMOD_LSHIFT}, {"Alt+", KMOD_LALT}}) {
    if (!text.starts_with(prefix)) continue;
    chord.modifiers |= modifier;
    text.erase(0, prefix.size());
  }
  chord.key = SDL_GetScancodeFromName(text == "Enter" ? "Return" : text == "Esc" ? "Escape" : text.c_str());
  if (chord.key == SDL_SCANCODE_LALT) chord.modifiers |= KMOD_LALT;
  return chord;
}

void push_key(SDL_Scancode key, Uint16 modifiers, bool down) {
  SDL_Event event{};
  event.type = down ? SDL_KEYDOWN : SDL_KEYUP;
  event.key.state = down ? SDL_PRESSED : SDL_RELEASED;
  event.key.keysym = {.scancode = key, .sym = SDL_GetKeyFromScancode(key), .mod = modifiers, .unused = 0};
  SDL_PushEvent(&event);
}

void push_wheel(int notch) {
  SDL_Event event{};
  event.type = SDL_MOUSEWHEEL;
  event.wheel.y = notch;
  SDL_PushEvent(&event);
}

const char* phase_word(Phase phase) {
  constexpr const char* kWords[] = {"empty", "opening", "stopped", "running", "travelling", "failed"};
  return kWords[static_cast<int>(phase)];
}

}  // namespace

Script::Script(const std::string& path) : path_(path), begun_(seconds()) {
  std::ifstream file(path);
  if (!file) throw emu::Error(emu::ErrorKind::kUsage, fmt::format("--script {}: cannot be read", path));
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    if (text.empty() || text[0] == '#') continue;
    std::string_view rest = text;
    const std::string command(take_word(rest));
    lines_.push_back({.number = number, .command = command, .rest = std::string(rest)});
  }
}

void Script::before_frame(App& app) {
  app.marks().enable();
  const double now = seconds();
  if (frame_begin_ != 0) frame_ms_.push_back((now - frame_begin_) * 1000);
  frame_begin_ = now;
  ImGuiIO& io = ImGui::GetIO();
  if (mouse_x_ >= 0) io.MousePos = {mouse_x_, mouse_y_};
  io.MouseDown[0] = down_[0];
  io.MouseDown[1] = down_[1];
  const Uint16 held = SDL_GetModState();
  io.KeyCtrl = (held & KMOD_CTRL) != 0;
  io.KeyShift = (held & KMOD_SHIFT) != 0;
  io.KeyAlt = (held & KMOD_ALT) != 0;
}

void Script::after_frame(App& app, SDL_Window* window) {
  ++frames_;
  if (next_ >= lines_.size()) return app.quit();
  const Line line = lines_[next_];
  bool done = false;
  try {
    done = execute(app, window, line);
  } catch (const std::exception& error) {
    fail(app, line, error.what());
    done = true;
  }
  if (!done) return;
  ++next_;
  phase_ = frames_ = 0;
  begun_ = seconds();
}

void Script::fail(App& app, const Line& line, const std::string& why) {
  fmt::print(stderr, "{}:{}: {} {}: {}\n", path_, line.number, line.command, line.rest, why);
  fmt::print(stderr, "{}\n", state(app));
  failed_ = true;
  next_ = lines_.size();
}

bool Script::execute(App& app, SDL_Window* window, const Line& line) {
  const std::string& c = line.command;
  if (c == "stopped") return stopped_ = true;
  if (c == "open") {
    std::vector<std::string> arguments;
    std::istringstream words(line.rest);
    for (std::string word; words >> word;) arguments.push_back(word);
    app.open(bootsim::parse_run_options(arguments), !std::exchange(stopped_, false));
    return true;
  }
  if (c == "drop") {
    SDL_Event event{};
    event.type = SDL_DROPFILE;
    event.drop.file = SDL_strdup(line.rest.c_str());
    SDL_PushEvent(&event);
    return true;
  }
  if (c == "wait") {
    if (wait(app, line.rest)) return true;
    if (seconds() - begun_ > kLongestWait) throw std::runtime_error("waited for 30 s in vain");
    return false;
  }
  if (c == "frames") return frames_ >= std::stoi(line.rest);
  if (c == "key") {
    const Chord chord = parse_chord(line.rest);
    if (chord.key == SDL_SCANCODE_UNKNOWN) throw std::runtime_error("there is no such key");
    SDL_SetModState(static_cast<SDL_Keymod>(phase_ == 0 ? chord.modifiers : 0));
    push_key(chord.key, chord.modifiers, phase_ == 0);
    return phase_++ == 1;
  }
  if (c == "text") {
    SDL_Event event{};
    event.type = SDL_TEXTINPUT;
    const std::size_t at = static_cast<std::size_t>(phase_);
    if (at >= line.rest.size()) return true;
    event.text.text[0] = line.rest[at];
    SDL_PushEvent(&event);
    ++phase_;
    return false;
  }
  if (c == "hold") {
    SDL_SetModState(line.rest == "Shift" ? KMOD_LSHIFT : line.rest == "Ctrl" ? KMOD_LCTRL : KMOD_NONE);
    return true;
  }
  if (c == "click" || c == "right-click" || c == "double-click" || c == "hover" || c == "drag" || c == "wheel")
    return mouse(app, line);
  if (c == "resize") {
    std::string_view rest = line.rest;
    const auto width = static_cast<int>(take_number(rest));
    SDL_SetWindowSize(window, width, static_cast<int>(take_number(rest)));
    return true;
  }
  if (c == "theme") {
    if (app.theme().dark() != (line.rest == "dark")) app.change_theme();
    return true;
  }
  if (c == "speed") {
    app.engine().set_speed(static_cast<Speed>(std::stoi(line.rest)));
    return true;
  }
  if (c == "screenshot") {
    screenshot(line.rest);
    return true;
  }
  if (c == "state") {
    std::ofstream(line.rest) << state(app) << '\n';
    return true;
  }
  if (c == "marks") {
    std::ofstream file(line.rest);
    for (const auto& [name, rect] : app.marks().all())
      file << fmt::format("{} {:.0f} {:.0f} {:.0f} {:.0f}\n", name, rect.min.x, rect.min.y, rect.max.x, rect.max.y);
    return true;
  }
  if (c == "times") {
    std::sort(frame_ms_.begin(), frame_ms_.end());
    const auto at = [&](double part) {
      return frame_ms_[static_cast<std::size_t>(part * static_cast<double>(frame_ms_.size() - 1))];
    };
    std::ofstream(line.rest) << fmt::format("frames {} median {:.2f} p95 {:.2f} worst {:.2f} ms\n", frame_ms_.size(),
                                            at(0.5), at(0.95), at(1));
    frame_ms_.clear();
    return true;
  }
  if (c == "expect") {
    expect(app, line);
    return true;
  }
  throw std::runtime_error("there is no such command");
}

bool Script::wait(App& app, const std::string& what) {
  std::string_view rest = what;
  const std::string_view kind = take_word(rest);
  if (frames_ < 2 && next_ > 0) return false;  // what the command before asked for has not begun yet
  if (kind == "stopped" || kind == "failed")
    return !app.engine().status().busy && kind == phase_word(app.status().phase);
  if (kind == "running") return kind == phase_word(app.status().phase);
  if (kind == "mark") return app.marks().find(rest).has_value();
  if (kind == "state") return !unlike(app, rest);
  if (kind == "idle") {
    const std::string now = state(app);
    return app.status().phase == Phase::kStopped || seconds() - begun_ > kIdle + 1;
  }
  const auto look = app.engine().look();
  if (!look) return false;
  if (kind == "call") return look->boot().debugger().calls().count() >= std::stoull(std::string(rest));
  if (kind == "screen") {
    const auto screen = look->boot().pc().vga().text_screen();
    return screen && matches(rest, text_of(*screen));
  }
  throw std::runtime_error("wait for what?");
}

bool Script::mouse(App& app, const Line& line) {
  std::string_view rest = line.rest;
  const std::string mark(take_word(rest));
  const int button = line.command == "right-click" ? 1 : 0;
  if (phase_ == 0) {
    const auto place = app.marks().find(mark);
    if (!place) {
      if (seconds() - begun_ > 3) throw std::runtime_error("there is no such mark");
      return false;
    }
    ImVec2 at = place->centre();
    if (line.command != "drag" && line.command != "wheel" && !rest.empty()) {
      const float x = take_number(rest);
      at = {place->min.x + x, place->min.y + take_number(rest)};
    }
    mouse_x_ = at.x;
    mouse_y_ = at.y;
    phase_ = 1;
    return false;
  }
  ++phase_;
  if (line.command == "hover") return phase_ > 4;
  if (line.command == "double-click") {
    down_[0] = phase_ == 3 || phase_ == 5;
    return phase_ > 7;
  }
  if (line.command == "drag") {
    constexpr int kSteps = 12;
    const float dx = take_number(rest), dy = take_number(rest);
    down_[0] = phase_ >= 3 && phase_ < 4 + kSteps;
    if (phase_ >= 4 && phase_ < 4 + kSteps) mouse_x_ += dx / kSteps, mouse_y_ += dy / kSteps;
    return phase_ > 6 + kSteps;
  }
  if (line.command == "wheel") {
    const int notches = static_cast<int>(take_number(rest));
    if (phase_ >= 4 && phase_ < 4 + std::abs(notches)) push_wheel(notches > 0 ? 1 : -1);
    return phase_ > 6 + std::abs(notches);
  }
  down_[button] = phase_ == 3;
  return phase_ > 5;
}

void Script::expect(App& app, const Line& line) {
  std::string_view rest = line.rest;
  const std::string_view kind = take_word(rest);
  if (kind == "mark" && !app.marks().find(rest)) throw std::runtime_error("it is not there");
  if (kind == "no") {
    take_word(rest);
    if (app.marks().find(rest)) throw std::runtime_error("it is there");
  }
  if (kind != "state") return;
  if (const auto found = unlike(app, rest)) throw std::runtime_error("it is " + *found);
}

/// What a key's value is, when that is not what is expected.
std::optional<std::string> Script::unlike(App& app, std::string_view expected) const {
  std::string key = fmt::format("/{}", take_word(expected));
  std::replace(key.begin(), key.end(), '.', '/');
  const nlohmann::json whole = nlohmann::json::parse(state(app)),
                       value = whole.value(nlohmann::json::json_pointer(key), nlohmann::json());
  const std::string found = value.is_string() ? value.get<std::string>() : value.dump();
  return matches(expected, found) ? std::nullopt : std::optional(found);
}

std::string Script::state(App& app) const {
  nlohmann::json state = app.describe();
  state["phase"] = phase_word(app.status().phase);
  if (const auto look = app.engine().look()) {
    Boot& boot = look->boot();
    debugger::Debugger& d = boot.debugger();
    state["place"] = d.place();
    state["now"] = boot.now();
    state["furthest"] = boot.furthest();
    state["calls"] = d.calls().count();
    state["calls_known"] = d.calls().known().size();
    state["instruction"] = d.here().text;
    state["clipboard"] = ImGui::GetClipboardText();
    nlohmann::json breakpoints = nlohmann::json::array();
    for (const debugger::Breakpoint* b : d.breakpoints().all())
      breakpoints.push_back({{"text", b->text}, {"enabled", b->enabled}, {"hits", b->hits}});
    state["breakpoints"] = std::move(breakpoints);
    if (const auto screen = boot.pc().vga().text_screen()) state["screen"] = text_of(*screen);
  }
  return state.dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void Script::screenshot(const std::string& path) const {
  const ImVec2 size = ImGui::GetIO().DisplaySize, scale = ImGui::GetIO().DisplayFramebufferScale;
  devices::Image image(static_cast<int>(size.x * scale.x), static_cast<int>(size.y * scale.y));
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, image.width, image.height, GL_RGB, GL_UNSIGNED_BYTE, image.rgb.data());
  const auto row = static_cast<std::ptrdiff_t>(image.width) * 3;
  for (int y = 0; y < image.height / 2; ++y)  // OpenGL counts from the bottom
    std::swap_ranges(image.rgb.begin() + y * row, image.rgb.begin() + (y + 1) * row, image.rgb.end() - (y + 1) * row);
  std::ofstream file(path, std::ios::binary);
  const bool ppm = path.ends_with(".ppm");
  if (ppm) file << fmt::format("P6\n{} {}\n255\n", image.width, image.height);
  const std::vector<std::uint8_t> bytes = ppm ? std::move(image.rgb) : bootsim::encode_png(image);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot be written");
}

}  // namespace ui
