#include "devices/media/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "devices/media/bytes.h"
#include "devices/media/host_file.h"
#include "devices/media/memory_medium.h"
#include "emu/text.h"

namespace devices::media {
namespace {

constexpr std::size_t kMaxFilesInZip = 65536;

[[noreturn]] void fail(const Medium& packed, const std::string& what) {
  throw emu::Error(emu::ErrorKind::kMedium, packed.name() + ": " + what);
}

/// The unpacked image in an unlinked temporary file.
class TemporaryMedium : public Medium {
 public:
  TemporaryMedium(HostFile file, std::uint64_t size, std::string name)
      : file_(std::move(file)), size_(size), name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  std::uint64_t size() const override { return size_; }
  bool read_only() const override { return true; }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    const std::uint64_t there = offset < size_ ? std::min<std::uint64_t>(size_ - offset, out.size()) : 0;
    const auto n = static_cast<std::size_t>(there);
    if (file_.read_at(offset, out.first(n)) != static_cast<ssize_t>(n))
      throw emu::Error(emu::ErrorKind::kMedium, name_ + ": the unpacked image cannot be read back");
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(n), out.end(), std::uint8_t{0});
    return n;
  }
  void write(std::uint64_t, std::span<const std::uint8_t>) override {
    throw emu::Error(emu::ErrorKind::kInternal, name_ + ": write to a read-only medium");
  }

 private:
  HostFile file_;
  std::uint64_t size_;
  std::string name_;
};

/// Collects the unpacked bytes: in memory first, in a temporary file once they are many.
class Sink {
 public:
  Sink(const Medium& packed, std::uint64_t limit, std::uint64_t memory_limit)
      : packed_(packed), limit_(limit), memory_limit_(std::min(memory_limit, limit)) {}

  void put(std::uint64_t offset, Bytes bytes) {
    if (offset > limit_ || bytes.size() > limit_ - offset)
      fail(packed_, fmt::format("unpacks to more than {} MiB; unpack it yourself if that is meant", limit_ >> 20));
    const std::uint64_t end = offset + bytes.size();
    if (!file_ && end > memory_limit_) spill();
    size_ = std::max(size_, end);
    if (!file_) {
      memory_.resize(size_);
      std::copy(bytes.begin(), bytes.end(), memory_.begin() + static_cast<std::ptrdiff_t>(offset));
      return;
    }
    // Runs of zeros stay holes.
    const bool zeros = std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
    if (!zeros && !file_.write_at(offset, bytes)) fail_to_store();
  }

  std::shared_ptr<Medium> finish() {
    if (!file_) return std::make_shared<MemoryMedium>(std::move(memory_), packed_.name(), true);
    if (::ftruncate(file_.fd(), static_cast<off_t>(size_)) != 0) fail_to_store();
    return std::make_shared<TemporaryMedium>(std::move(file_), size_, packed_.name());
  }

 private:
  [[noreturn]] void fail_to_store() const {
    fail(packed_, fmt::format("cannot unpack into {}: {}; set TMPDIR to a directory with room", temporary_directory(),
                              error_text(errno)));
  }
  void spill() {
    std::string path = temporary_directory() + "/bootsim-XXXXXX";
    file_ = HostFile(::mkostemp(path.data(), O_CLOEXEC));
    if (!file_) fail_to_store();
    ::unlink(path.c_str());
    if (!file_.write_at(0, memory_)) fail_to_store();
    memory_ = {};
  }

  const Medium& packed_;
  std::uint64_t limit_;
  std::uint64_t memory_limit_;
  std::uint64_t size_ = 0;
  std::vector<std::uint8_t> memory_;
  HostFile file_;
};

