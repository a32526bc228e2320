#include "ui/panes/disk_grid.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "ui/app.h"
#include "ui/panes/file_colours.h"

namespace ui {
namespace {

namespace views = debugger::views;

constexpr std::uint64_t kLeastSectors = 128;
/// Never read: only as much colour as is needed to see where files lie.
constexpr float kFaint = 0.20F;

ImVec4 between(const ImVec4& a, const ImVec4& b, float t) {
  return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t, a.z + (b.z - a.z) * t, a.w + (b.w - a.w) * t};
}

/// From the first call's colour to the last one's: they differ in lightness, for eyes that cannot tell the hues.
ImVec4 order_colour(const Palette& palette, std::uint64_t call, std::uint64_t last) {
  const float t = last > 1 ? static_cast<float>(call - 1) / static_cast<float>(last - 1) : 0;
  return between(palette.kinds[4], palette.kinds[3], std::clamp(t, 0.0F, 1.0F));
}

ImU32 cell_colour(const Theme& theme, const views::MediumMap& map, const DiskPicture& picture, const DiskCell& cell,
                  DiskColours colours) {
  const Palette& palette = theme.palette();
  const bool owned = cell.owner != DiskCell::kNobody;
  if (cell.first_call == 0) {
    if (!owned || colours == DiskColours::kOrder) return packed(palette.line, owned ? 0.8F : 0.35F);
    return packed(file_colour(theme, map.owners[cell.owner].name), kFaint);
  }
  const float part = static_cast<float>(static_cast<double>(cell.moved) / static_cast<double>(picture.cell_bytes()));
  const float alpha = 0.6F + 0.4F * std::min(1.0F, part);
  if (colours == DiskColours::kOrder) return packed(order_colour(palette, cell.first_call, picture.last_call()), alpha);
  return packed(owned ? file_colour(theme, map.owners[cell.owner].name) : palette.accent, alpha);
}

void cell_tool_tip(App& app, const views::MediumMap& map, const DiskPicture& picture, std::size_t index) {
  const DiskCell& cell = picture.cells()[index];
  const std::uint64_t begin = picture.begin() + index * picture.cell_bytes(),
                      end = std::min(begin + picture.cell_bytes(), picture.end());
  const ImVec4 faint = app.theme().palette().faint;
  ImGui::BeginTooltip();
  ImGui::TextUnformatted(sectors_words(begin, end, map.sector_size).c_str());
  if (cell.owner != DiskCell::kNobody) ImGui::TextUnformatted(map.owners[cell.owner].name.c_str());
  for (const views::DiskMark& mark : map.marks) {
    if (mark.begin < end && mark.end > begin)
      ImGui::TextColored(faint, "%s: %s", mark.name.c_str(), mark.words.c_str());
  }
  if (cell.first_call == 0) {
    ImGui::TextColored(faint, "not read");
  } else {
    ImGui::TextColored(faint, "%s by %u call%s, first by call %llu", cell.written ? "read or written" : "read",
                       cell.calls, cell.calls == 1 ? "" : "s", static_cast<unsigned long long>(cell.first_call));
  }
  ImGui::EndTooltip();
}

}  // namespace

std::string sectors_words(std::uint64_t begin, std::uint64_t end, std::uint32_t sector_size) {
  const std::uint64_t first = begin / sector_size, last = (std::max(end, begin + 1) - 1) / sector_size;
  return first == last ? fmt::format("LBA {}", first)
                       : fmt::format("LBA {}..{} ({} sectors)", first, last, last - first + 1);
}

// --- DiskView

void DiskView::place(double begin, double length, const views::MediumMap& map) {
  const double size = static_cast<double>(map.size), sector = map.sector_size;
  length = std::clamp(length, std::min(size, sector * static_cast<double>(kLeastSectors)), size);
  begin = std::clamp(begin, 0.0, size - length);
  begin_ = static_cast<std::uint64_t>(begin) / map.sector_size * map.sector_size;
  end_ = std::min(map.size, begin_ + (static_cast<std::uint64_t>(length) + map.sector_size - 1) / map.sector_size *
                                         map.sector_size);
}

void DiskView::zoom(std::uint64_t at, double factor, const views::MediumMap& map) {
  const double length = static_cast<double>(end_ - begin_),
               part = static_cast<double>(at - begin_) / std::max(1.0, length);
  place(static_cast<double>(at) - part * length * factor, length * factor, map);
}

void DiskView::centre(std::uint64_t at, const views::MediumMap& map) {
  const double length = static_cast<double>(end_ - begin_);
  place(static_cast<double>(at) - length / 2, length, map);
}

void DiskView::fit(std::uint64_t begin, std::uint64_t end, const views::MediumMap& map) {
  const double middle = (static_cast<double>(begin) + static_cast<double>(end)) / 2;
  const double length =
      std::max(static_cast<double>(end - begin) * 1.04, static_cast<double>(kLeastSectors * map.sector_size));
  place(middle - length / 2, length, map);
}

// --- Drawing

