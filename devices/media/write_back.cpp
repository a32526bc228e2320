#include "devices/media/write_back.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "devices/media/bytes.h"
#include "devices/media/gpt.h"

namespace devices::media {
namespace {

// Journal: magic (8), size of the image (8), length of what follows (8), its CRC-32 (4), reserved (4); then
// for each change its offset (8), length (8) and bytes. Little-endian.
constexpr std::string_view kJournalMagic = "BOOTSIMJ";
constexpr std::size_t kJournalHeader = 32;
constexpr std::size_t kChangeHeader = 16;

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw emu::Error(emu::ErrorKind::kMedium, path + ": " + what);
}

/// A file that disappears unless it is kept.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& pattern) : path_(pattern), file_(::mkostemp(path_.data(), O_CLOEXEC)) {}
  ~TemporaryFile() {
    if (file_ && !kept_) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const HostFile& file() const { return file_; }
  bool rename_to(const std::string& target) {
    kept_ = ::rename(path_.c_str(), target.c_str()) == 0;
    return kept_;
  }

 private:
  std::string path_;
  HostFile file_;
  bool kept_ = false;
};

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

std::string base_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// A symbolic link stays one: what it points to is replaced.
std::string resolved(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) return path;
  std::string result(real);
  ::free(real);
  return result;
}

void sync_directory(const std::string& path) {
  const HostFile directory(::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) ::fsync(directory.fd());
}

bool copy_run(const HostFile& from, const HostFile& to, std::uint64_t offset, std::uint64_t end) {
  std::vector<std::uint8_t> block(std::size_t{1} << 20);
  while (offset < end) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), end - offset));
    if (from.read_at(offset, std::span(block).first(want)) != static_cast<ssize_t>(want)) return false;
    if (!to.write_at(offset, std::span(block).first(want))) return false;
    offset += want;
  }
  return true;
}

/// Copies contents, holes staying holes; shares blocks where the file system can. False with errno set.
bool copy_sparse(const HostFile& from, const HostFile& to, std::uint64_t size) {
  if (::ioctl(to.fd(), FICLONE, from.fd()) == 0) return true;
  if (::ftruncate(to.fd(), static_cast<off_t>(size)) != 0) return false;
  std::uint64_t at = 0;
  while (at < size) {
    const off_t data = ::lseek(from.fd(), static_cast<off_t>(at), SEEK_DATA);
    if (data < 0 && errno == ENXIO) return true;  // only a hole is left
    if (data < 0) return copy_run(from, to, at, size);
    const off_t hole = ::lseek(from.fd(), data, SEEK_HOLE);
    const std::uint64_t end = hole < 0 ? size : std::min(static_cast<std::uint64_t>(hole), size);
    if (!copy_run(from, to, static_cast<std::uint64_t>(data), end)) return false;
    at = end;
  }
  return true;
}

bool write_changes(const HostFile& file, std::span<const Change> changes) {
  return std::all_of(changes.begin(), changes.end(),
                     [&](const Change& c) { return file.write_at(c.offset, c.bytes); }) &&
         ::fsync(file.fd()) == 0;
}

/// False when there is no room (or no right) for a copy in the image's directory: then the journal's way
/// remains.
bool replace(const std::string& path, const HostFile& file, const struct stat& st, std::span<const Change> changes) {
  TemporaryFile copy(fmt::format("{}/.{}.bootsim-XXXXXX", directory_of(path), base_of(path)));
  if (!copy.file()) return false;
  const auto size = static_cast<std::uint64_t>(st.st_size);
  if (!copy_sparse(file, copy.file(), size)) return false;
  if (::fchmod(copy.file().fd(), st.st_mode & 07777) != 0) return false;
  // The owner can be kept only by root; another owner of the same contents is no reason to fail.
  if (::fchown(copy.file().fd(), st.st_uid, st.st_gid) != 0) errno = 0;
  if (!write_changes(copy.file(), changes)) return false;
  if (!copy.rename_to(path)) return false;
  sync_directory(path);
  return true;
}

