// Small firmware and media for the installer's tests.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "bootsim/install/disk.h"
#include "bootsim/install/host_tool.h"
#include "bootsim/install/install.h"
#include "bootsim/install/layout.h"
#include "emu/error.h"

namespace bootsim::install::test {

inline void put(Buffer& bytes, std::size_t at, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

inline void put_text(Buffer& bytes, std::size_t at, std::string_view text) {
  std::copy(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

/// 5 sectors: the head, and 2100 bytes of a body (the last sector is not full).
inline Buffer small_stage2() {
  Buffer bytes(1024 + 1100, 0x5A);
  put_text(bytes, head::kMagicAt, head::kMagic);
  put(bytes, head::kLength, bytes.size(), 4);
  write_stage_head(bytes, {});
  return bytes;
}

/// 200 bytes of code with a table at 100.
inline Buffer code_with_table(std::uint8_t fill) {
  Buffer bytes(200, fill);
  put_text(bytes, 100, boot_table::kMagic);
  return bytes;
}

/// A boot sector as NASM makes it: a BPB of nothing, code behind it.
inline Buffer fat_boot_sector(std::uint8_t fill, std::size_t code) {
  Buffer bytes(kSector);
  bytes[0] = 0xEB;
  bytes[1] = static_cast<std::uint8_t>(code - 2);
  bytes[2] = 0x90;
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(code), bytes.begin() + 300, fill);
  put_text(bytes, 300, boot_table::kMagic);
  put(bytes, 510, 0xAA55, 2);
  return bytes;
}

struct FakeFirmware {
  Buffer stage2 = small_stage2(), raw = code_with_table(0x11), mbr = Buffer(440, 0x22), gptmbr = Buffer(300, 0x33),
         fat16 = fat_boot_sector(0x44, kFat16CodeBegin), fat32 = fat_boot_sector(0x55, kFat32CodeBegin);
  Bytes operator()(std::string_view name) const {
    if (name == kFirmwareStage2) return stage2;
    if (name == kFirmwareRaw) return raw;
    if (name == kFirmwareMbr) return mbr;
    if (name == kFirmwareGptMbr) return gptmbr;
    if (name == kFirmwareFat16) return fat16;
    if (name == kFirmwareFat32) return fat32;
    throw emu::Error(emu::ErrorKind::kUsage, "no such firmware");
  }
};

/// A disk in memory whose plug is pulled after `writes_left` writes.
class MemoryDisk final : public Disk {
 public:
  explicit MemoryDisk(Buffer contents) : bytes(std::move(contents)) {}
  const std::string& name() const override { return name_; }
  std::uint64_t size() const override { return bytes.size(); }
  bool read_only() const override { return false; }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    const std::size_t n = offset < bytes.size() ? std::min<std::size_t>(out.size(), bytes.size() - offset) : 0;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), n, out.begin());
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(n), out.end(), std::uint8_t{0});
    return n;
  }
  void write(std::uint64_t offset, std::span<const std::uint8_t> data) override {
    const bool cut = writes_left-- == 0;
    if (cut) data = data.first(data.size() / kSector / 2 * kSector);  // a sector is all or nothing, several are not
    std::copy(data.begin(), data.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset));
    if (cut) throw emu::Error(emu::ErrorKind::kMedium, "the plug was pulled");
  }
  void sync() override { ++syncs; }

  Buffer bytes;
  int writes_left = 1'000'000;
  int syncs = 0;

 private:
  std::string name_ = "disk";
};

/// 1 MiB with an MBR, a disk signature, and one partition of type 83h from `first` on; words of another
/// loader in the MBR.
inline Buffer mbr_disk(std::uint32_t first = 63) {
  Buffer bytes(std::size_t{1} << 20);
  put_text(bytes, 0, "another loader's code");
  put(bytes, 440, 0x12345678, 4);
  put(bytes, 446, 0x80, 1);
  put(bytes, 446 + 4, 0x83, 1);
  put(bytes, 446 + 8, first, 4);
  put(bytes, 446 + 12, 2048 - first, 4);
  put(bytes, 510, 0xAA55, 2);
  return bytes;
}

inline std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const emu::Error& error) {
    return error.what();
  }
  return "no error";
}

inline void quiet(const std::string&) {}

}  // namespace bootsim::install::test