void draw_strip(App& app, const views::MediumMap& map, const DiskPicture& picture, DiskView& view, float width) {
  const Theme& theme = app.theme();
  const Palette& palette = theme.palette();
  const float bar = theme.px(12), mark = theme.px(7);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton("strip", {width, bar + mark + theme.px(2)});
  app.mark("disk.strip");
  const auto x = [&](std::uint64_t byte) {
    return min.x +
           static_cast<float>(static_cast<double>(byte) / static_cast<double>(std::max<std::uint64_t>(map.size, 1))) *
               width;
  };
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(min, {min.x + width, min.y + bar}, packed(palette.line, 0.35F));
  float drawn = min.x - 1;
  picture.moved().visit(0, map.size, [&](std::uint64_t begin, std::uint64_t end) {
    const float from = std::max(x(begin), drawn), to = std::max(x(end), from + 1);
    if (to <= drawn) return;
    list.AddRectFilled({from, min.y}, {to, min.y + bar}, packed(palette.accent));
    drawn = to;
  });
  const ImVec2 mouse = ImGui::GetMousePos();
  for (const views::DiskMark& m : map.marks) {
    const bool image = m.kind == views::DiskMark::Kind::kBootImage;
    const ImVec2 from{x(m.begin), min.y + bar + theme.px(2)},
        to{std::max(x(m.end), x(m.begin) + 3), min.y + bar + theme.px(2) + mark};
    list.AddRectFilled(from, to, packed(image ? palette.warning : palette.good, 0.55F));
    list.AddRect(from, to, packed(image ? palette.warning : palette.good));
    if (ImGui::IsItemHovered() && mouse.y >= from.y && mouse.x >= from.x - 2 && mouse.x <= to.x + 2)
      ImGui::SetTooltip("%s: %s\n%s", m.name.c_str(), m.words.c_str(),
                        sectors_words(m.begin, m.end, map.sector_size).c_str());
  }
  if (view.begin() > 0 || view.end() < map.size)
    list.AddRect({x(view.begin()) - 1, min.y - 1}, {std::max(x(view.end()), x(view.begin()) + 3) + 1, min.y + bar + 1},
                 packed(palette.text), 0, 0, theme.px(1.5F));
  if (ImGui::IsItemActive() && width > 0) {
    const double part = std::clamp(static_cast<double>((mouse.x - min.x) / width), 0.0, 1.0);
    view.centre(static_cast<std::uint64_t>(part * static_cast<double>(map.size)), map);
  }
}

std::optional<std::uint64_t> draw_grid(App& app, const views::MediumMap& map, DiskPicture& picture, DiskView& view,
                                       DiskColours colours, const DiskHighlights& highlights, ImVec2 size) {
  const Theme& theme = app.theme();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton("grid", size);
  app.mark("disk.grid");
  const double sectors = std::max(1.0, static_cast<double>(view.end() - view.begin()) / map.sector_size);
  const float side =
      std::clamp(std::floor(std::sqrt(size.x * size.y / static_cast<float>(sectors))), theme.px(8), theme.px(22));
  const int columns = std::max(1, static_cast<int>(size.x / side)), rows = std::max(1, static_cast<int>(size.y / side));
  picture.lay_out(view.begin(), view.end(), static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto corner = [&](std::size_t i) {
    return ImVec2{min.x + static_cast<float>(i % static_cast<std::size_t>(columns)) * side,
                  min.y + static_cast<float>(i / static_cast<std::size_t>(columns)) * side};
  };
  const auto cells = picture.cells();
  const float gap = side >= theme.px(12) ? 2 : 1;
  const auto frame = [&](std::size_t i, const ImVec4& colour, float thick) {
    const ImVec2 at = corner(i);
    list.AddRect({at.x - 1, at.y - 1}, {at.x + side - gap + 1, at.y + side - gap + 1}, packed(colour), 0, 0, thick);
  };
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const ImVec2 at = corner(i);
    list.AddRectFilled(at, {at.x + side - gap, at.y + side - gap}, cell_colour(theme, map, picture, cells[i], colours));
    if (cells[i].written)
      list.AddRectFilled({at.x, at.y + side - gap - 2}, {at.x + side - gap, at.y + side - gap},
                         packed(theme.palette().warning));
  }
  const auto in_view = [&](std::uint64_t byte) { return byte >= view.begin() && byte < view.end() && !cells.empty(); };
  if (const auto* call = highlights.call;
      call && call->begin < view.end() && call->end > view.begin() && !cells.empty()) {
    const std::size_t last = picture.cell_of(std::min(call->end, view.end()) - 1);
    for (std::size_t i = picture.cell_of(std::max(call->begin, view.begin())); i <= last; ++i)
      frame(i, theme.palette().accent, theme.px(1.5F));
  }
  if (highlights.selected && in_view(*highlights.selected))
    frame(picture.cell_of(*highlights.selected), theme.palette().text, theme.px(2));
  if (!ImGui::IsItemHovered()) return std::nullopt;
  const ImVec2 mouse = ImGui::GetMousePos();
  const int column = static_cast<int>((mouse.x - min.x) / side), row = static_cast<int>((mouse.y - min.y) / side);
  const std::size_t index =
      static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column);
  if (column >= columns || row < 0 || index >= cells.size()) return std::nullopt;
  cell_tool_tip(app, map, picture, index);
  const std::uint64_t begin = view.begin() + index * picture.cell_bytes();
  const float wheel = ImGui::GetIO().MouseWheel;
  const bool clicked = ImGui::IsMouseClicked(ImGuiMouseButton_Left);
  // Of many sectors in a cell, one that was read says more than the first.
  std::uint64_t chosen = begin;
  if (clicked) {
    bool found = false;
    picture.moved().visit(begin, begin + picture.cell_bytes(), [&](std::uint64_t from, std::uint64_t) {
      if (!found) chosen = from;
      found = true;
    });
  }
  if (wheel != 0) view.zoom(begin, wheel > 0 ? 1 / 1.5 : 1.5, map);
  return clicked ? std::optional(chosen) : std::nullopt;
}

}  // namespace ui