void put64(std::vector<std::uint8_t>& out, std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::vector<std::uint8_t> make_journal(std::uint64_t image_size, std::span<const Change> changes) {
  std::vector<std::uint8_t> body;
  for (const Change& c : changes) {
    put64(body, c.offset);
    put64(body, c.bytes.size());
    body.insert(body.end(), c.bytes.begin(), c.bytes.end());
  }
  std::vector<std::uint8_t> journal(kJournalMagic.begin(), kJournalMagic.end());
  put64(journal, image_size);
  put64(journal, body.size());
  put64(journal, crc32(body.data(), body.size()));
  journal.insert(journal.end(), body.begin(), body.end());
  return journal;
}

/// The changes in a complete journal for an image of `image_size` bytes; nothing when it is incomplete or not
/// for it.
std::vector<Change> parse_journal(Bytes journal, std::uint64_t image_size) {
  if (journal.size() < kJournalHeader || !has_text(journal, 0, kJournalMagic)) return {};
  const Bytes body = journal.subspan(kJournalHeader);
  if (le64(journal, 8) != image_size || le64(journal, 16) != body.size()) return {};
  if (le64(journal, 24) != crc32(body.data(), body.size())) return {};
  std::vector<Change> changes;
  for (std::size_t at = 0; at < body.size();) {
    if (body.size() - at < kChangeHeader) return {};
    const std::uint64_t offset = le64(body, at), length = le64(body, at + 8);
    at += kChangeHeader;
    if (length > body.size() - at || offset > image_size || length > image_size - offset) return {};
    changes.push_back({offset, body.subspan(at, static_cast<std::size_t>(length))});
    at += static_cast<std::size_t>(length);
  }
  return changes;
}

void write_in_place(const std::string& path, std::uint64_t size, std::span<const Change> changes) {
  const HostFile image(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!image) fail(path, "cannot be opened for writing: " + error_text(errno) + "; nothing was changed");
  const std::string journal = journal_path(path);
  const HostFile log(::open(journal.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  const bool logged = log && log.write_at(0, make_journal(size, changes)) && ::fsync(log.fd()) == 0;
  if (!logged) {
    const int error = errno;
    if (log) ::unlink(journal.c_str());
    fail(path, fmt::format("no room to save changes safely ({}: {}); nothing was changed", journal, error_text(error)));
  }
  sync_directory(journal);
  if (!write_changes(image, changes))
    fail(path, fmt::format("writing failed half-way: {}; run again with --persist to finish from {}", error_text(errno),
                           journal));
  ::unlink(journal.c_str());
}

std::vector<std::uint8_t> read_whole(const HostFile& file, const struct stat& st) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(st.st_size));
  const ssize_t n = file.read_at(0, bytes);
  bytes.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
  return bytes;
}

}  // namespace

std::string journal_path(const std::string& path) {
  const std::string real = resolved(path);
  struct stat st {};
  if (::stat(real.c_str(), &st) != 0 || !S_ISBLK(st.st_mode)) return real + ".bootsim-journal";
  std::string flat = real;
  std::replace(flat.begin(), flat.end(), '/', '-');
  return "/var/tmp/bootsim" + flat + ".bootsim-journal";
}

void write_back(const std::string& path, const HostFile& file, std::span<const Change> changes) {
  const std::string real = resolved(path);
  struct stat opened {
  }, now{};
  if (::fstat(file.fd(), &opened) != 0 || ::stat(real.c_str(), &now) != 0)
    fail(path, "has gone while in use; the changes cannot be saved");
  if (opened.st_dev != now.st_dev || opened.st_ino != now.st_ino)
    fail(path, "was replaced by another file while in use; the changes are not saved over it");
  if (::access(real.c_str(), W_OK) != 0) fail(path, "is write-protected; make it writable, or run without --persist");
  const off_t end = ::lseek(file.fd(), 0, SEEK_END);
  for (const Change& c : changes)
    if (end < 0 || c.offset + c.bytes.size() > static_cast<std::uint64_t>(end))
      fail(path, "was cut short while in use; the changes are not saved");
  if (S_ISREG(now.st_mode) && now.st_nlink == 1 && replace(real, file, now, changes)) return;
  write_in_place(real, static_cast<std::uint64_t>(end), changes);
}

void finish_journal(const std::string& path, bool may_write) {
  const std::string journal = journal_path(path);
  const HostFile log(::open(journal.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!log) return;
  struct stat st {};
  if (::fstat(log.fd(), &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != ::geteuid()) return;
  const HostFile image(::open(path.c_str(), (may_write ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK));
  if (!image) return;  // opening it for reading reports what is wrong
  const off_t size = ::lseek(image.fd(), 0, SEEK_END);
  const std::vector<std::uint8_t> bytes = read_whole(log, st);
  const std::vector<Change> changes = parse_journal(bytes, static_cast<std::uint64_t>(std::max<off_t>(size, 0)));
  if (!changes.empty()) {
    if (!may_write)
      fail(path, fmt::format("an earlier --persist was interrupted; run once with --persist to finish it, or delete {}",
                             journal));
    if (!write_changes(image, changes))
      fail(path, "the interrupted --persist cannot be finished: " + error_text(errno));
  }
  if (may_write) ::unlink(journal.c_str());
}

}  // namespace devices::media
