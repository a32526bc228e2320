#include "bios/video_registers.h"

namespace bios {

namespace {
constexpr std::uint16_t kAttributeWrite = 0x3C0, kAttributeRead = 0x3C1;
constexpr std::uint16_t kDacRead = 0x3C7, kDacWrite = 0x3C8, kDacData = 0x3C9;
constexpr std::uint16_t kDispiIndex = 0x1CE, kDispiData = 0x1CF;
constexpr std::uint8_t kScreenOn = 0x20;
}  // namespace

std::uint8_t VideoRegisters::attribute(std::uint8_t index) const {
  reset_flip_flop();
  const std::uint8_t before = in(kAttributeWrite);
  out(kAttributeWrite, index);
  const std::uint8_t value = in(kAttributeRead);
  reset_flip_flop();
  out(kAttributeWrite, before);
  reset_flip_flop();
  return value;
}

void VideoRegisters::set_attribute(std::uint8_t index, std::uint8_t value) {
  reset_flip_flop();
  const std::uint8_t before = in(kAttributeWrite);
  out(kAttributeWrite, index);
  out(kAttributeWrite, value);
  out(kAttributeWrite, before);
  reset_flip_flop();
}

void VideoRegisters::change_attribute(std::uint8_t index, std::uint8_t clear, std::uint8_t set) {
  set_attribute(index, static_cast<std::uint8_t>((attribute(index) & ~clear) | set));
}

void VideoRegisters::screen_on() const {
  reset_flip_flop();
  out(kAttributeWrite, kScreenOn);
  reset_flip_flop();
}

VideoRegisters::Rgb VideoRegisters::dac(std::uint8_t index) const {
  out(kDacRead, index);
  const std::uint8_t red = in(kDacData), green = in(kDacData), blue = in(kDacData);
  return {red, green, blue};
}

void VideoRegisters::set_dac(std::uint8_t index, Rgb rgb) {
  out(kDacWrite, index);
  for (const std::uint8_t component : rgb) out(kDacData, component);
}

std::uint16_t VideoRegisters::dispi(std::uint16_t index) const {
  ports_.out(kDispiIndex, index, 2);
  return static_cast<std::uint16_t>(ports_.in(kDispiData, 2));
}

void VideoRegisters::set_dispi(std::uint16_t index, std::uint16_t value) {
  ports_.out(kDispiIndex, index, 2);
  ports_.out(kDispiData, value, 2);
}

}  // namespace bios
