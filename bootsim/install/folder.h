// A folder of the host as the contents of an image: in a fixed order, with fixed times when asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bootsim::install {

struct SourceEntry {
  enum class Kind { kFile, kDirectory, kLink };
  Kind kind = Kind::kFile;
  std::string path;        ///< in the image: "/boot/vmlinuz"
  std::string host_path;   ///< absolute
  std::string target;      ///< of a symbolic link
  std::uint64_t size = 0;  ///< bytes
  std::int64_t time = 0;   ///< seconds since 1970: SOURCE_DATE_EPOCH, or when it was changed
  std::uint32_t mode = 0;  ///< permission bits
};

struct SourceFolder {
  std::string path;
  std::vector<SourceEntry> entries;   ///< sorted by path, so that a folder comes before what is in it
  std::optional<std::int64_t> epoch;  ///< SOURCE_DATE_EPOCH of the environment
  std::int64_t time = 0;              ///< of the volume: that, or the newest file's
  std::uint32_t content = 0;          ///< CRC-32 over all names, sizes and bytes
  std::uint64_t bytes() const;        ///< of all files
};

/// Reads names and contents. Sockets, FIFOs and devices are left out. Throws emu::Error(kMedium): no such
/// folder, a file that cannot be read, a name with a control character or a quotation mark in it (the tools
/// cannot be told of such).
SourceFolder read_folder(const std::string& path);

/// Serial numbers and UUIDs out of one text: the same text, the same identifiers.
class Identifiers {
 public:
  explicit Identifiers(std::string seed) : seed_(std::move(seed)) {}
  std::uint32_t serial(const std::string& what) const;  ///< never 0
  std::string uuid(const std::string& what) const;      ///< lower case, of version 4's form (RFC 9562 §5.4)

 private:
  std::string seed_;
};

}  // namespace bootsim::install
