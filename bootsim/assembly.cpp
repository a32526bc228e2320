#include "bootsim/assembly.h"

#include <algorithm>
#include <any>
#include <array>
#include <ctime>

#include <fmt/core.h>

#include "bios/option_roms.h"
#include "bootsim/host_files.h"
#include "bootsim/quirks.h"
#include "bootsim/version.h"
#include "emu/error.h"

namespace bootsim {
namespace {

/// Its header counts at most 255 times 512 bytes; files are padded to powers of two.
constexpr std::uint64_t kMaxOptionRom = 256 << 10;
constexpr std::uint64_t kMaxBiosRom = 16 << 20;
/// What is kept of an output for patterns and reports; a file gets everything.
constexpr std::size_t kMostOutput = 64 << 20;

/// The host's date and time in UTC, ISO 8601: what --rtc host asks for.
std::string host_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  return text;
}

std::vector<std::uint8_t> read_option_rom(const std::string& path) {
  std::vector<std::uint8_t> rom = read_file(path, "--option-rom", kMaxOptionRom);
  if (const std::string problem = bios::option_rom_problem(rom); !problem.empty())
    throw emu::Error(emu::ErrorKind::kMedium, fmt::format("--option-rom {}: is no option ROM: {}", path, problem));
  return rom;
}

}  // namespace

Assembly::Assembly(const RunOptions& options, const std::function<void(std::string_view)>& notice) : options_(options) {
  media_ = attach_media(options, notice);
  check_media(notice);
  if (!options.serial.empty()) serial_output_ = std::make_unique<Output>(options.serial, "--serial");
  if (!options.debugcon.empty()) debugcon_output_ = std::make_unique<Output>(options.debugcon, "--debugcon");
  pc_ = std::make_unique<Pc>(pc_options());
  register_output("serial output", serial_);
  register_output("debug console", debugcon_);
  register_what_was_heard();
  pc_->power_on();  // nothing runs yet, but from here on the machine knows its engine path
  drive_files_ = std::make_unique<debugger::DriveFiles>(pc_->bios().drives());
}

/// What the command line asks of media that only their contents can tell.
void Assembly::check_media(const std::function<void(std::string_view)>& notice) const {
  const auto is_cd = [](const bios::AttachedMedium& m) { return m.attach == devices::media::Attach::kCd; };
  const bool has_cd = std::any_of(media_.drives.begin(), media_.drives.end(), is_cd);
  if (options_.el_torito_entry && !has_cd)
    throw emu::Error(emu::ErrorKind::kUsage, "--entry chooses from a CD's El Torito catalog, and no medium is a CD");
  if (notice)
    for (const std::string& line : quirks_without_effect(options_.quirks, media_.drives)) notice(line);
  if (!options_.bios_rom.empty() && !media_.drives.empty() && notice)
    notice("--bios: there are no disk controllers yet through which a ROM of its own could reach the media");
}

PcOptions Assembly::pc_options() {
  PcOptions pc = bootsim::pc_options(options_, media_);
  for (const std::string& path : options_.option_roms) pc.option_roms.push_back(read_option_rom(path));
  if (!options_.bios_rom.empty()) pc.bios_rom = read_file(options_.bios_rom, "--bios", kMaxBiosRom);
  if (options_.kernel) pc.bios.kernel = read_kernel(*options_.kernel, options_.memory);
  if (options_.rtc == "host") pc.rtc = host_date();
  pc.serial = [this](std::uint8_t byte) {
    if (serial_.size() < kMostOutput) serial_ += static_cast<char>(byte);
    if (serial_sent_.is_new(byte) && serial_output_) serial_output_->write({reinterpret_cast<const char*>(&byte), 1});
  };
  pc.debugcon = [this](std::uint8_t byte) {
    if (debugcon_.size() < kMostOutput) debugcon_ += static_cast<char>(byte);
    if (debugcon_sent_.is_new(byte) && debugcon_output_)
      debugcon_output_->write({reinterpret_cast<const char*>(&byte), 1});
  };
  return pc;
}

/// What is sent again when time passes there again is not to stand there twice; and a jump ahead brings it back.
void Assembly::register_output(std::string_view name, std::string& text) {
  auto known = std::make_shared<std::string>();  // the longest that was seen
  pc_->machine().snapshot_parts().add(
      std::string(name), [&text] { return std::any(text.size()); },
      [&text, known](const std::any& saved) {
        known->replace(0, std::min(known->size(), text.size()), text);
        text = known->substr(0, std::any_cast<std::size_t>(saved));
      });
}

/// ... nor is a file or a terminal to hear it twice.
void Assembly::register_what_was_heard() {
  using Counts = std::array<std::uint64_t, 2>;
  pc_->machine().snapshot_parts().add(
      "outputs",
      [this] {
        return std::any(Counts{serial_sent_.count(), debugcon_sent_.count()});
      },
      [this](const std::any& saved) {
        const auto& [serial, debugcon] = std::any_cast<const Counts&>(saved);
        serial_sent_.go_back(serial);
        debugcon_sent_.go_back(debugcon);
      });
}

debugger::TraceHeader Assembly::trace_header() {
  return {.version = std::string(version()),
          .engine = std::string(engine_word(pc_->machine().engine_path())),
          .media = media_.descriptions};
}

}  // namespace bootsim
