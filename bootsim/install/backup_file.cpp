// The backup as a file: JSON, so that a person with a hex editor could restore by hand.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "bootsim/host_files.h"
#include "bootsim/install/backup.h"
#include "devices/media/host_file.h"
#include "emu/error.h"

namespace bootsim::install {
namespace {

constexpr int kFormat = 1;
constexpr std::uint64_t kMaxFile = std::uint64_t{64} << 20;

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw emu::Error(emu::ErrorKind::kMedium, fmt::format("backup {}: {}", path, what));
}

std::string hex_of(const SavedSector& saved, const ByteRange& range) {
  std::string text;
  for (std::size_t at = range.begin; at < range.end; ++at) text += fmt::format("{:02x}", saved.old[at]);
  return text.find_first_not_of('0') == std::string::npos ? std::string() : text;
}

void read_hex(const std::string& text, SavedSector& saved, const ByteRange& range) {
  if (text.empty()) return;  // zeros
  if (text.size() != 2 * (range.end - range.begin)) throw std::invalid_argument("a range's length");
  for (std::size_t i = 0; i < text.size(); i += 2)
    saved.old[range.begin + i / 2] = static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16));
}

nlohmann::json to_json(const Backup& backup, std::uint64_t disk_size) {
  nlohmann::json sectors = nlohmann::json::array();
  for (const auto& [lba, saved] : backup.sectors()) {
    nlohmann::json ranges = nlohmann::json::array();
    for (const ByteRange& r : saved.ranges)
      ranges.push_back({{"begin", r.begin}, {"end", r.end}, {"old", hex_of(saved, r)}});
    sectors.push_back({{"sector", lba}, {"ranges", ranges}, {"written-crc32", saved.written}});
    if (saved.before) sectors.back()["before-crc32"] = *saved.before;
  }
  nlohmann::json files = nlohmann::json::array();
  for (const SavedFile& f : backup.files()) files.push_back({{"volume", f.volume}, {"path", f.path}});
  return {{"bootsim-backup", kFormat}, {"disk-size", disk_size}, {"sectors", sectors}, {"files", files}};
}

SavedSector sector_from(const nlohmann::json& json) {
  SavedSector saved;
  for (const auto& r : json.at("ranges")) {
    const ByteRange range{r.at("begin").get<std::size_t>(), r.at("end").get<std::size_t>()};
    if (range.begin >= range.end || range.end > kSector) throw std::invalid_argument("a range");
    read_hex(r.at("old").get<std::string>(), saved, range);
    saved.ranges.push_back(range);
  }
  saved.written = json.at("written-crc32").get<std::uint32_t>();
  if (json.contains("before-crc32")) saved.before = json.at("before-crc32").get<std::uint32_t>();
  return saved;
}

}  // namespace

Backup Backup::load(const std::string& path, std::uint64_t disk_size) {
  Backup backup;
  if (!std::filesystem::exists(path)) return backup;
  const auto bytes = read_file(path, "backup", kMaxFile);
  try {
    const auto json = nlohmann::json::parse(bytes.begin(), bytes.end());
    if (json.at("bootsim-backup").get<int>() != kFormat) fail(path, "was written by another version of bootsim");
    if (json.at("disk-size").get<std::uint64_t>() != disk_size) fail(path, "belongs to a disk of another size");
    for (const auto& s : json.at("sectors")) {
      const auto lba = s.at("sector").get<std::uint64_t>();
      if (lba >= disk_size / kSector) throw std::invalid_argument("a sector outside of the disk");
      backup.sectors_[lba] = sector_from(s);
    }
    for (const auto& f : json.at("files"))
      backup.files_.push_back({f.at("volume").get<std::uint64_t>(), f.at("path").get<std::string>()});
  } catch (const emu::Error&) {
    throw;
  } catch (const std::exception& error) {
    fail(path, fmt::format("is damaged ({})", error.what()));
  }
  return backup;
}

void Backup::save(const std::string& path, std::uint64_t disk_size) const {
  namespace fs = std::filesystem;
  const fs::path folder = fs::absolute(path).parent_path();
  std::error_code error;
  if (empty()) {
    fs::remove(path, error);
    return;
  }
  fs::create_directories(folder, error);
  const std::string text = to_json(*this, disk_size).dump(1) + "\n";
  const std::string fresh = path + ".new";
  {
    const devices::media::HostFile file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    const Bytes bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    if (!file || !file.write_at(0, bytes) || ::fsync(file.fd()) != 0)
      fail(path, fmt::format("cannot be written: {}; say another place with --backup FILE",
                             devices::media::error_text(errno)));
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) fail(path, "cannot be written: " + devices::media::error_text(errno));
  const devices::media::HostFile directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) ::fsync(directory.fd());
}

}  // namespace bootsim::install
