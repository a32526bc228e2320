#include "bios/video_canvas.h"

#include <algorithm>
#include <vector>

namespace bios {

namespace {

constexpr std::uint8_t kMapMask = 2, kReadMap = 4;
constexpr std::uint8_t kEnableSetReset = 1, kRotate = 3, kMode = 5, kBitMask = 8;
constexpr std::uint32_t kCgaOddLines = 0x2000;

/// Red, green and blue of a text colour in 1/3 steps: colour 6 is brown.
std::array<unsigned, 3> thirds(unsigned attribute) {
  const unsigned bright = attribute >> 3 & 1;
  const auto part = [&](unsigned bit) { return (attribute >> bit & 1) * 2 + bright; };
  std::array<unsigned, 3> rgb = {part(2), part(1), part(0)};
  if (attribute == 6) rgb[1] = 1;
  return rgb;
}

std::uint32_t direct_colour(int bits, unsigned attribute) {
  const unsigned green_bits = bits == 15 ? 5 : bits == 16 ? 6 : 8, other_bits = bits > 16 ? 8 : 5;
  const auto scale = [](unsigned third, unsigned width) { return (third * ((1u << width) - 1) + 1) / 3; };
  const auto rgb = thirds(attribute);
  return scale(rgb[0], other_bits) << (green_bits + other_bits) | scale(rgb[1], green_bits) << other_bits |
         scale(rgb[2], other_bits);
}

}  // namespace

Canvas::Canvas(emu::Memory& memory, VideoRegisters registers, const VideoMode& mode, emu::PhysAddr base,
               std::uint32_t line_bytes)
    : memory_(memory), registers_(registers), mode_(mode), base_(base), line_bytes_(line_bytes) {
  if (mode.model != MemoryModel::kPlanar) return;
  // Write mode 0 without set/reset, rotation and bit mask, whatever the program left there.
  registers_.set_graphics(kEnableSetReset, 0);
  registers_.set_graphics(kRotate, 0);
  registers_.set_graphics(kMode, 0);
  registers_.set_graphics(kBitMask, 0xFF);
}

Canvas::~Canvas() {
  if (mode_.model != MemoryModel::kPlanar) return;
  registers_.set_sequencer(kMapMask, 0x0F);
  registers_.set_graphics(kReadMap, 0);
}

std::uint32_t Canvas::bytes(int pixels) const {
  const auto n = static_cast<std::uint32_t>(pixels);
  switch (mode_.model) {
    case MemoryModel::kPlanar: return n / 8;
    case MemoryModel::kCga: return n * mode_.bits / 8;
    default: return n * static_cast<std::uint32_t>(mode_.bytes_per_pixel());
  }
}

emu::PhysAddr Canvas::address(int x, int y) const {
  const auto line = static_cast<std::uint32_t>(y);
  if (mode_.model == MemoryModel::kCga)
    return base_ + (line / 2 * line_bytes_ + bytes(x) + (line & 1 ? kCgaOddLines : 0));
  return base_ + (line * line_bytes_ + bytes(x));
}

void Canvas::select_plane(int plane) {
  registers_.set_sequencer(kMapMask, static_cast<std::uint8_t>(1 << plane));
  registers_.set_graphics(kReadMap, static_cast<std::uint8_t>(plane));
}

template <class F>
void Canvas::for_each_plane(F&& f) {
  if (mode_.model != MemoryModel::kPlanar) return f(0);
  for (int plane = 0; plane < 4; ++plane) {
    select_plane(plane);
    f(plane);
  }
}

void Canvas::read(int x, int y, std::span<Row> rows) {
  for (Row& row : rows) row.fill(0);
  if (x < 0 || y < 0 || x + 8 > width()) return;
  const int count = std::min<int>(static_cast<int>(rows.size()), height() - y);
  for_each_plane([&](int plane) {
    for (int i = 0; i < count; ++i) {
      Row& row = rows[static_cast<std::size_t>(i)];
      std::array<std::uint8_t, 32> raw{};
      memory_.read(address(x, y + i), std::span(raw).first(bytes(8)));
      for (std::size_t p = 0; p < 8; ++p) {
        switch (mode_.model) {
          case MemoryModel::kPlanar: row[p] |= static_cast<std::uint32_t>((raw[0] >> (7 - p) & 1) << plane); break;
          case MemoryModel::kCga:
            row[p] = mode_.bits == 1 ? raw[0] >> (7 - p) & 1 : raw[p / 4] >> (6 - p % 4 * 2) & 3;
            break;
          default:
            for (int b = mode_.bytes_per_pixel(); b-- > 0;)
              row[p] = row[p] << 8 |
                       raw[p * static_cast<std::size_t>(mode_.bytes_per_pixel()) + static_cast<std::size_t>(b)];
        }
      }
    }
  });
}

void Canvas::write(int x, int y, std::span<const Row> rows) {
  if (x < 0 || y < 0 || x + 8 > width()) return;
  const int count = std::min<int>(static_cast<int>(rows.size()), height() - y);
  for_each_plane([&](int plane) {
    for (int i = 0; i < count; ++i) {
      const Row& row = rows[static_cast<std::size_t>(i)];
      std::array<std::uint8_t, 32> raw{};
      for (std::size_t p = 0; p < 8; ++p) {
        const std::uint32_t value = row[p];
        switch (mode_.model) {
          case MemoryModel::kPlanar: raw[0] |= static_cast<std::uint8_t>((value >> plane & 1) << (7 - p)); break;
          case MemoryModel::kCga:
            if (mode_.bits == 1)
              raw[0] |= static_cast<std::uint8_t>((value & 1) << (7 - p));
            else
              raw[p / 4] |= static_cast<std::uint8_t>((value & 3) << (6 - p % 4 * 2));
            break;
          default: {
            const auto size = static_cast<std::size_t>(mode_.bytes_per_pixel());
            for (std::size_t b = 0; b < size; ++b) raw[p * size + b] = static_cast<std::uint8_t>(value >> (8 * b));
          }
        }
      }
      memory_.write(address(x, y + i), std::span(raw).first(bytes(8)));
    }
  });
}

void Canvas::fill(int x, int y, int w, int h, std::uint32_t value) {
  w = std::min(w, width() - x);
  h = std::min(h, height() - y);
  if (x < 0 || y < 0 || w <= 0 || h <= 0) return;
  Row row;
  row.fill(value);
  write(x, y, std::span(&row, 1));
  for_each_plane([&](int) {
    // One line is made of its first eight pixels, the others are copies of it.
    std::vector<std::uint8_t> line(bytes(w));
    const std::uint32_t unit = bytes(8);
    memory_.read(address(x, y), std::span(line).first(unit));
    for (std::size_t i = unit; i < line.size(); ++i) line[i] = line[i - unit];
    for (int i = 0; i < h; ++i) memory_.write(address(x, y + i), line);
  });
}

void Canvas::move(int x, int to_y, int from_y, int w, int h) {
  w = std::min(w, width() - x);
  h = std::min({h, height() - to_y, height() - from_y});
  if (x < 0 || to_y < 0 || from_y < 0 || w <= 0 || h <= 0) return;
  const bool down = to_y > from_y;
  for_each_plane([&](int) {
    std::vector<std::uint8_t> line(bytes(w));
    for (int i = 0; i < h; ++i) {
      const int y = down ? h - 1 - i : i;
      memory_.read(address(x, from_y + y), line);
      memory_.write(address(x, to_y + y), line);
    }
  });
}

std::uint32_t Canvas::from_attribute(std::uint8_t attribute) const {
  return mode_.model == MemoryModel::kDirect ? direct_colour(mode_.bits, attribute & 0xF) : attribute;
}

std::uint8_t Canvas::to_attribute(std::uint32_t value) const {
  if (mode_.model != MemoryModel::kDirect) return static_cast<std::uint8_t>(value);
  const std::uint32_t mask = mode_.bits == 15 ? 0x7FFF : mode_.bits == 16 ? 0xFFFF : 0xFF'FFFF;
  for (unsigned attribute = 0; attribute < 16; ++attribute)
    if (direct_colour(mode_.bits, attribute) == (value & mask)) return static_cast<std::uint8_t>(attribute);
  return 0;
}

}  // namespace bios
