#include "ui/window.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include <GL/gl.h>
#include <SDL.h>
#include <backends/imgui_impl_opengl3.h>
#include <backends/imgui_impl_sdl.h>
#include <fmt/core.h>
#include <imgui.h>

#include "emu/error.h"
#include "ui/app.h"
#include "ui/guest_keys.h"
#include "ui/script.h"

namespace ui {
namespace {

[[noreturn]] void no_display(const char* what) {
  throw emu::Error(
      emu::ErrorKind::kUsage,
      fmt::format(
          "there is no display for a window ({}: {}); `bootsim debug` steps through a boot in a terminal, `bootsim "
          "report` writes a page about one",
          what, SDL_GetError()));
}

/// Those with which somebody sees the window: left alone, SDL falls back to drawing into memory. Wayland's library
/// complains on stderr where there is no session for it. SDL_VIDEODRIVER in the environment goes first.
const char* video_drivers() { return std::getenv("XDG_RUNTIME_DIR") != nullptr ? "x11,wayland,kmsdrm" : "x11,kmsdrm"; }

class GlTextures : public Textures {
 public:
  ~GlTextures() override {
    for (const auto& [slot, name] : names_) glDeleteTextures(1, &name);
  }
  ImTextureID put(int slot, const devices::Image& image, bool smooth) override {
    GLuint& name = names_[slot];
    if (name == 0) glGenTextures(1, &name);
    glBindTexture(GL_TEXTURE_2D, name);
    const GLint filter = smooth ? GL_LINEAR : GL_NEAREST;
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, filter);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, filter);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGB, image.width, image.height, 0, GL_RGB, GL_UNSIGNED_BYTE, image.rgb.data());
    return reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(name));
  }
  void drop(int slot) override {
    const auto found = names_.find(slot);
    if (found == names_.end()) return;
    glDeleteTextures(1, &found->second);
    names_.erase(found);
  }

 private:
  std::map<int, GLuint> names_;
};

/// SDL, its window, the OpenGL context and ImGui, in the order in which they need each other.
class Desktop {
 public:
  Desktop() = default;
  void open(const Settings& settings) {
    SDL_SetHint(SDL_HINT_VIDEO_HIGHDPI_DISABLED, "0");
    SDL_SetHint(SDL_HINT_VIDEODRIVER, video_drivers());
    if (SDL_Init(SDL_INIT_VIDEO) != 0) no_display("SDL");
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 0);
    SDL_GL_SetAttribute(SDL_GL_DOUBLEBUFFER, 1);
    Uint32 flags = SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
    if (settings.maximized) flags |= SDL_WINDOW_MAXIMIZED;
    window_ = SDL_CreateWindow("bootsim", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, settings.width,
                               settings.height, flags);
    if (!window_) no_display("SDL_CreateWindow");
    SDL_SetWindowMinimumSize(window_, 640, 480);
    context_ = SDL_GL_CreateContext(window_);
    if (!context_) no_display("OpenGL 3");
    SDL_GL_SetSwapInterval(1);
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    ImGui_ImplSDL2_InitForOpenGL(window_, context_);
    ImGui_ImplOpenGL3_Init("#version 130");
  }
  ~Desktop() {
    if (context_) {
      ImGui_ImplOpenGL3_Shutdown();
      ImGui_ImplSDL2_Shutdown();
      ImGui::DestroyContext();
      SDL_GL_DeleteContext(context_);
    }
    if (window_) SDL_DestroyWindow(window_);
    SDL_Quit();
  }
  Desktop(const Desktop&) = delete;
  Desktop& operator=(const Desktop&) = delete;

  SDL_Window* window() { return window_; }
  /// How much denser than 96 dpi the display is; 1 where it does not say.
  float scale() const {
    float dpi = 96;
    if (SDL_GetDisplayDPI(SDL_GetWindowDisplayIndex(window_), nullptr, &dpi, nullptr) != 0 || dpi < 120) return 1;
    return std::clamp(dpi / 96, 1.0F, 4.0F);
  }

 private:
  SDL_Window* window_ = nullptr;
  SDL_GLContext context_ = nullptr;
};

