#include "bios/rom_labels.h"

namespace bios::rom {

namespace {
constexpr std::uint8_t kImage[] = {
#include "bios/rom_image.inc"
};
static_assert(sizeof(kImage) == 0x10000);
}  // namespace

std::span<const std::uint8_t> image() { return kImage; }

}  // namespace bios::rom
