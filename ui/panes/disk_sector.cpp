#include "ui/panes/disk_sector.h"

#include <algorithm>

#include <fmt/core.h>
#include <imgui.h>

#include "debugger/trace.h"
#include "debugger/views/memory_dump.h"
#include "ui/app.h"

namespace ui {
namespace {

namespace views = debugger::views;

constexpr std::size_t kMostCalls = 100;

}  // namespace

void DiskSector::select(std::size_t medium, std::uint64_t byte) {
  medium_ = medium;
  byte_ = byte;
}

void DiskSector::forget() {
  byte_.reset();
  calls_.clear();
  bytes_.clear();
}

void DiskSector::read(Boot& boot, const views::MediumRow& row, const views::MediumMap& map, const DiskReads& reads) {
  if (!byte_ || *byte_ >= map.size) return;
  const std::uint64_t begin = *byte_ / map.sector_size * map.sector_size;
  byte_ = begin;
  place_.clear();
  file_.clear();
  for (const views::DriveWindow& window : row.drives) {
    if (begin < window.base || (begin - window.base) / window.sector_size >= window.sectors) continue;
    const std::uint64_t lba = (begin - window.base) / window.sector_size;
    place_ += fmt::format("{}drive {:02X}h LBA {}", place_.empty() ? "" : ", ", window.drive, lba);
    if (file_.empty()) file_ = boot.assembly().drive_files().file_at(window.drive, lba);
  }
  if (place_.empty()) place_ = fmt::format("LBA {}, in no drive", begin / map.sector_size);
  const auto& log = boot.debugger().calls();
  calls_.clear();
  for (const std::uint64_t number : reads.calls_at(medium_, begin, kMostCalls + 1)) {
    const debugger::LoggedCall* logged = log.find(number);
    if (!logged) continue;
    calls_.push_back({number, fmt::format("{}, {}", debugger::format_trace_time(logged->call.begin),
                                          debugger::call_words(logged->described))});
  }
  more_calls_ = calls_.size() > kMostCalls;
  if (more_calls_) calls_.pop_back();
  bytes_.resize(map.sector_size);
  bytes_.resize(row.medium->read(begin, bytes_));
}

std::optional<std::uint64_t> DiskSector::draw(App& app, const views::MediumMap& map) {
  if (!byte_) {
    ImGui::TextColored(app.theme().palette().faint, "Click a sector above to see who read it, and its bytes.");
    return std::nullopt;
  }
  std::optional<std::uint64_t> other;
  if (ImGui::ArrowButton("before", ImGuiDir_Left) && *byte_ >= map.sector_size) other = *byte_ - map.sector_size;
  app.mark("disk.before");
  ImGui::SameLine(0, app.theme().px(2));
  if (ImGui::ArrowButton("after", ImGuiDir_Right) && *byte_ + map.sector_size < map.size)
    other = *byte_ + map.sector_size;
  app.mark("disk.after");
  ImGui::SameLine();
  ImGui::TextUnformatted(place_.c_str());
  app.mark("disk.place");
  if (!file_.empty()) {
    ImGui::SameLine();
    ImGui::TextColored(app.theme().palette().faint, "%s", file_.c_str());
  }
  ImGui::BeginChild("sector", {0, 0});
  draw_calls(app);
  draw_bytes(app);
  ImGui::EndChild();
  return other;
}

void DiskSector::draw_calls(App& app) {
  if (calls_.empty()) return ImGui::TextColored(app.theme().palette().faint, "No call has read this sector.");
  for (const Call& call : calls_) {
    const std::string text = fmt::format("#{}  {}", call.number, call.words);
    if (ImGui::Selectable(text.c_str(), app.selected_call() == call.number)) {
      app.travel_to_call(call.number);
      app.show(CallAt{call.number});
    }
    app.mark(fmt::format("disk.call.{}", call.number));
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("Goes to this call");
  }
  if (more_calls_) ImGui::TextColored(app.theme().palette().faint, "and more");
}

std::string DiskSector::dump() const {
  const auto rows = views::memory_dump(
      [this](std::uint64_t at) {
        return at < bytes_.size() ? std::optional(bytes_[static_cast<std::size_t>(at)]) : std::nullopt;
      },
      0, bytes_.size());
  return views::to_text(rows);
}

void DiskSector::draw_bytes(App& app) {
  ImGui::Spacing();
  ImGui::PushFont(app.theme().mono);
  const float width = ImGui::CalcTextSize("0").x;
  const std::size_t columns = ImGui::GetContentRegionAvail().x >= width * 72 ? 16 : 8;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>((bytes_.size() + columns - 1) / columns));
  while (clipper.Step()) {
    for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) {
      const std::size_t from = static_cast<std::size_t>(row) * columns, to = std::min(from + columns, bytes_.size());
      std::string hex, text;
      for (std::size_t i = from; i < to; ++i) {
        hex += fmt::format("{:02X} ", bytes_[i]);
        if (i % 8 == 7) hex += ' ';
        text += bytes_[i] >= 0x20 && bytes_[i] < 0x7F ? static_cast<char>(bytes_[i]) : '.';
      }
      ImGui::TextColored(app.theme().palette().faint, "%03zX", from);
      ImGui::SameLine(width * 5);
      ImGui::TextUnformatted(hex.c_str());
      ImGui::SameLine(width * (6 + static_cast<float>(columns) * 3 + (columns > 8 ? 1 : 0)));
      text_coloured(app.theme().palette().faint, text.data(), text.data() + text.size());
    }
  }
  ImGui::PopFont();
  if (ImGui::BeginPopupContextWindow("bytes")) {
    if (ImGui::MenuItem("Copy sector as text")) app.copy(dump());
    if (ImGui::MenuItem("Copy its place")) app.copy(file_.empty() ? place_ : place_ + ", " + file_);
    ImGui::EndPopup();
  }
}

}  // namespace ui
