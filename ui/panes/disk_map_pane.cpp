// A medium's sectors: whose they are, and who read them when.
#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <imgui.h>
#include <nlohmann/json.hpp>

#include "debugger/views/disk_map.h"
#include "ui/app.h"
#include "ui/file_list.h"
#include "ui/panes/code_widgets.h"
#include "ui/panes/disk_grid.h"
#include "ui/panes/disk_reads.h"
#include "ui/panes/disk_sector.h"
#include "ui/panes/file_colours.h"
#include "ui/panes/panes.h"

namespace ui {
namespace {

namespace views = debugger::views;

constexpr std::size_t kBudget = 5000;

/// A map is drawn up on the engine's thread, since large media take a while, and handed over here.
struct MapBox {
  std::mutex mutex;
  std::unique_ptr<views::MediumMap> map;
};

class DiskMapPane : public Pane {
 public:
  const char* id() const override { return "disk"; }
  const char* title() const override { return "Disk map"; }
  void update(Boot& boot, const Moment& moment) override;
  void draw(App& app, const Moment& moment) override;
  void forget() override;
  bool show(App& app, const Place& place) override;
  void save(nlohmann::json& settings) const override { settings["order"] = colours_ == DiskColours::kOrder; }
  void restore(const nlohmann::json& settings) override {
    if (settings.value("order", false)) colours_ = DiskColours::kOrder;
  }

 private:
  void choose(std::size_t medium);
  void ask_for_map(App& app);
  void take_map();
  void draw_bar(App& app);
  void draw_details(App& app, const Moment& moment);
  void draw_legend(App& app);
  void select(std::uint64_t byte);

