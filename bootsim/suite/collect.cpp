#include "bootsim/suite/collect.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/core.h>

#include "debugger/expression.h"
#include "emu/error.h"

namespace bootsim {
namespace {

namespace fs = std::filesystem;

struct SpecFile {
  std::string path;
  std::string name;
};

/// The spec files that a path stands for: itself, or all *.yaml below a folder, in the order of their names.
std::vector<SpecFile> spec_files(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error))
    throw emu::Error(emu::ErrorKind::kUsage, fmt::format("{}: there is no such spec or folder", path));
  if (!fs::is_directory(path, error)) return {{path, fs::path(path).stem().string()}};
  std::vector<SpecFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".yaml") continue;
    files.push_back({entry.path().string(), entry.path().lexically_relative(path).replace_extension().string()});
  }
  std::sort(files.begin(), files.end(), [](const SpecFile& a, const SpecFile& b) { return a.path < b.path; });
  return files;
}

bool wanted(const std::string& name, const std::vector<std::string>& filters) {
  return filters.empty() || std::any_of(filters.begin(), filters.end(),
                                        [&](const std::string& filter) { return filter_fits(filter, name); });
}

/// The spec, and once more for each of its profiles. Each is read by itself: their patterns run on several threads.
std::vector<Spec> read_with_profiles(const SpecFile& file, const std::vector<std::string>& media_directories) {
  std::vector<Spec> specs = {read_spec(file.path, media_directories)};
  specs.front().name = file.name;
  const std::vector<std::string> profiles = specs.front().profiles;
  for (const std::string& profile : profiles) {
    Spec spec = read_spec(file.path, media_directories);
    spec.name = file.name;
    specs.push_back(under_profile(std::move(spec), profile));
  }
  return specs;
}

}  // namespace

bool filter_fits(std::string_view filter, std::string_view name) {
  if (filter.find_first_of("*?") != filter.npos) return debugger::glob_matches(filter, name);
  return name.find(filter) != name.npos;
}

std::vector<Spec> collect_specs(const Selection& selection) {
  std::vector<Spec> specs;
  std::set<std::string> seen;
  std::string complaints;
  bool any = false;
  std::size_t position = 0;
  const auto add = [&](Spec spec) {
    if (wanted(spec.name, selection.filters) && selection.shard.has(position++)) specs.push_back(std::move(spec));
  };
  for (const std::string& path : selection.paths) {
    for (const SpecFile& file : spec_files(path)) {
      if (!seen.insert(file.path).second) continue;
      any = true;
      try {
        for (Spec& spec : read_with_profiles(file, selection.media_directories)) add(std::move(spec));
      } catch (const emu::Error& error) {
        if (wanted(file.name, selection.filters))
          complaints += fmt::format("{}{}", complaints.empty() ? "" : "\n", error.what());
      }
    }
  }
  if (!complaints.empty()) throw emu::Error(emu::ErrorKind::kUsage, complaints);
  if (!any) throw emu::Error(emu::ErrorKind::kUsage, "there are no specs (*.yaml) to run");
  if (position == 0) throw emu::Error(emu::ErrorKind::kUsage, "no spec's name fits --filter; --list shows the names");
  return specs;
}

}  // namespace bootsim
