#include "emu/snapshot.h"

namespace emu {

std::vector<std::any> SnapshotParts::save() const {
  std::vector<std::any> saved;
  saved.reserve(parts_.size());
  for (const Part& part : parts_) saved.push_back(part.save());
  return saved;
}

void SnapshotParts::restore(const std::vector<std::any>& saved) const {
  for (std::size_t i = 0; i < parts_.size() && i < saved.size(); ++i) parts_[i].restore(saved[i]);
}

std::vector<std::string_view> SnapshotParts::names() const {
  std::vector<std::string_view> names;
  for (const Part& part : parts_) names.push_back(part.name);
  return names;
}

}  // namespace emu
