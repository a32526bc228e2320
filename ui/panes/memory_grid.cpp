#include "ui/panes/memory_grid.h"

#include <cctype>
#include <utility>

#include <fmt/core.h>

#include "ui/app.h"
#include "ui/panes/code_widgets.h"

namespace ui {
namespace {

constexpr std::uint64_t kSegment = 0x10000, kRealEnd = 0x10FFF0;
constexpr int kAddressDigits = 10, kLongAddressDigits = 18;  // with the gap behind
constexpr float kRowGap = 3;

}  // namespace

ImVec4 colour_of_file(const Theme& theme, std::string_view file) {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325;  // FNV-1a
  for (const char c : file) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100'0000'01B3;
  return theme.colour_of(hash);
}

std::string MemoryGrid::address_words(std::uint64_t linear) const {
  if (selector_) {
    const std::uint64_t base = std::uint64_t{*selector_} << 4;
    if (linear >= base && linear - base < kSegment) return fmt::format("{:04X}:{:04X}", *selector_, linear - base);
  }
  return fmt::format("{:0{}X}", linear, base_ == 0 ? 8 : 16);
}

void MemoryGrid::show(std::uint64_t linear, std::uint64_t size, std::optional<std::uint16_t> selector) {
  const std::uint64_t base = linear & ~(MemoryView::kEnd - 1), last = base + (MemoryView::kEnd - 1);
  if (base != std::exchange(base_, base)) top_ = 0;
  selector_ = selector;
  const auto columns = static_cast<std::uint64_t>(columns_);
  const std::uint64_t row = (linear - base) / columns, rows = static_cast<std::uint64_t>(rows_);
  const bool in_sight = row >= top_ && row + 1 < top_ + rows;
  if (!in_sight) top_ = row - std::min<std::uint64_t>(row, rows > 4 ? 1 : 0);
  anchor_ = linear;
  cursor_ = linear + std::min(std::max<std::uint64_t>(size, 1) - 1, last - linear);
}

void MemoryGrid::measure(const Theme& theme) {
  m_.digit = ImGui::CalcTextSize("0").x;
  m_.row = ImGui::GetTextLineHeight() + theme.px(kRowGap);
  m_.origin = ImGui::GetCursorScreenPos();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const std::uint64_t first = this->first() - base_;
  const int address = base_ == 0 ? kAddressDigits : kLongAddressDigits;
  const auto needed = [&](int columns) {
    return m_.digit * static_cast<float>(address + 3 * columns + columns / 8 + columns) + theme.px(24);
  };
  columns_ = needed(32) <= room.x ? 32 : needed(16) <= room.x ? 16 : 8;
  top_ = first / static_cast<std::uint64_t>(columns_);
  rows_ = std::max(1, static_cast<int>(room.y / m_.row));
  const std::uint64_t last_top =
      MemoryView::kEnd / static_cast<std::uint64_t>(columns_) - static_cast<std::uint64_t>(rows_);
  top_ = std::min(top_, last_top);
  m_.hex_x = m_.digit * static_cast<float>(address) + theme.px(4);
  m_.text_x = hex_at(columns_) + theme.px(4);
}

float MemoryGrid::hex_at(int column) const {
  return m_.hex_x + m_.digit * static_cast<float>(3 * column) + m_.digit * 0.75F * static_cast<float>(column / 8);
}

std::optional<ImVec2> MemoryGrid::place_of(std::uint64_t linear) const {
  if (linear < first() || linear - first() >= visible_bytes()) return std::nullopt;
  const auto at = static_cast<int>(linear - first());
  return ImVec2(m_.origin.x + hex_at(at % columns_), m_.origin.y + m_.row * static_cast<float>(at / columns_));
}

std::optional<std::uint64_t> MemoryGrid::byte_at(ImVec2 mouse) const {
  const int row = static_cast<int>((mouse.y - m_.origin.y) / m_.row);
  if (mouse.y < m_.origin.y || row >= rows_) return std::nullopt;
  const float x = mouse.x - m_.origin.x;
  int column = -1;
  for (int c = 0; c < columns_; ++c) {
    if (x >= hex_at(c) - m_.digit / 2 && x < hex_at(c) + 2.5F * m_.digit) column = c;
  }
  const float text = (x - m_.text_x) / m_.digit;
  if (text >= 0 && text < static_cast<float>(columns_)) column = static_cast<int>(text);
  if (column < 0) return std::nullopt;
  return first() + static_cast<std::uint64_t>(row * columns_ + column);
}

bool MemoryGrid::draw(App& app, MemoryView& view) {
  const Theme& theme = app.theme();
  ImGui::PushFont(theme.mono);
  measure(theme);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float bar = theme.px(14);
  ImGui::InvisibleButton("bytes", {std::max(room.x - bar, 1.0F), std::max(room.y, 1.0F)},
                         ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  app.mark("memory.bytes");
  const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
  handle_mouse(app, view, hovered, active);
  handle_keys();
  const bool menu = hovered && ImGui::IsMouseReleased(ImGuiMouseButton_Right);
  for (int row = 0; row < rows_; ++row) draw_row(app, view, row);
  ImGui::SetCursorScreenPos({m_.origin.x + room.x - bar, m_.origin.y});
  long_scroll_bar(theme, "scroll", {bar, room.y}, MemoryView::kEnd / static_cast<std::uint64_t>(columns_),
                  static_cast<std::uint64_t>(rows_), top_);
  view.set_window(first(), visible_bytes());
  ImGui::PopFont();
  return menu;
}

void MemoryGrid::handle_mouse(App& app, MemoryView& view, bool hovered, bool active) {
  const ImGuiIO& io = ImGui::GetIO();
  if (const int by = wheel_rows()) {
    const std::uint64_t step = static_cast<std::uint64_t>(std::abs(by));
    top_ = by < 0 ? top_ - std::min(top_, step) : top_ + step;
  }
  hovered_ = hovered ? byte_at(io.MousePos) : std::nullopt;
  if (hovered_ && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
    cursor_ = *hovered_;
    if (!io.KeyShift) anchor_ = cursor_;
    if (const ByteCell* cell = view.cell(cursor_); cell && cell->call != 0) app.select_call(cell->call);
  } else if (active && ImGui::IsMouseDragging(ImGuiMouseButton_Left)) {
    if (const auto under = byte_at(io.MousePos)) cursor_ = *under;
  } else if (hovered_ && ImGui::IsMouseClicked(ImGuiMouseButton_Right) &&
             (*hovered_ < begin() || *hovered_ >= begin() + size())) {
    cursor_ = anchor_ = *hovered_;
  }
  if (hovered_) {
    view.ask_name(*hovered_);
    if (!active) tool_tip(app, view, *hovered_);
  }
}

void MemoryGrid::handle_keys() {
  if (!ImGui::IsWindowFocused() || (ImGui::IsAnyItemActive() && !ImGui::IsItemActive())) return;
  const auto by = [&](ImGuiKey key, std::int64_t step) {
    if (!ImGui::IsKeyPressed(ImGui::GetKeyIndex(key))) return;
    const std::int64_t wanted = static_cast<std::int64_t>(cursor_ - base_) + step;
    cursor_ = base_ + static_cast<std::uint64_t>(
                          std::clamp<std::int64_t>(wanted, 0, static_cast<std::int64_t>(MemoryView::kEnd) - 1));
    if (!ImGui::GetIO().KeyShift) anchor_ = cursor_;
    keep_cursor_in_sight();
  };
  by(ImGuiKey_LeftArrow, -1);
  by(ImGuiKey_RightArrow, 1);
  by(ImGuiKey_UpArrow, -columns_);
  by(ImGuiKey_DownArrow, columns_);
  by(ImGuiKey_PageUp, -std::int64_t{columns_} * (rows_ - 1));
  by(ImGuiKey_PageDown, std::int64_t{columns_} * (rows_ - 1));
}

void MemoryGrid::keep_cursor_in_sight() {
  const std::uint64_t row = (cursor_ - base_) / static_cast<std::uint64_t>(columns_),
                      rows = static_cast<std::uint64_t>(rows_);
  if (row < top_) top_ = row;
  if (row >= top_ + rows) top_ = row - rows + 1;
}

void MemoryGrid::draw_row(App& app, const MemoryView& view, int row) const {
  const Palette& p = app.theme().palette();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const std::uint64_t linear = first() + static_cast<std::uint64_t>(row) * static_cast<std::uint64_t>(columns_);
  const float y = m_.origin.y + m_.row * static_cast<float>(row);
  list.AddText({m_.origin.x, y + app.theme().px(1)}, packed(p.faint), address_words(linear).c_str());
  app.marks().area("memory.row." + std::to_string(row), {{m_.origin.x, y}, {m_.origin.x + m_.text_x, y + m_.row}});
  for (int column = 0; column < columns_; ++column) {
    const ImVec2 hex(m_.origin.x + hex_at(column), y),
        text(m_.origin.x + m_.text_x + m_.digit * static_cast<float>(column), y);
    draw_cell(app, view, linear + static_cast<std::uint64_t>(column), hex, text);
  }
}

void MemoryGrid::draw_cell(App& app, const MemoryView& view, std::uint64_t linear, ImVec2 hex, ImVec2 text) const {
  const Theme& theme = app.theme();
  const Palette& p = theme.palette();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ByteCell* cell = view.cell(linear);
  const float half = m_.digit / 2, drop = theme.px(1);
  const auto shade = [&](ImU32 colour) {
    list.AddRectFilled({hex.x - half, hex.y}, {hex.x + 2.5F * m_.digit, hex.y + m_.row}, colour);
    list.AddRectFilled(text, {text.x + m_.digit, text.y + m_.row}, colour);
  };
  if (cell && cell->call != 0) {
    const Writer* writer = view.writer(cell->call);
    const bool selected = app.selected_call() == cell->call;
    shade(packed(colour_of_file(theme, writer ? writer->file : ""), selected ? 0.45F : 0.2F));
  }
  if (linear >= begin() && linear < begin() + size()) shade(packed(p.accent_soft, size() == 1 ? 1.8F : 1.2F));
  if (hovered_ == linear) shade(packed(p.stripe, 2));
  if (!cell) {
    list.AddText({hex.x, hex.y + drop}, packed(p.faint, 0.5F), "··");
    return;
  }
  const bool plain = cell->value >= 0x20 && cell->value < 0x7F;
  const ImVec4& colour = cell->changed ? p.changed : cell->value == 0 ? p.faint : p.text;
  const float alpha = cell->value == 0 && !cell->changed ? 0.6F : 1;
  static constexpr char kDigits[] = "0123456789ABCDEF";
  const char digits[2] = {kDigits[cell->value >> 4], kDigits[cell->value & 0xF]};
  list.AddText({hex.x, hex.y + drop}, packed(colour, alpha), digits, digits + 2);
  const char character = plain ? static_cast<char>(cell->value) : '.';
  list.AddText({text.x, text.y + drop}, packed(plain || cell->changed ? colour : p.faint, plain ? 1 : alpha * 0.7F),
               &character, &character + 1);
}

void MemoryGrid::tool_tip(App& app, MemoryView& view, std::uint64_t linear) const {
  const ByteCell* cell = view.cell(linear);
  std::string text = fmt::format("{:08X}h", linear);
  if (linear < kRealEnd) {
    const std::uint64_t segment = std::min<std::uint64_t>(linear / kSegment * 0x1000, 0xFFFF);
    text += fmt::format("   {:04X}:{:04X}", segment, linear - (segment << 4));
  }
  if (!view.name().empty()) text += "\n" + view.name();
  if (!cell) text += "\nnot present";
  if (cell) text += fmt::format("\nbyte {:02X}h  {}", cell->value, cell->value);
  if (const auto word = view.number(linear, 2)) text += fmt::format("\nword {:04X}h  {}", *word, *word);
  if (const auto dword = view.number(linear, 4)) text += fmt::format("\ndword {:08X}h  {}", *dword, *dword);
  if (cell && cell->changed) text += "\nchanged since the last stop";
  const Writer* writer = cell && cell->call != 0 ? view.writer(cell->call) : nullptr;
  if (writer) text += "\n\nfilled by " + writer->words + "\nClick selects the call";
  ImGui::PushFont(app.theme().sans);
  ImGui::SetTooltip("%s", text.c_str());
  ImGui::PopFont();
}

}  // namespace ui
