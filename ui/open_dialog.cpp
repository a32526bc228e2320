#include "ui/open_dialog.h"

#include <imgui.h>
#include <imgui_stdlib.h>

#include "ui/app.h"

namespace ui {

void OpenDialog::open(const Settings& settings) {
  opening_ = true;
  if (path_.empty() && !settings.recent.empty()) path_ = settings.recent.front();
}

bool OpenDialog::draw(App& app) {
  constexpr const char* kTitle = "Open a medium";
  if (std::exchange(opening_, false)) ImGui::OpenPopup(kTitle);
  if (!ImGui::BeginPopupModal(kTitle, nullptr, ImGuiWindowFlags_AlwaysAutoResize)) return false;
  ImGui::SetNextItemWidth(app.theme().px(480));
  const bool entered = ImGui::InputText("##path", &path_, ImGuiInputTextFlags_EnterReturnsTrue);
  if (entered || ImGui::Button("Boot")) {
    app.open_medium(path_);
    ImGui::CloseCurrentPopup();
  }
  ImGui::SameLine();
  if (ImGui::Button("Cancel")) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
  return true;
}

}  // namespace ui
