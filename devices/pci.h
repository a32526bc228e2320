// The PCI bus by configuration mechanism 1, with its host bridge and ISA bridge.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "emu/io_ports.h"
#include "emu/snapshot.h"

namespace devices {

/// One function's configuration space (PCI Local Bus Specification 2.1 §6.1). Its owner fills it in once and
/// reacts to writes.
class PciFunction {
 public:
  struct State {
    std::array<std::uint8_t, 256> config{};
    std::array<std::uint8_t, 256> writable{};  ///< 1 bits may be changed by the guest
  };

  std::uint8_t byte(int offset) const { return state_.config[offset & 255]; }
  std::uint16_t word(int offset) const;
  std::uint32_t dword(int offset) const;
  /// Sets bytes, little endian; the writable mask does not matter to these.
  void set_byte(int offset, std::uint8_t value) { state_.config[offset & 255] = value; }
  void set_word(int offset, std::uint16_t value);
  void set_dword(int offset, std::uint32_t value);
  void allow_writes(int offset, std::uint32_t mask, int size);

  /// The registers that every function has. `class_code` is class, subclass and interface: 030000h is a VGA
  /// adapter. The command register's I/O, memory and master bits become writable.
  void identify(std::uint16_t vendor, std::uint16_t device, std::uint32_t class_code, std::uint8_t revision = 0);
  /// Makes base address register `bar` (0-5) a 32-bit memory range of `size` bytes (a power of two, at least
  /// 16) with its low bits as in `flags` (8 = prefetchable); `base` is where it starts out.
  void add_memory_bar(int bar, std::uint32_t size, std::uint32_t base, std::uint32_t flags = 0);
  /// Where the memory range of `bar` is decoded now: nothing while the command register's memory bit is off,
  /// or where the range is being sized (all ones) or at 0.
  std::optional<std::uint32_t> memory_bar(int bar) const;

  /// Called after the guest changed the command register or a base address register: look at memory_bar().
  std::function<void()> on_bar_change;
  /// Called after the guest wrote the byte at `offset`.
  std::function<void(int offset)> on_write;

  const State& state() const { return state_; }
  void restore(const State& state);

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(state_); }

  friend class PciBus;
  void guest_write(int offset, std::uint32_t value, int size);

  State state_;
};

/// CF8h (address, 32 bits only) and CFCh-CFFh (data). Bus 0 only. A function that does not exist reads all
/// ones. CF9h belongs to SystemPort.
class PciBus : public emu::PortDevice {
 public:
  struct State {
    std::uint32_t address = 0;  ///< CONFIG_ADDRESS
  };

  /// Comes with 00:00.0, an 82441FX host bridge (8086:1237), and 00:01.0, an 82371SB ISA bridge (8086:7000).
  explicit PciBus(emu::IoPorts& ports);
  PciBus(const PciBus&) = delete;
  PciBus& operator=(const PciBus&) = delete;

  /// CONFIG_ADDRESS to 0, and each function's registers as they were when it was first reset.
  void reset();

  /// The function at 00:device.function, made empty (FFFFh:FFFFh is not present; identify() it) when it is
  /// new. The reference stays valid.
  PciFunction& function(int device, int function);
  const PciFunction* find(int device, int function) const;
  PciFunction& host_bridge() { return function(0, 0); }
  PciFunction& isa_bridge() { return function(1, 0); }
  /// The bus and all functions that exist belong to snapshots.
  void register_parts(emu::SnapshotParts& parts);
  /// The highest bus number, for INT 1Ah/B101h.
  int last_bus() const { return 0; }

  std::uint8_t in8(std::uint16_t port) override { return static_cast<std::uint8_t>(in(port, 1)); }
  void out8(std::uint16_t port, std::uint8_t value) override { out(port, value, 1); }
  std::uint8_t peek8(std::uint16_t port) const override { return static_cast<std::uint8_t>(peek(port, 1)); }
  std::uint32_t in(std::uint16_t port, int size) override { return peek(port, size); }
  void out(std::uint16_t port, std::uint32_t value, int size) override;
  std::uint32_t peek(std::uint16_t port, int size) const override;

  const State& state() const { return state_; }
  void restore(const State& state) { state_ = state; }

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(state_, power_on_); }

  const PciFunction* addressed() const;

  State state_;
  std::map<int, PciFunction> functions_;  // device * 8 + function
  std::map<int, PciFunction::State> power_on_;
};

}  // namespace devices
