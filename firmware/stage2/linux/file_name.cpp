#include "stage2/linux/file_name.h"

namespace stage2 {

Result open_image(OpenFile& image, u8* memory, lib32::FileSystem*& fs) {
  lib32::Arena arena(memory, kImageArenaBytes);
  if (const lib32::Status status = lib32::FileSystem::open(image, arena, fs); !status.ok())
    return fail("{} is no ISO image: {}", image.path(), status.words());
  return {};
}

Result NamedFile::open(Session& session, const FileName& name) {
  const bool inside = !name.image.empty();
  if (Result result = session.volumes.open(session.root(), inside ? name.image : name.path, outer_); !result.ok())
    return result;
  name_ = outer_.path();
  source_ = &outer_;
  if (!inside) return {};
  if (memory_ == nullptr) memory_ = new u8[kImageArenaBytes];
  lib32::FileSystem* fs;
  if (Result result = open_image(outer_, memory_, fs); !result.ok()) return result;
  name_ = format("{}:{}", outer_.path(), name.path);
  if (const lib32::Status status = fs->open_file(name.path, inner_); !status.ok())
    return fail("{}: {}", name_, status.words());
  source_ = &inner_;
  return {};
}

Result NamedFile::load(u64 offset, void* to, size_t length) {
  if (const lib32::Status status = read(offset, to, length); !status.ok()) return fail("{}: {}", name_, status.words());
  return {};
}

}  // namespace stage2
