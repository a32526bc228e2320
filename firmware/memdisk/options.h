// The command line. Words that are not options are the loader's, and ignored (BOOT_IMAGE=memdisk,
// initrd=...). Of options that contradict each other, MEMDISK's choice counts: the first c=, h=, s=, ...;
// floppy before harddisk; edd before noedd; safeint, int, bigraw, raw in this order. iso comes before floppy
// and harddisk.
#pragma once

#include <stdint.h>

namespace memdisk {

enum class Kind : uint8_t { kBySize, kFloppy, kHardDisk, kIso };
enum class Mover : uint8_t { kSafeInt, kInt, kRaw, kBigRaw };
enum class Edd : uint8_t { kDefault, kOn, kOff };

struct Options {
  uint32_t cylinders = 0;  // 0: found from the image
  uint32_t heads = 0;
  uint32_t sectors = 0;
  Kind kind = Kind::kBySize;
  uint8_t index = 0;  // of the drive: floppy=1 is 01h, harddisk=1 is 81h
  Mover mover = Mover::kSafeInt;
  Edd edd = Edd::kDefault;
  bool read_only = false;
  bool pause = false;
  bool hide_class = false;  // nopass
  bool hide_all = false;    // nopassany
  uint32_t stack = 512;     // bytes, 256 at least
  uint64_t memory = 0;      // mem=: what lies above is reserved; 0: no limit
  uint32_t offset = 0;      // bytes of the image in front of the disk

  const char* problem = nullptr;  // null, or what is wrong
  const char* culprit = nullptr;  // with which word, and how long it is
  uint32_t culprit_length = 0;
};

Options parse_options(const char* line);

}  // namespace memdisk
