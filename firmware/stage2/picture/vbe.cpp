#include "stage2/picture/vbe.h"

#include "lib32/memory.h"
#include "stage2/bios.h"

namespace stage2 {
namespace {

// VBE 2.0 §4.3 to 4.5 (VBE 3.0 keeps them)
constexpr u32 kControllerInformation = 0x4f00, kModeInformation = 0x4f01, kSetMode = 0x4f02;
constexpr u16 kDone = 0x004f;
constexpr u32 kLinear = 0x4000;
constexpr u32 kInformationBytes = 512;
constexpr u32 kModeListAt = 0x0e;
constexpr u16 kEndOfList = 0xffff;
constexpr u32 kMostModes = 256;
// VbeInfoBlock.VbeVersion
constexpr u32 kVersionAt = 0x04;
constexpr u16 kVersion2 = 0x0200;
// ModeInfoBlock
constexpr u32 kAttributesAt = 0x00, kLineBytesAt = 0x10, kWidthAt = 0x12, kHeightAt = 0x14, kBitsAt = 0x19,
              kModelAt = 0x1b, kFieldsAt = 0x1f, kFrameBufferAt = 0x28;
constexpr u16 kUsable = 0x01 | 0x10 | 0x80;  // supported by the hardware, graphics, linear frame buffer
constexpr u8 kPackedPixel = 4, kDirectColour = 6;

constexpr PictureSize kSizes[] = {{640, 480}, {800, 600}, {1024, 768}};

alignas(16) constinit u8 information[kInformationBytes] = {};

bool ask(u32 function, u32 ecx) {
  const u32 at = reinterpret_cast<u32>(information);
  Regs regs;
  regs.eax = function;
  regs.ecx = ecx;
  regs.es = u16(at >> 4);
  regs.edi = at & 15;
  bios_call(0x10, regs);
  return regs.ax() == kDone;
}

// The list may lie in `information` itself, which the next call overwrites.
Vector<u16> mode_numbers() {
  Vector<u16> numbers;
  memset(information, 0, sizeof information);
  memcpy(information, "VBE2", 4);
  if (!ask(kControllerInformation, 0) || memcmp(information, "VESA", 4) != 0 ||
      lib32::le16(information + kVersionAt) < kVersion2)
    return numbers;
  const u8* pointer = information + kModeListAt;
  const u8* list = physical<const u8>(lib32::le16(pointer) + u32{lib32::le16(pointer + 2)} * 16);
  for (u32 i = 0; i < kMostModes && lib32::le16(list + i * 2) != kEndOfList; ++i)
    numbers.push_back(lib32::le16(list + i * 2));
  return numbers;
}

bool fits(VbeField field) { return field.size != 0 && field.size <= 8 && field.size + field.position <= 32; }

bool parse_mode(u16 number, VbeMode& mode) {
  memset(information, 0, sizeof information);
  if (!ask(kModeInformation, number)) return false;
  const u8* fields = information + kFieldsAt;
  mode = {number,
          lib32::le16(information + kWidthAt),
          lib32::le16(information + kHeightAt),
          lib32::le32(information + kFrameBufferAt),
          lib32::le16(information + kLineBytesAt),
          (information[kBitsAt] + 7u) / 8,
          {fields[0], fields[1]},
          {fields[2], fields[3]},
          {fields[4], fields[5]}};
  const u8 model = information[kModelAt];
  if (model == kPackedPixel && mode.pixel_bytes >= 3) mode.red = {8, 16}, mode.green = {8, 8}, mode.blue = {8, 0};
  return fits(mode.red) && fits(mode.green) && fits(mode.blue) &&
         (lib32::le16(information + kAttributesAt) & kUsable) == kUsable && mode.frame_buffer != 0 &&
         (model == kPackedPixel || model == kDirectColour) && mode.pixel_bytes >= 2 && mode.pixel_bytes <= 4 &&
         mode.line_bytes >= mode.width * mode.pixel_bytes;
}

// How much a mode is wanted: 0 not at all. First one that holds the picture, the smaller the better; then the
// larger.
u32 merit(const PictureSize& picture, const VbeMode& mode) {
  for (u32 i = 0; i < 3; ++i) {
    if (mode.width != kSizes[i].width || mode.height != kSizes[i].height) continue;
    const bool holds = picture.width <= mode.width && picture.height <= mode.height;
    return (holds ? 10 - i : 1 + i) * 8 + mode.pixel_bytes;
  }
  return 0;
}

}  // namespace

Result find_vbe_mode(const PictureSize& picture, VbeMode& mode) {
  u32 best = 0;
  for (const u16 number : mode_numbers()) {
    VbeMode candidate;
    if (!parse_mode(number, candidate)) continue;
    const u32 found = merit(picture, candidate);
    if (found <= best) continue;
    best = found;
    mode = candidate;
  }
  if (best == 0) return fail("this video BIOS has no mode for a picture (VBE 2.0, 640x480, linear frame buffer)");
  return {};
}

bool set_vbe_mode(const VbeMode& mode) {
  Regs regs;
  regs.eax = kSetMode;
  regs.ebx = mode.number | kLinear;
  bios_call(0x10, regs);
  return regs.ax() == kDone;
}

}  // namespace stage2