/// The guest's keyboard: with Ctrl and Alt both down it is given back.
void guest_key(App& app, const SDL_KeyboardEvent& key) {
  const auto both = [&](Uint16 a, Uint16 b) { return (key.keysym.mod & a) != 0 && (key.keysym.mod & b) != 0; };
  const bool modifier = key.keysym.scancode >= SDL_SCANCODE_LCTRL && key.keysym.scancode <= SDL_SCANCODE_RGUI;
  if (key.type == SDL_KEYDOWN && modifier && both(KMOD_CTRL, KMOD_ALT)) {
    app.give_keyboard_to_guest(false);
    for (const int usage : {SDL_SCANCODE_LCTRL, SDL_SCANCODE_LALT, SDL_SCANCODE_RCTRL, SDL_SCANCODE_RALT})
      app.press(scan_code(usage, false));
    return;
  }
  if (key.repeat == 0)
    app.press(scan_code(key.keysym.scancode, key.type == SDL_KEYDOWN));  // the guest's keyboard repeats by itself
}

void handle(App& app, const SDL_Event& event) {
  if (event.type == SDL_QUIT) return app.quit();
  if (event.type == SDL_DROPFILE) {
    app.open_medium(event.drop.file);
    SDL_free(event.drop.file);
    return;
  }
  if ((event.type == SDL_KEYDOWN || event.type == SDL_KEYUP) && app.guest_has_keyboard())
    return guest_key(app, event.key);
  if (event.type == SDL_TEXTINPUT && app.guest_has_keyboard()) return;
  if (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_FOCUS_LOST)
    app.give_keyboard_to_guest(false);
  ImGui_ImplSDL2_ProcessEvent(&event);
}

/// Nothing moves and nobody does anything: then the window need not be drawn sixty times a second.
bool at_rest(const App& app) {
  return app.status().phase == Phase::kStopped || app.status().phase == Phase::kEmpty ||
         app.status().phase == Phase::kFailed;
}

void render(App& app, Desktop& desktop, Script* script) {
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplSDL2_NewFrame();
  if (script) script->before_frame(app);
  ImGui::NewFrame();
  app.frame();
  ImGui::Render();
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  glViewport(0, 0, static_cast<int>(size.x * ImGui::GetIO().DisplayFramebufferScale.x),
             static_cast<int>(size.y * ImGui::GetIO().DisplayFramebufferScale.y));
  const ImVec4& colour = app.theme().palette().background;
  glClearColor(colour.x, colour.y, colour.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  if (script) script->after_frame(app, desktop.window());
  SDL_GL_SwapWindow(desktop.window());
}

void serve(App& app, Desktop& desktop, Script* script) {
  constexpr int kFramesAfterInput = 6;  // ImGui settles within a few
  constexpr int kRestMs = 100;
  int lively = kFramesAfterInput;
  while (!app.done()) {
    SDL_Event event;
    if (!script && lively == 0 && at_rest(app) && SDL_WaitEventTimeout(&event, kRestMs) != 0) {
      handle(app, event);
      lively = kFramesAfterInput;
    }
    while (SDL_PollEvent(&event) != 0) {
      handle(app, event);
      lively = kFramesAfterInput;
    }
    if (!at_rest(app)) lively = kFramesAfterInput;
    render(app, desktop, script);
    lively = std::max(0, lively - 1);
  }
}

}  // namespace

int run_window(const WindowOptions& options) {
  const std::string path = options.settings ? settings_path() : std::string();
  Settings settings = load_settings(path);
  std::optional<Script> script;
  if (!options.script.empty()) script.emplace(options.script);
  Desktop desktop;
  GlTextures textures;
  Theme theme;
  {
    App app(theme, textures, settings);
    // The guest boots while the window opens, which takes longer: SDL, OpenGL and the fonts.
    if (options.boot) app.open(*options.boot, !options.stopped);
    for (const std::string& file : options.symbols)
      app.engine().edit([file](Boot& boot) { boot.debugger().symbols().load(file); });
    desktop.open(settings);
    theme.load_fonts(settings.scale != 0 ? settings.scale : desktop.scale());
    theme.apply(settings.dark);
    serve(app, desktop, script ? &*script : nullptr);
    settings = app.take_settings();
  }
  settings.maximized = (SDL_GetWindowFlags(desktop.window()) & SDL_WINDOW_MAXIMIZED) != 0;
  if (!settings.maximized) SDL_GetWindowSize(desktop.window(), &settings.width, &settings.height);
  if (!path.empty() && !save_settings(settings, path))
    fmt::print(stderr, "bootsim-gui: {}: the settings could not be saved\n", path);
  return script ? script->exit_code() : 0;
}

}  // namespace ui
