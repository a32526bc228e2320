#pragma once

#include <stdint.h>

#include "bios.h"

namespace stage2 {

/// How stage2 came to be in memory (head.asm, `kind`).
enum class BootKind : uint8_t { kNotInstalled = 0, kFile = 1, kEmbedded = 2, kCd = 3, kWholeDisk = 4, kLoadedFile = 5 };

/// The fields of the head that the body uses. It lies in memory below the body, at 08000h.
struct [[gnu::packed]] Head {
  uint8_t jump[4];
  char magic[4];        ///< "BSS2"
  uint32_t length;      ///< bytes of stage2.bin
  uint32_t install_id;  ///< 0: not installed
  BootKind kind;
  uint8_t drive;
  uint16_t reserved;
  uint32_t sum;
  uint64_t volume_lba;  ///< where the volume with the configuration starts; 0 = the whole medium
};
static_assert(sizeof(Head) == 0x20);

inline constexpr uint32_t kHeadAddress = 0x8000;

inline const Head& head() { return *physical<const Head>(kHeadAddress); }

}  // namespace stage2
