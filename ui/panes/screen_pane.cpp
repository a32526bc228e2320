#include <algorithm>
#include <cmath>

#include <imgui.h>

#include "bootsim/keys.h"
#include "devices/scan_codes.h"
#include "ui/app.h"
#include "ui/guest_keys.h"
#include "ui/panes/panes.h"
#include "ui/scaling.h"

namespace ui {
namespace {

/// The guest's display. A click gives it the keyboard.
class ScreenPane : public Pane {
 public:
  const char* id() const override { return "screen"; }
  const char* title() const override { return "Screen"; }
  void forget() override {
    image_ = {};
    fingerprint_ = 0;
    has_mouse_ = false;
    moved_ = {0, 0};
    buttons_ = 0;
  }

  void update(Boot& boot, const Moment&) override {
    has_mouse_ = boot.pc().keyboard().state().mouse.reporting;
    const devices::Vga& vga = boot.pc().vga();
    const std::uint64_t text = vga.text_fingerprint();
    if (text != 0 && text == fingerprint_) return;
    fingerprint_ = text;
    image_ = vga.render();
    fresh_ = true;
  }

  void draw(App& app, const Moment&) override {
    draw_keys(app);
    if (image_.rgb.empty()) {
      app.empty_state("The screen is dark", "The guest has not set a video mode yet.");
      return;
    }
    const ImVec2 room = ImGui::GetContentRegionAvail(), start = ImGui::GetCursorScreenPos();
    const auto width = static_cast<float>(image_.width), height = static_cast<float>(image_.height);
    const float scale = std::min(room.x / width, room.y / height);
    const ImVec2 size{std::floor(width * scale), std::floor(height * scale)};
    const ImVec2 min{start.x + std::floor((room.x - size.x) / 2), start.y + std::floor((room.y - size.y) / 2)};
    show_at(app, static_cast<int>(std::max(1.0F, size.x)), static_cast<int>(std::max(1.0F, size.y)));
    ImGui::SetCursorScreenPos(min);
    ImGui::Image(texture_, size);
    app.mark("screen.display");
    const bool had_keyboard = app.guest_has_keyboard();
    if (ImGui::IsItemClicked()) app.give_keyboard_to_guest(true);
    if (had_keyboard && has_mouse_ && app.status().phase == Phase::kRunning)
      move_mouse(app, scale, ImGui::IsItemHovered());
    if (ImGui::IsMouseClicked(0) && !ImGui::IsItemHovered() && app.guest_has_keyboard() && !ImGui::IsAnyItemHovered())
      app.give_keyboard_to_guest(false);
    const ImVec2 max{min.x + size.x, min.y + size.y};
    const bool focused = app.guest_has_keyboard();
    ImGui::GetWindowDrawList()->AddRect({min.x - 1, min.y - 1}, {max.x + 1, max.y + 1},
                                        packed(focused ? app.theme().palette().accent : app.theme().palette().line), 0,
                                        0, focused ? 2.0F : 1.0F);
    if (ImGui::IsItemHovered() && !focused && app.status().phase == Phase::kRunning)
      ImGui::SetTooltip("Click to type into the guest");
  }

 private:
  /// What the mouse does over the picture, when the guest wants to know of its own.
  void move_mouse(App& app, float scale, bool hovered) {
    const ImGuiIO& io = ImGui::GetIO();
    if (hovered) moved_ = {moved_.x + io.MouseDelta.x / scale, moved_.y + io.MouseDelta.y / scale};
    const std::uint8_t buttons =
        !hovered
            ? 0
            : static_cast<std::uint8_t>(int{io.MouseDown[0]} | int{io.MouseDown[1]} << 1 | int{io.MouseDown[2]} << 2);
    const int dx = static_cast<int>(moved_.x),
              dy = static_cast<int>(moved_.y);  // whole pixels of the guest's; the rest waits
    if (dx == 0 && dy == 0 && buttons == buttons_) return;
    moved_ = {moved_.x - static_cast<float>(dx), moved_.y - static_cast<float>(dy)};
    buttons_ = buttons;
    app.engine().edit([dx, dy, buttons](Boot& boot) { boot.move_mouse(dx, dy, buttons); });
  }

  /// In the very size in which it is drawn, so that nothing scales it again.
  void show_at(App& app, int width, int height) {
    if (!std::exchange(fresh_, false) && width == shown_width_ && height == shown_height_) return;
    shown_width_ = width;
    shown_height_ = height;
    texture_ = app.textures().put(slot::kScreen, scaled(image_, width, height), false);
  }

  void draw_keys(App& app) {
    if (ImGui::SmallButton("Keys")) ImGui::OpenPopup("keys");
    app.mark("screen.keys");
    ImGui::SameLine();
    text_coloured(app.theme().palette().faint,
                  app.guest_has_keyboard() ? has_mouse_ ? "Keys and mouse go to the guest. Ctrl+Alt takes them back."
                                                        : "Keys go to the guest. Ctrl+Alt takes them back."
                                           : "Click the picture to type into the guest.");
    if (!ImGui::BeginPopup("keys")) return;
    int column = 0;
    for (const std::string_view key : special_keys()) {
      if (column++ % 6 != 0) ImGui::SameLine();
      const std::string name(key);
      const float width = app.theme().px(name.size() > 6 ? 110 : 62);
      if (ImGui::Button(name.c_str(), {width, 0})) type(app, name);
      app.mark("key." + name);
    }
    ImGui::EndPopup();
  }

  static void type(App& app, const std::string& name) {
    app.engine().edit([keys = bootsim::parse_keys("<" + name + ">")](Boot& boot) { boot.type(keys); });
  }

  devices::Image image_;
  std::uint64_t fingerprint_ = 0;  // of the text in image_; 0: graphics
  bool fresh_ = false;
  bool has_mouse_ = false;  // the guest has asked its mouse to report
  ImVec2 moved_{0, 0};      // the guest's pixels that it has not been told of
  std::uint8_t buttons_ = 0;
  ImTextureID texture_ = nullptr;
  int shown_width_ = 0, shown_height_ = 0;
};

}  // namespace

std::unique_ptr<Pane> make_screen_pane() { return std::make_unique<ScreenPane>(); }

}  // namespace ui
