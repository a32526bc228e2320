#include "ui/panes/address_box.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>
#include <nlohmann/json.hpp>

#include "debugger/expression.h"
#include "emu/text.h"
#include "ui/app.h"
#include "ui/panes/code_widgets.h"

namespace ui {
namespace {

constexpr std::size_t kMostRemembered = 16;

}  // namespace

std::string with_hexadecimal_digits(std::string_view typed) {
  std::string text(emu::trimmed(typed));
  const bool digits =
      !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
  return digits ? fmt::format("0{}h", text) : text;
}

namespace {

debugger::Value value_of(const debugger::Debugger& debugger, std::string_view typed) {
  const std::string_view name = emu::trimmed(typed);
  const std::string text = debugger.symbols().address(name) ? std::string(name) : with_hexadecimal_digits(typed);
  std::string missing;
  const auto value = debugger::Expression::parse(text).evaluate(debugger.names(), &missing);
  if (!value) throw emu::Error(emu::ErrorKind::kUsage, fmt::format("{} has no value now", missing));
  if (value->kind == debugger::Value::Kind::kText) throw emu::Error(emu::ErrorKind::kUsage, "text is no address");
  return *value;
}

}  // namespace

Address find_address(const debugger::Debugger& debugger, std::string_view typed) {
  const debugger::Value value = value_of(debugger, typed);
  if (value.kind == debugger::Value::Kind::kNumber)
    return {.linear = value.number, .selector = {}, .offset = value.number};
  const auto linear = debugger.names().linear(value.selector, value.number);
  if (!linear) throw emu::Error(emu::ErrorKind::kUsage, fmt::format("there is no segment {:04X}h now", value.selector));
  return {.linear = *linear, .selector = value.selector, .offset = value.number};
}

std::uint64_t find_number(const debugger::Debugger& debugger, std::string_view typed) {
  const debugger::Value value = value_of(debugger, typed);
  if (value.kind != debugger::Value::Kind::kNumber)
    throw emu::Error(emu::ErrorKind::kUsage, "that is an address; a number is wanted");
  return value.number;
}

void AddressBox::draw(App& app, const char* name, float width) {
  const Theme& theme = app.theme();
  const ImGuiStyle& style = ImGui::GetStyle();
  ImGui::PushID(name);
  ImGui::PushFont(theme.mono);
  if (!error_.empty()) {
    ImGui::PushStyleColor(ImGuiCol_Border, theme.palette().bad);
    ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, theme.px(1));
  }
  const float button = ImGui::GetFrameHeight();
  const float box = width - button - style.ItemInnerSpacing.x;
  ImGui::SetNextItemWidth(box);
  if (std::exchange(focus_, false)) ImGui::SetKeyboardFocusHere();
  const bool entered = ImGui::InputTextWithHint(
      "##address", fitting_hint({"go to: cs:ip, 7C00, main+3", "go to: cs:ip, 7C00", "go to: cs:ip", "go to"}, box),
      &text_, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  if (ImGui::IsItemEdited()) error_.clear();
  app.mark(name);
  const bool failed = !error_.empty();
  if (ImGui::IsItemHovered() && !ImGui::IsItemActive()) {
    ImGui::PushFont(theme.sans);
    ImGui::SetTooltip(
        "%s",
        failed
            ? error_.c_str()
            : "An address: 0000:7C00, es:bx+2, a symbol, [word 0x413] * 400h.\nDigits alone are hexadecimal. Enter goes there.");
    ImGui::PopFont();
  }
  if (failed) {
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
  }
  if (entered && !text_.empty()) asked_ = text_;
  ImGui::SameLine(0, style.ItemInnerSpacing.x);
  ImGui::BeginDisabled(history_.empty());
  if (ImGui::ArrowButton("##before", ImGuiDir_Down)) ImGui::OpenPopup("before");
  ImGui::EndDisabled();
  if (ImGui::BeginPopup("before")) {
    for (const std::string& before : std::vector(history_)) {
      if (ImGui::Selectable(before.c_str())) ask(before);
    }
    ImGui::EndPopup();
  }
  ImGui::PopFont();
  if (failed) {
    ImGui::PushTextWrapPos(0);
    text_coloured(theme.palette().bad, error_.c_str());
    ImGui::PopTextWrapPos();
  }
  ImGui::PopID();
}

std::optional<Address> AddressBox::take(const debugger::Debugger& debugger) {
  if (!asked_) return std::nullopt;
  const std::string text = *std::exchange(asked_, std::nullopt);
  try {
    const Address address = find_address(debugger, text);
    error_.clear();
    remember(text);
    return address;
  } catch (const emu::Error& error) {
    error_ = error.what();
    return std::nullopt;
  }
}

void AddressBox::ask(std::string text) {
  text_ = std::move(text);
  asked_ = text_;
}

void AddressBox::remember(const std::string& text) {
  std::erase(history_, text);
  history_.insert(history_.begin(), text);
  if (history_.size() > kMostRemembered) history_.pop_back();
}

void AddressBox::save(nlohmann::json& settings) const { settings["addresses"] = history_; }

void AddressBox::restore(const nlohmann::json& settings) {
  const auto found = settings.find("addresses");
  if (found == settings.end() || !found->is_array()) return;
  for (const auto& text : *found) {
    if (text.is_string() && history_.size() < kMostRemembered) history_.push_back(text.get<std::string>());
  }
}

}  // namespace ui
