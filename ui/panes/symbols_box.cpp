#include "ui/panes/symbols_box.h"

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>
#include <nlohmann/json.hpp>

#include "ui/app.h"

namespace ui {

void SymbolsBox::read(const debugger::Symbols& symbols) {
  const std::size_t names = symbols.all().size();
  has_lines_ = !symbols.lines().empty();
  known_ = names > 0 || has_lines_;
  words_ = names > 0 ? fmt::format("{} symbols", names) : has_lines_ ? "" : "no symbols";
  if (has_lines_) words_ += names > 0 ? " and source lines" : "source lines";
}

void SymbolsBox::load(App& app, const std::string& what) {
  app.engine().edit([answer = answer_, line = "symbols " + what](Boot& boot) {
    std::string text = boot.command(line);
    const std::lock_guard lock(answer->mutex);
    answer->text = std::move(text);
  });
}

void SymbolsBox::draw(App& app) {
  const Palette& p = app.theme().palette();
  ImGui::PushStyleColor(ImGuiCol_Text, known_ ? p.text : p.faint);
  if (ImGui::Button("Source")) ImGui::OpenPopup("symbols");
  ImGui::PopStyleColor();
  app.mark("code.symbols");
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("Symbols and source lines: %s", words_.c_str());
  ImGui::SetNextWindowPos({ImGui::GetItemRectMin().x, ImGui::GetItemRectMax().y + app.theme().px(4)});
  ImGui::SetNextWindowSize({app.theme().px(380), 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {app.theme().px(12), app.theme().px(10)});
  const bool open = ImGui::BeginPopup("symbols");
  ImGui::PopStyleVar();
  if (!open) return;
  draw_popup(app);
  ImGui::EndPopup();
}

void SymbolsBox::draw_popup(App& app) {
  const Theme& theme = app.theme();
  const Palette& p = theme.palette();
  ImGui::PushTextWrapPos(0);
  if (known_) {
    ImGui::Text("%s are known.", words_.c_str());
  } else {
    text_coloured(
        p.faint,
        "No symbols are known yet. NASM's maps and listings, ELF files and System.map name addresses; listings and "
        "DWARF show source lines above the code.");
  }
  ImGui::PopTextWrapPos();
  if (has_lines_) ImGui::Checkbox("Show source lines", &shows_source_);
  app.mark("code.symbols.show");
  ImGui::Spacing();
  if (ImGui::Button("Those of bootsim's own firmware", {-1, 0})) load(app, "firmware");
  app.mark("code.symbols.firmware");
  if (ImGui::IsItemHovered())
    ImGui::SetTooltip("Of its boot sectors, loader and memory disk: whichever is in memory now");
  ImGui::SetNextItemWidth(-theme.px(72));
  const bool entered =
      ImGui::InputTextWithHint("##file", "FILE, or FILE BASE", &file_, ImGuiInputTextFlags_EnterReturnsTrue);
  app.mark("code.symbols.file");
  ImGui::SameLine();
  ImGui::BeginDisabled(file_.empty());
  const bool pressed = ImGui::Button("Load", {-1, 0});
  app.mark("code.symbols.load");
  ImGui::EndDisabled();
  if ((entered || pressed) && !file_.empty()) load(app, file_);
  const std::string said = answer();
  if (said.empty()) return;
  ImGui::PushTextWrapPos(0);
  text_coloured(said.starts_with("error:") ? p.bad : p.faint, said.c_str());
  ImGui::PopTextWrapPos();
}

std::string SymbolsBox::answer() const {
  const std::lock_guard lock(answer_->mutex);
  return answer_->text;
}

void SymbolsBox::save(nlohmann::json& settings) const { settings["shows_source"] = shows_source_; }
void SymbolsBox::restore(const nlohmann::json& settings) { shows_source_ = settings.value("shows_source", true); }

}  // namespace ui
