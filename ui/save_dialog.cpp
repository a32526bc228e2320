// The dialogs of ui/save.h.
#include <filesystem>
#include <utility>

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include "emu/error.h"
#include "ui/app.h"
#include "ui/save.h"

namespace ui {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFileTitle = "Save###save";
constexpr const char* kBookmarkTitle = "Bookmarks";

struct Format {
  const char* label;
  const char* suffix;
  debugger::TraceFormat format;
};
constexpr Format kFormats[] = {
    {"Text, as --trace prints it", ".trace", debugger::TraceFormat::kText},
    {"JSON Lines, for scripts and bootsim diff", ".jsonl", debugger::TraceFormat::kJsonLines},
    {"Perfetto, for ui.perfetto.dev", ".json", debugger::TraceFormat::kPerfetto}};

const char* words_of(SaveKind kind) {
  switch (kind) {
    case SaveKind::kTrace:
      return "The disk calls up to now. The medium is booted once more for it, which gives the same calls, as long as nothing was changed by hand.";
    case SaveKind::kScreenshot: return "What the guest shows now, pixel by pixel, as PNG.";
    case SaveKind::kSpec:
      return "A spec for bootsim test: the medium, the options, the keys, and as its goal what the screen shows now. The medium is booted once more for it.";
    case SaveKind::kBookmark: break;
  }
  return "";
}

/// The suffix of files of this kind.
std::string suffix_of(SaveKind kind, int format) {
  if (kind == SaveKind::kScreenshot) return ".png";
  return kind == SaveKind::kSpec ? ".yaml" : kFormats[format].suffix;
}

/// The medium of the present boot; empty: none.
std::string present_medium(App& app) {
  const auto look = app.engine().look(std::chrono::milliseconds(200));
  if (!look || look->boot().options().media.empty()) return {};
  std::error_code error;
  return fs::absolute(look->boot().options().media.front().path, error).string();
}

}  // namespace

void SaveDialog::ask(App& app, SaveKind kind) {
  kind_ = kind;
  error_.clear();
  opening_ = true;
  medium_ = present_medium(app);
  if (kind == SaveKind::kBookmark) {
    name_.clear();
    return;
  }
  name_ = fs::path(medium_).stem().string() + suffix_of(kind, format_);
  browser_.go_to(browser_.folder().empty() ? "." : browser_.folder());
}

void SaveDialog::draw(App& app) {
  report(app);
  const Theme& theme = app.theme();
  const char* title = kind_ == SaveKind::kBookmark ? kBookmarkTitle : kFileTitle;
  if (std::exchange(opening_, false)) ImGui::OpenPopup(title);
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const ImVec2 wanted =
      kind_ == SaveKind::kBookmark ? ImVec2{theme.px(460), theme.px(360)} : ImVec2{theme.px(720), theme.px(520)};
  const ImVec2 size{std::min(wanted.x, display.x - theme.px(32)), std::min(wanted.y, display.y - theme.px(32))};
  ImGui::SetNextWindowSize(size);
  ImGui::SetNextWindowPos({(display.x - size.x) / 2, (display.y - size.y) / 2});
  if (!ImGui::BeginPopupModal(title, nullptr, ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove)) return;
  kind_ == SaveKind::kBookmark ? draw_bookmarks(app) : draw_file(app);
  if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape)) && !ImGui::IsAnyItemActive()) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

// --- A file

std::string SaveDialog::path() const { return resolve_path(name_, browser_.folder()); }

void SaveDialog::draw_file(App& app) {
  const Theme& theme = app.theme();
  ImGui::PushTextWrapPos(0);
  text_coloured(theme.palette().faint, words_of(kind_));
  ImGui::PopTextWrapPos();
  if (kind_ == SaveKind::kTrace) draw_format();
  ImGui::Spacing();
  const float foot = ImGui::GetFrameHeightWithSpacing() * 2 + theme.px(48);
  if (browser_.draw(app, "save", {}, {ImGui::GetContentRegionAvail().x, ImGui::GetContentRegionAvail().y - foot}) !=
      FileBrowser::Event::kNone) {
    if (!browser_.selected().empty()) name_ = fs::path(browser_.selected()).filename().string();
  }
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted("Name");
  ImGui::SameLine();
  ImGui::SetNextItemWidth(-1);
  const bool entered = ImGui::InputText("##name", &name_, ImGuiInputTextFlags_EnterReturnsTrue);
  app.mark("save.name");
  if (!error_.empty()) {
    ImGui::PushTextWrapPos(0);
    text_coloured(theme.palette().bad, error_.c_str());
    ImGui::PopTextWrapPos();
    app.mark("save.error");
  }
  const ImVec2 button{theme.px(110), theme.px(32)};
  ImGui::SetCursorPos({ImGui::GetWindowContentRegionMax().x - 2 * button.x - ImGui::GetStyle().ItemSpacing.x,
                       ImGui::GetWindowContentRegionMax().y - button.y});
  if (ImGui::Button("Cancel", button)) ImGui::CloseCurrentPopup();
  app.mark("save.cancel");
  ImGui::SameLine();
  std::error_code ignored;
  const bool exists = !name_.empty() && fs::exists(path(), ignored);
  ImGui::BeginDisabled(name_.empty() || background_.running());
  if (ImGui::Button(exists ? "Replace" : "Save", button) || (entered && !exists)) save(app);
  app.mark("save.save");
  ImGui::EndDisabled();
}

