#include "emu/io_ports.h"

namespace emu {

std::uint32_t PortDevice::in(std::uint16_t port, int size) {
  std::uint32_t value = 0;
  for (int i = 0; i < size; ++i) value |= std::uint32_t{in8(static_cast<std::uint16_t>(port + i))} << (8 * i);
  return value;
}

void PortDevice::out(std::uint16_t port, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i)
    out8(static_cast<std::uint16_t>(port + i), static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint32_t PortDevice::peek(std::uint16_t port, int size) const {
  std::uint32_t value = 0;
  for (int i = 0; i < size; ++i) value |= std::uint32_t{peek8(static_cast<std::uint16_t>(port + i))} << (8 * i);
  return value;
}

namespace {
constexpr std::uint32_t all_ones(int size) { return size == 4 ? 0xFFFFFFFFu : (1u << (8 * size)) - 1; }
}  // namespace

void IoPorts::claim(std::uint16_t first, std::uint16_t last, PortDevice& device, std::string_view name) {
  claims_.push_back({&device, std::string(name)});
  for (std::uint32_t p = first; p <= last; ++p) owner_[p] = static_cast<std::uint16_t>(claims_.size() - 1);
}

bool IoPorts::crosses_owners(std::uint16_t port, int size) const {
  const auto last = static_cast<std::uint16_t>(port + size - 1);
  return claims_[owner_[port]].device != claims_[owner_[last]].device;
}

std::uint32_t IoPorts::in(std::uint16_t port, int size) {
  const std::uint32_t value = read(port, size);
  if (observer_) observer_->port_used({.port = port, .size = size, .write = false, .value = value});
  return value;
}

void IoPorts::out(std::uint16_t port, std::uint32_t value, int size) {
  write(port, value, size);
  if (observer_) observer_->port_used({.port = port, .size = size, .write = true, .value = value});
}

std::uint32_t IoPorts::read(std::uint16_t port, int size) {
  if (crosses_owners(port, size)) {
    std::uint32_t value = 0;
    for (int i = 0; i < size; ++i) value |= read(static_cast<std::uint16_t>(port + i), 1) << (8 * i);
    return value;
  }
  ++accesses_;
  if (PortDevice* device = claims_[owner_[port]].device) return device->in(port, size);
  ++unclaimed_[port].reads;
  return all_ones(size);
}

void IoPorts::write(std::uint16_t port, std::uint32_t value, int size) {
  if (crosses_owners(port, size)) {
    for (int i = 0; i < size; ++i) write(static_cast<std::uint16_t>(port + i), value >> (8 * i) & 0xFF, 1);
    return;
  }
  ++accesses_;
  if (PortDevice* device = claims_[owner_[port]].device) return device->out(port, value, size);
  ++unclaimed_[port].writes;
}

std::uint32_t IoPorts::peek(std::uint16_t port, int size) const {
  if (crosses_owners(port, size)) {
    std::uint32_t value = 0;
    for (int i = 0; i < size; ++i) value |= peek(static_cast<std::uint16_t>(port + i), 1) << (8 * i);
    return value;
  }
  const PortDevice* device = claims_[owner_[port]].device;
  return device ? device->peek(port, size) : all_ones(size);
}

std::string_view IoPorts::owner(std::uint16_t port) const { return claims_[owner_[port]].name; }

}  // namespace emu
