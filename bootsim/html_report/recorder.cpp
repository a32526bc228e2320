#include "bootsim/html_report/recorder.h"

#include <algorithm>
#include <bitset>
#include <filesystem>
#include <utility>

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "debugger/call_words.h"

namespace bootsim::html_report {
namespace {

constexpr std::uint8_t kVideo = 0x10, kDisk = 0x13, kKeyboard = 0x16;
constexpr std::uint64_t kMostSectorBytes = 2048;

/// Set video mode, and VBE's (RBIL 10-00, 10-4F02).
bool sets_mode(const emu::InterruptCall& call) { return call.in.ah() == 0x00 || call.in.ax() == 0x4F02; }
/// Get keystroke, and the enhanced keyboard's (RBIL 16-00, 16-10).
bool takes_key(const emu::InterruptCall& call) { return call.in.ah() == 0x00 || call.in.ah() == 0x10; }

/// AL is ASCII, AH the scan code.
std::string key_words(std::uint16_t ax) {
  const auto ascii = static_cast<char>(ax & 0xFF);
  switch (ascii) {
    case '\r': return "Enter";
    case '\x1B': return "Esc";
    case '\t': return "Tab";
    case '\b': return "Backspace";
    case ' ': return "Space";
    default: break;
  }
  if (ascii > ' ' && ascii < 0x7F) return fmt::format("key {}", ascii);
  return fmt::format("key of scan code {:02X}h", ax >> 8);
}

void add(std::vector<Moment>& moments, emu::Nanoseconds time, std::string words) {
  if (moments.size() < Recorder::kMostMoments) moments.push_back({time, std::move(words)});
}

}  // namespace

Recorder::Recorder()
    : no_calls_(std::make_unique<CallColumns>()), drive_maps_(std::make_unique<nlohmann::ordered_json>()) {
  calls_ = no_calls_.get();
  *drive_maps_ = nlohmann::ordered_json::array();
}
Recorder::~Recorder() = default;

void Recorder::attach(RunHooks& hooks) {
  hooks.assembled = [this, others = std::move(hooks.assembled)](Pc& pc) {
    assembled(pc);
    if (others) others(pc);
  };
  hooks.ended = [this, others = std::move(hooks.ended)](Pc& pc, const RunResult& result) {
    ended(pc);
    if (others) others(pc, result);
  };
  hooks.kernel_entered = [this, others = std::move(hooks.kernel_entered)](Pc& pc) {
    if (!handoff_) handoff_ = read_handoff(pc);
    if (others) others(pc);
  };
}

void Recorder::assembled(Pc& pc) {
  pc_ = &pc;
  emu::Machine& machine = pc.machine();
  files_ = std::make_unique<debugger::DriveFiles>(pc.bios().drives());
  const auto disk = std::bitset<256>().set(kDisk);
  auto writer = std::make_unique<CallColumns>();
  calls_ = writer.get();
  const debugger::Trace::Options options{.format = debugger::TraceFormat::kText, .vectors = disk};
  trace_ = std::make_unique<debugger::Trace>(options, std::move(writer), debugger::TraceHeader{}, machine.memory(),
                                             *files_, [](std::string_view) {});
  machine.observe_calls(*trace_, disk);
  machine.observe_calls(*this, std::bitset<256>().set(kVideo).set(kDisk).set(kKeyboard));
  machine.on_mode_change([this, &machine](emu::CpuMode, emu::CpuMode to) {
    if (mode_changes_.size() < kMostModeChanges) mode_changes_.push_back({machine.clock().now(), to});
  });
  machine.watch(emu::kMillisecond, [this, &pc] { screens_.look(pc); });
}

void Recorder::call_begins(const emu::InterruptCall& call) {
  if (call.vector == kDisk) drives_.note(pc_->bios().drives(), call.in.dl());
  if (call.vector != kVideo || !sets_mode(call)) return;
  screens_.look(*pc_);  // what a mode set wipes
  add(video_modes_, call.begin,
      debugger::call_words(debugger::describe_call(call.vector, call.in, pc_->machine().memory(), nullptr)));
}

void Recorder::call_ends(const emu::InterruptCall& call) {
  if (call.vector == kKeyboard && call.finished && takes_key(call)) add(keys_, call.end, key_words(call.out.ax()));
}

void Recorder::ended(Pc& pc) {
  trace_->finish();
  screens_.finish(pc);
  const bios::Drives& drives = pc.bios().drives();
  drives_.note_all(drives);
  for (const auto& [number, drive] : drives_.all()) drive_maps_->push_back(drive_map_json(drive, drives));
  boot_attempts_ = pc.bios().boot().attempts();
  inspect_media();
  pc_ = nullptr;
}

void Recorder::inspect_media() {
  std::vector<const devices::media::Medium*> known;
  for (const auto& [number, drive] : drives_.all()) {
    if (std::find(known.begin(), known.end(), drive.media.get()) != known.end()) continue;
    known.push_back(drive.media.get());
    const InspectReport report = inspect(*drive.media, std::filesystem::path(drive.media->name()).filename().string());
    media_.push_back({.name = report.name, .verdict = report.verdict, .text = to_text(report)});
  }
}

std::vector<SectorBytes> Recorder::sectors_of(const std::vector<std::uint64_t>& calls, std::size_t most) const {
  std::vector<SectorBytes> found;
  const std::vector<CallRow> rows = calls_->rows();
  for (const std::uint64_t number : calls) {
    if (found.size() >= most) break;
    const auto row = std::lower_bound(rows.begin(), rows.end(), static_cast<std::int64_t>(number),
                                      [](const CallRow& r, std::int64_t n) { return r.number < n; });
    if (row == rows.end() || row->number != static_cast<std::int64_t>(number)) continue;
    if (row->drive < 0 || row->lba < 0 || row->count <= 0 || row->by != CallRow::kNone) continue;
    const auto drive = drives_.all().find(static_cast<std::uint8_t>(row->drive));
    const auto lba = static_cast<std::uint64_t>(row->lba);
    if (drive == drives_.all().end() || lba >= drive->second.sectors) continue;
    const bool again = std::any_of(found.begin(), found.end(),
                                   [&](const SectorBytes& s) { return s.drive == drive->first && s.lba == lba; });
    if (again) continue;
    SectorBytes sector{.call = number, .drive = drive->first, .lba = lba, .bytes = {}};
    sector.bytes.resize(std::min<std::uint64_t>(drive->second.sector_size, kMostSectorBytes));
    drive->second.media->read(drive->second.base_offset + lba * drive->second.sector_size, sector.bytes);
    found.push_back(std::move(sector));
  }
  return found;
}

}  // namespace bootsim::html_report