  std::vector<views::MediumRow> media_;
  DiskReads reads_;
  std::size_t medium_ = 0;
  bool chosen_ = false;  // by the user, or because something was to be shown
  std::unique_ptr<views::MediumMap> map_;
  std::shared_ptr<MapBox> box_;
  DiskPicture picture_;
  DiskView view_;
  DiskSector sector_;
  std::optional<SectorAt> wanted_;
  DiskColours colours_ = DiskColours::kFile;
  bool show_sector_ = false;  // its tab comes to the front
};

void DiskMapPane::update(Boot& boot, const Moment&) {
  media_ = views::media_view(boot.pc().bios().drives());
  const auto& log = boot.debugger().calls();
  reads_.take(log.known(), log.count(), media_, kBudget);
  if (!chosen_ && !reads_.transfers().empty() && reads_.transfers().front().medium != medium_)
    choose(reads_.transfers().front().medium);
  if (wanted_) {
    for (std::size_t i = 0; i < media_.size(); ++i) {
      for (const views::DriveWindow& window : media_[i].drives) {
        if (window.drive != wanted_->drive || wanted_->lba >= window.sectors) continue;
        if (i != medium_) choose(i);
        sector_.select(i, window.base + wanted_->lba * window.sector_size);
      }
    }
  }
  take_map();
  if (!map_) return;
  picture_.follow(reads_);
  if (wanted_ && sector_.byte(medium_)) {
    const std::uint64_t at = *sector_.byte(medium_);
    if (at < view_.begin() || at >= view_.end()) view_.centre(at, *map_);
    show_sector_ = true;
  }
  wanted_.reset();
  if (medium_ < media_.size() && sector_.byte(medium_)) sector_.read(boot, media_[medium_], *map_, reads_);
}

void DiskMapPane::forget() {
  media_.clear();
  reads_.forget();
  map_.reset();
  box_.reset();
  picture_ = {};
  sector_.forget();
  wanted_.reset();
  medium_ = 0;
  chosen_ = false;
}

void DiskMapPane::choose(std::size_t medium) {
  medium_ = medium;
  map_.reset();
  box_.reset();
  picture_ = {};
}

void DiskMapPane::ask_for_map(App& app) {
  if (map_ || box_ || medium_ >= media_.size() || media_[medium_].drives.empty()) return;
  box_ = std::make_shared<MapBox>();
  app.engine().edit([box = box_, medium = media_[medium_].medium, attach = media_[medium_].attach,
                     drive = media_[medium_].drives.front().drive](Boot& boot) {
    const debugger::SectorFiles* files = boot.assembly().drive_files().files_in(drive);
    const debugger::SectorFiles own(*medium, attach);
    auto map = std::make_unique<views::MediumMap>(views::medium_map(*medium, attach, files ? *files : own));
    const std::lock_guard lock(box->mutex);
    box->map = std::move(map);
  });
}

void DiskMapPane::take_map() {
  if (!box_ || map_) return;
  {
    const std::lock_guard lock(box_->mutex);
    map_ = std::move(box_->map);
  }
  if (!map_) return;
  picture_.set_medium(medium_, *map_);
  view_.set(0, map_->size);
}

bool DiskMapPane::show(App&, const Place& place) {
  const auto* at = std::get_if<SectorAt>(&place);
  if (!at) return false;
  wanted_ = *at;
  chosen_ = true;
  return true;
}

void DiskMapPane::select(std::uint64_t byte) {
  sector_.select(medium_, byte);
  show_sector_ = true;
}

// --- Showing

void DiskMapPane::draw(App& app, const Moment& moment) {
  if (moment.phase == Phase::kEmpty || moment.phase == Phase::kFailed) {
    app.empty_state("Disk map",
                    "The medium's sectors will be shown here:\nwhose they are, and which the guest has read.");
    return;
  }
  if (media_.empty()) {
    app.empty_state("Disk map", "No drive has a medium.");
    return;
  }
  ask_for_map(app);
  draw_bar(app);
  if (!map_ || map_->size == 0) {
    ImGui::TextColored(app.theme().palette().faint,
                       map_ ? "The medium is empty." : "Reading the medium's file systems...");
    return;
  }
  const ImVec2 room = ImGui::GetContentRegionAvail();
  draw_strip(app, *map_, picture_, view_, room.x);
  const float height = std::max(app.theme().px(48), ImGui::GetContentRegionAvail().y * 0.42F);
  DiskHighlights highlights{.selected = sector_.byte(medium_), .call = nullptr};
  if (const auto call = app.selected_call()) highlights.call = reads_.of_call(*call);
  if (highlights.call && highlights.call->medium != medium_) highlights.call = nullptr;
  if (const auto clicked = draw_grid(app, *map_, picture_, view_, colours_, highlights, {room.x, height}))
    select(*clicked);
  draw_details(app, moment);
}

void DiskMapPane::draw_bar(App& app) {
  const auto name = [&](std::size_t i) {
    const std::string& path = media_[i].medium->name();
    std::string words = media_[i].drives.empty() ? "" : fmt::format("{:02X}h  ", media_[i].drives.front().drive);
    return words + path.substr(path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1);
  };
  const float buttons = app.theme().px(212);
  const float box = std::max(app.theme().px(90), ImGui::GetContentRegionAvail().x - buttons);
  const float room = box - ImGui::GetFrameHeight() - 2 * ImGui::GetStyle().FramePadding.x;
  ImGui::SetNextItemWidth(box);
  if (ImGui::BeginCombo("##medium", medium_ < media_.size() ? with_ellipsis(name(medium_), room).c_str() : "")) {
    for (std::size_t i = 0; i < media_.size(); ++i) {
      if (ImGui::Selectable(fmt::format("{}##{}", name(i), i).c_str(), i == medium_)) chosen_ = true, choose(i);
    }
    ImGui::EndCombo();
  }
  app.mark("disk.medium");
  const auto button = [&](const char* label, const char* mark, bool on, const char* help) {
    ImGui::SameLine(0, app.theme().px(4));
    if (on) ImGui::PushStyleColor(ImGuiCol_Button, app.theme().palette().accent_soft);
    const bool pressed = ImGui::Button(label);
    if (on) ImGui::PopStyleColor();
    app.mark(mark);
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", help);
    return pressed;
  };
  if (button("Files", "disk.by_file", colours_ == DiskColours::kFile, "A colour for each file"))
    colours_ = DiskColours::kFile;
  if (button("Order", "disk.by_order", colours_ == DiskColours::kOrder,
             "Colours from what was read first to what was read last"))
    colours_ = DiskColours::kOrder;
  if (button("All", "disk.all", false, "The whole medium") && map_) view_.set(0, map_->size);
  if (button("Read", "disk.read", false, "From the first sector that was read to the last") && map_ &&
      !picture_.moved().empty())
    view_.fit(picture_.moved().first(), picture_.moved().end(), *map_);
}

void DiskMapPane::draw_details(App& app, const Moment&) {
  if (!ImGui::BeginTabBar("details")) return;
  const bool files = ImGui::BeginTabItem("Files");
  app.mark("disk.tab.files");
  if (files) {
    draw_legend(app);
    ImGui::EndTabItem();
  }
  const bool sector = ImGui::BeginTabItem("Sector", nullptr, show_sector_ ? ImGuiTabItemFlags_SetSelected : 0);
  app.mark("disk.tab.sector");
  show_sector_ = false;
  if (sector) {
    if (const auto other = sector_.draw(app, *map_)) select(*other);
    ImGui::EndTabItem();
  }
  ImGui::EndTabBar();
}

void DiskMapPane::draw_legend(App& app) {
  const Theme& theme = app.theme();
  const auto owners = picture_.read_owners();
  if (owners.empty()) return ImGui::TextColored(theme.palette().faint, "Nothing has been read yet.");
  constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_SizingFixedFit;
  if (!ImGui::BeginTable("files", 4, kFlags)) return;
  ImGui::TableSetupScrollFreeze(0, 1);
  ImGui::TableSetupColumn("What was read, in this order", ImGuiTableColumnFlags_WidthStretch);
  ImGui::TableSetupColumn("Size", ImGuiTableColumnFlags_WidthFixed, theme.px(68));
  ImGui::TableSetupColumn("Read", ImGuiTableColumnFlags_WidthFixed, theme.px(48));
  ImGui::TableSetupColumn("Call", ImGuiTableColumnFlags_WidthFixed, theme.px(52));
  const auto go_right = [](const std::string& text) {
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() +
                         std::max(0.0F, ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(text.c_str()).x));
  };
  const auto right = [&](const std::string& text) {
    go_right(text);
    ImGui::TextUnformatted(text.c_str());
  };
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
  for (int column = 0; column < 4; ++column) {
    ImGui::TableSetColumnIndex(column);
    if (column > 0) go_right(ImGui::TableGetColumnName(column));  // above numbers
    ImGui::TableHeader(ImGui::TableGetColumnName(column));
  }
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(owners.size()));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const std::uint32_t index = owners[static_cast<std::size_t>(i)];
      const views::Owner& owner = map_->owners[index];
      const OwnerReads& read = picture_.owner(index);
      ImGui::TableNextRow();
      ImGui::TableNextColumn();
      ImGui::PushID(i);
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const float size = theme.px(9), y = at.y + (ImGui::GetTextLineHeight() - size) / 2;
      if (ImGui::Selectable("##file", false, ImGuiSelectableFlags_SpanAllColumns)) {
        const auto run = std::find_if(map_->runs.begin(), map_->runs.end(),
                                      [index](const views::OwnedRun& r) { return r.owner == index; });
        if (run != map_->runs.end()) select(run->begin), view_.fit(run->begin, run->end, *map_);
      }
      app.mark(fmt::format("disk.file.{}", i));
      if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s\nClick to see its sectors", owner.name.c_str());
      ImGui::GetWindowDrawList()->AddRectFilled({at.x, y}, {at.x + size, y + size},
                                                packed(file_colour(theme, owner.name)), 2);
      ImGui::SameLine(size + theme.px(8));
      ImGui::TextUnformatted(shortened_path(owner.name, ImGui::GetContentRegionAvail().x).c_str());
      ImGui::PushFont(theme.mono);
      ImGui::TableNextColumn();
      right(size_words(owner.bytes));
      ImGui::TableNextColumn();
      right(read.bytes >= owner.bytes ? "all"
                                      : fmt::format("{:.0f}%", std::max(1.0, 100.0 * static_cast<double>(read.bytes) /
                                                                                 static_cast<double>(owner.bytes))));
      ImGui::TableNextColumn();
      right(fmt::format("{}", read.first_call));
      ImGui::PopFont();
      ImGui::PopID();
    }
  }
  ImGui::EndTable();
}

}  // namespace

std::unique_ptr<Pane> make_disk_map_pane() { return std::make_unique<DiskMapPane>(); }

}  // namespace ui
