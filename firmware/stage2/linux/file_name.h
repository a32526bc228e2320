#pragma once

#include "stage2/session.h"

/// Files that a kernel is made of: on a volume, or within an ISO image that is itself a file on one.
namespace stage2 {

struct FileName {
  String image;  ///< the ISO image with its device; empty: none
  String path;   ///< with its device, unless it is within an image
};

class NamedFile final : public lib32::Source {
 public:
  NamedFile() = default;
  NamedFile(const NamedFile&) = delete;
  NamedFile& operator=(const NamedFile&) = delete;
  ~NamedFile() { delete[] memory_; }

  Result open(Session& session, const FileName& name);
  lib32::Status read(u64 offset, void* to, size_t length) override { return source_->read(offset, to, length); }
  u64 size() const override { return source_->size(); }
  /// Reads as read() does, and names the file when that fails.
  Result load(u64 offset, void* to, size_t length);
  /// For messages: "(hd0,0)/x.iso:/casper/vmlinuz".
  Text name() const { return name_; }

 private:
  String name_;
  OpenFile outer_;
  lib32::File inner_;
  u8* memory_ = nullptr;
  lib32::Source* source_ = nullptr;
};

/// The file system in an ISO image; `memory`, of kImageArenaBytes, must last as long as it.
inline constexpr size_t kImageArenaBytes = 80 * 1024;
Result open_image(OpenFile& image, u8* memory, lib32::FileSystem*& fs);

}  // namespace stage2