void SaveDialog::draw_format() {
  for (int i = 0; i < static_cast<int>(std::size(kFormats)); ++i) {
    if (!ImGui::RadioButton(kFormats[i].label, format_ == i)) continue;
    name_ = fs::path(name_).replace_extension(kFormats[i].suffix).string();
    format_ = i;
  }
}

void SaveDialog::save(App& app) {
  const auto look = app.engine().look(std::chrono::milliseconds(500));
  if (!look) {
    error_ = "The guest goes through time; try again when it has arrived.";
    return;
  }
  auto outcome = std::make_shared<Outcome>();
  outcome->path = path();
  error_.clear();
  try {
    check_writable(outcome->path);  // a trace or a spec takes a boot before it is written
    if (kind_ == SaveKind::kScreenshot) {
      write_screenshot(look->boot().pc().vga().render(), outcome->path);
      outcome->done = true;
    }
  } catch (const emu::Error& error) {
    error_ = error.what();
    return;
  }
  if (kind_ != SaveKind::kScreenshot) {
    background_.begin([outcome, happened = what_happened(look->boot()), kind = kind_,
                       format = kFormats[format_].format](const std::atomic<bool>& cancelled) {
      try {
        kind == SaveKind::kTrace ? write_trace(happened, outcome->path, format, cancelled)
                                 : write_spec(happened, outcome->path, cancelled);
      } catch (const std::exception& error) {
        outcome->error = error.what();
      }
      outcome->done = true;
    });
  }
  outcome_ = std::move(outcome);
  ImGui::CloseCurrentPopup();
}

/// Says how it went, when it has gone.
void SaveDialog::report(App& app) {
  if (!outcome_ || !outcome_->done) return;
  const std::shared_ptr<Outcome> outcome = std::exchange(outcome_, nullptr);
  if (outcome->error.empty()) return app.notify("Saved " + outcome->path);
  app.notify(outcome->error, true);
}

// --- Bookmarks

void SaveDialog::draw_bookmarks(App& app) {
  const Theme& theme = app.theme();
  ImGui::PushTextWrapPos(0);
  text_coloured(
      theme.palette().faint,
      "A boot of the same medium with the same options is the same, to the instruction: a bookmark can be gone to another day, too.");
  ImGui::PopTextWrapPos();
  ImGui::Spacing();
  ImGui::SetNextItemWidth(-theme.px(120));
  const bool entered =
      ImGui::InputTextWithHint("##name", "A name for this moment", &name_, ImGuiInputTextFlags_EnterReturnsTrue);
  app.mark("bookmark.name");
  ImGui::SameLine();
  ImGui::BeginDisabled(name_.empty() || medium_.empty());
  const bool kept = ImGui::Button("Keep", {-1, 0});
  app.mark("bookmark.keep");
  ImGui::EndDisabled();
  if ((kept || entered) && !name_.empty() && !medium_.empty()) {
    keep_bookmark(app.settings(), medium_, {name_, {app.moment().now}});
    name_.clear();
  }
  ImGui::BeginChild("list", {0, -theme.px(44)}, true);
  const std::vector<Bookmark> bookmarks = bookmarks_of(app.settings(), medium_);
  if (bookmarks.empty()) text_coloured(theme.palette().faint, "None yet for this medium.");
  for (const Bookmark& bookmark : bookmarks) {
    ImGui::PushID(bookmark.name.c_str());
    if (ImGui::SmallButton("Go")) {
      app.travel_to(bookmark.position);
      ImGui::CloseCurrentPopup();
    }
    app.mark("bookmark.go." + bookmark.name);
    ImGui::SameLine();
    if (ImGui::SmallButton("x")) drop_bookmark(app.settings(), medium_, bookmark.name);
    ImGui::SameLine();
    ImGui::TextUnformatted(bookmark.name.c_str());
    ImGui::SameLine();
    text_coloured(theme.palette().faint, debugger::format_trace_time(bookmark.position.time).c_str());
    ImGui::PopID();
  }
  ImGui::EndChild();
  if (ImGui::Button("Close", {theme.px(110), theme.px(32)})) ImGui::CloseCurrentPopup();
  app.mark("bookmark.close");
}

void ask_to_save(App& app, SaveKind kind) { app.save_dialog().ask(app, kind); }
void draw_save_dialogs(App& app) { app.save_dialog().draw(app); }

}  // namespace ui
