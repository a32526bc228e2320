#include "stage2/map/drive_maps.h"

namespace stage2 {

DriveMaps& drive_maps() {
  static constinit DriveMaps* maps = nullptr;
  if (maps == nullptr) maps = new DriveMaps;
  return *maps;
}

const DriveMap* DriveMaps::active(u8 drive) const {
  for (const DriveMap& map : active_)
    if (map.drive == drive) return &map;
  return nullptr;
}

DriveMap* DriveMaps::find(u8 drive) {
  for (DriveMap& map : list_)
    if (map.drive == drive) return &map;
  return nullptr;
}

Result DriveMaps::add(DriveMap map) {
  if (DriveMap* old = find(map.drive)) {
    *old = move(map);
    return {};
  }
  if (list_.size() == kMostMaps) return fail("{} drives are mapped already: no more than that", kMostMaps);
  list_.push_back(move(map));
  return {};
}

void DriveMaps::remove(u8 drive) {
  for (size_t i = 0; i < list_.size(); ++i)
    if (list_[i].drive == drive) return list_.erase(i);
}

}  // namespace stage2