/// libarchive reading from a Medium. Exceptions cannot cross its C frames, so they are kept and thrown again
/// after.
class Reader {
 public:
  Reader(const Medium& packed, bool zip)
      : packed_(packed), owner_(archive_read_new(), &archive_read_free), archive_(owner_.get()) {
    if (archive_ == nullptr) throw emu::Error(emu::ErrorKind::kInternal, "out of memory for libarchive");
    // Named one by one: "all" would include filters that start external programs.
    if (zip) {
      archive_read_support_format_zip(archive_);
    } else {
      archive_read_support_format_raw(archive_);
      archive_read_support_filter_gzip(archive_);
      archive_read_support_filter_bzip2(archive_);
      archive_read_support_filter_xz(archive_);
      archive_read_support_filter_zstd(archive_);
    }
    archive_read_set_callback_data(archive_, this);
    archive_read_set_read_callback(archive_, &Reader::on_read);
    archive_read_set_skip_callback(archive_, &Reader::on_skip);
    archive_read_set_seek_callback(archive_, &Reader::on_seek);
    check(archive_read_open1(archive_));
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// The next file's header; nullptr at the end.
  archive_entry* next() {
    archive_entry* entry = nullptr;
    const int r = archive_read_next_header(archive_, &entry);
    if (r == ARCHIVE_EOF) return nullptr;
    check(r);
    return entry;
  }

  /// The current file's contents.
  void extract(Sink& sink) {
    for (;;) {
      const void* data = nullptr;
      std::size_t length = 0;
      la_int64_t offset = 0;
      const int r = archive_read_data_block(archive_, &data, &length, &offset);
      if (r == ARCHIVE_EOF) return;
      check(r);
      if (offset < 0) fail(packed_, "a broken archive: negative offset");
      sink.put(static_cast<std::uint64_t>(offset), Bytes(static_cast<const std::uint8_t*>(data), length));
    }
  }

 private:
  void check(int result) {
    if (failure_) std::rethrow_exception(failure_);
    if (result >= ARCHIVE_WARN) return;
    const char* why = archive_error_string(archive_);
    fail(packed_, fmt::format("a broken archive: {}", why != nullptr ? why : "unknown error"));
  }

  static la_ssize_t on_read(archive*, void* self, const void** out) {
    auto& r = *static_cast<Reader*>(self);
    try {
      *out = r.block_.data();
      const std::size_t n = r.packed_.read(r.at_, r.block_);
      r.at_ += n;
      return static_cast<la_ssize_t>(n);
    } catch (...) {
      r.failure_ = std::current_exception();
      return ARCHIVE_FATAL;
    }
  }
  static la_int64_t on_skip(archive*, void* self, la_int64_t request) {
    auto& r = *static_cast<Reader*>(self);
    const std::uint64_t left = r.packed_.size() - std::min(r.at_, r.packed_.size());
    const auto n = std::min<std::uint64_t>(static_cast<std::uint64_t>(std::max<la_int64_t>(request, 0)), left);
    r.at_ += n;
    return static_cast<la_int64_t>(n);
  }
  static la_int64_t on_seek(archive*, void* self, la_int64_t offset, int whence) {
    auto& r = *static_cast<Reader*>(self);
    const auto size = static_cast<la_int64_t>(r.packed_.size());
    la_int64_t base = 0;
    if (whence == SEEK_CUR) base = static_cast<la_int64_t>(r.at_);
    if (whence == SEEK_END) base = size;
    if (offset < -base || offset > size - base) return ARCHIVE_FATAL;
    r.at_ = static_cast<std::uint64_t>(base + offset);
    return base + offset;
  }

  const Medium& packed_;
  std::unique_ptr<archive, int (*)(archive*)> owner_;  // freed even when the constructor throws
  archive* archive_;
  std::uint64_t at_ = 0;
  std::exception_ptr failure_;
  std::array<std::uint8_t, 65536> block_{};
};

bool has_image_name(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string extension = emu::lower(path.substr(dot + 1));
  constexpr std::string_view kImages[] = {"iso", "img", "ima", "raw", "bin", "flp"};
  return std::find(std::begin(kImages), std::end(kImages), extension) != std::end(kImages);
}

/// The index of the file to unpack: the only one, or the biggest that is named like an image (the first of
/// equals).
std::size_t choose_in_zip(const Medium& packed) {
  Reader reader(packed, true);
  std::size_t files = 0, only = 0, index = 0, best = 0;
  std::optional<la_int64_t> best_size;
  for (archive_entry* entry; (entry = reader.next()) != nullptr; ++index) {
    if (index >= kMaxFilesInZip) fail(packed, "a zip archive of too many files; unpack the image yourself");
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    ++files;
    only = index;
    const char* path = archive_entry_pathname(entry);
    const la_int64_t size = archive_entry_size(entry);
    if (path == nullptr || !has_image_name(path) || (best_size && size <= *best_size)) continue;
    best = index;
    best_size = size;
  }
  if (files == 0) fail(packed, "a zip archive without a file in it");
  if (files == 1) return only;
  if (!best_size)
    fail(packed, fmt::format("a zip archive of {} files, none named *.iso or *.img; unpack the image yourself", files));
  return best;
}

}  // namespace

const char* archive_format(std::span<const std::uint8_t> head) {
  if (has_text(head, 0, "\x1F\x8B\x08")) return "gzip";
  if (has_text(head, 0, "BZh") && has_text(head, 4, "1AY&SY")) return "bzip2";
  if (has_text(head, 0, std::string_view("\3757zXZ\0", 6))) return "xz";
  if (has_text(head, 0, "\x28\xB5\x2F\xFD")) return "zstd";
  if (has_text(head, 0, "PK\x03\x04") || has_text(head, 0, "PK\x05\x06")) return "zip";
  return nullptr;
}

std::shared_ptr<Medium> unpack_archive(const Medium& packed, std::uint64_t unpacked_limit, std::uint64_t memory_limit) {
  std::array<std::uint8_t, 16> head{};
  packed.read(0, head);
  const char* format = archive_format(head);
  if (format == nullptr) fail(packed, "not a gzip, bzip2, xz, zstd or zip archive");
  const bool zip = std::string_view(format) == "zip";
  std::size_t skip = zip ? choose_in_zip(packed) : 0;

  Reader reader(packed, zip);
  archive_entry* entry = reader.next();
  while (entry != nullptr && skip-- > 0) entry = reader.next();
  if (entry == nullptr) fail(packed, fmt::format("a {} archive without anything in it", format));
  if (archive_entry_is_data_encrypted(entry) != 0) fail(packed, "an encrypted archive; unpack the image yourself");
  Sink sink(packed, unpacked_limit, memory_limit);
  reader.extract(sink);
  auto medium = sink.finish();
  if (medium->size() == 0) fail(packed, fmt::format("the image in the {} archive is empty (0 bytes)", format));
  return medium;
}

}  // namespace devices::media
