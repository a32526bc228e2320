#include "bootsim/host_files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fmt/core.h>

#include "emu/error.h"

namespace bootsim {
namespace {

[[noreturn]] void refuse(std::string_view option, const std::string& path, std::string_view why) {
  throw emu::Error(emu::ErrorKind::kMedium, fmt::format("{} {}: {}", option, path, why));
}

/// Up to the end, or until there is more than `limit`.
template <class Bytes>
void read_pieces(std::FILE& file, Bytes& bytes, std::uint64_t limit) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  for (std::size_t got = kPiece; got == kPiece && bytes.size() <= limit;) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kPiece);
    got = std::fread(bytes.data() + before, 1, kPiece, &file);
    bytes.resize(before + got);
  }
}

}  // namespace

std::string read_text(const std::string& path, std::string_view what, std::uint64_t limit) {
  const auto refuse = [&](const std::string& why) {
    throw emu::Error(emu::ErrorKind::kUsage, fmt::format("{}: {}", path, why));
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) refuse(fmt::format("is a directory; name a {} in it", what));
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file && errno == ENOENT) refuse(fmt::format("there is no such {}", what));
  if (!file) refuse(fmt::format("the {} cannot be read: {}", what, std::strerror(errno)));
  std::string text;
  read_pieces(*file, text, limit);
  if (std::ferror(file.get()) != 0) refuse(fmt::format("the {} cannot be read: {}", what, std::strerror(errno)));
  if (text.size() > limit) refuse(fmt::format("the {} has more than {} bytes", what, limit));
  return text;
}

std::vector<std::uint8_t> read_file(const std::string& path, std::string_view option, std::uint64_t limit) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) refuse(option, path, "is a directory");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) refuse(option, path, std::strerror(errno));
  std::vector<std::uint8_t> bytes;
  read_pieces(*file, bytes, limit);
  if (std::ferror(file.get()) != 0) refuse(option, path, std::strerror(errno));
  if (bytes.empty()) refuse(option, path, "is empty");
  if (bytes.size() > limit) refuse(option, path, fmt::format("is too big: more than {} bytes", limit));
  return bytes;
}

std::shared_ptr<const bios::LinuxKernel> read_kernel(const KernelOption& option, std::uint64_t memory) {
  auto kernel = std::make_shared<bios::LinuxKernel>();
  kernel->name = std::filesystem::path(option.kernel).filename().string();
  kernel->image = read_file(option.kernel, "--kernel", memory);
  kernel->command_line = option.command_line;
  constexpr std::size_t kAlignment = 4;
  for (const std::string& path : option.initrds) {
    kernel->initrd.resize((kernel->initrd.size() + kAlignment - 1) / kAlignment * kAlignment);
    const std::vector<std::uint8_t> initrd = read_file(path, "--initrd", memory);
    kernel->initrd.insert(kernel->initrd.end(), initrd.begin(), initrd.end());
  }
  return kernel;
}

}  // namespace bootsim
