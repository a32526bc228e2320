// The I/O port space: who answers which port.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emu/snapshot.h"

namespace emu {

/// A device on the I/O bus. Every read has a `peek` twin that changes nothing, so that a debugger can look.
/// Devices with 8-bit registers implement the byte functions only; a wider access is then made of byte
/// accesses, lowest port first, as an 8-bit ISA device sees it.
class PortDevice {
 public:
  virtual ~PortDevice() = default;
  virtual std::uint8_t in8(std::uint16_t port) = 0;
  virtual void out8(std::uint16_t port, std::uint8_t value) = 0;
  virtual std::uint8_t peek8(std::uint16_t port) const = 0;

  /// size is 1, 2 or 4.
  virtual std::uint32_t in(std::uint16_t port, int size);
  virtual void out(std::uint16_t port, std::uint32_t value, int size);
  virtual std::uint32_t peek(std::uint16_t port, int size) const;
};

/// One access to a port, by the guest.
struct PortAccess {
  std::uint16_t port = 0;
  int size = 1;
  bool write = false;
  std::uint32_t value = 0;  ///< written, or what was read
};

/// Told of every access, after it. Looks only.
class PortObserver {
 public:
  virtual ~PortObserver() = default;
  virtual void port_used(const PortAccess& access) = 0;
};

/// The 64 Ki ports. A port that nobody claimed reads all ones, ignores writes, and is remembered.
class IoPorts {
 public:
  /// A port that the guest used and nobody owns.
  struct Unclaimed {
    std::uint64_t reads = 0;
    std::uint64_t writes = 0;
  };

  /// Gives the ports first..last (inclusive) to `device`; a later claim replaces an earlier one. `name` is
  /// the chip's name for listings ("8259A PIC, primary"). The device must outlive the port space's use.
  void claim(std::uint16_t first, std::uint16_t last, PortDevice& device, std::string_view name);

  /// One observer, or null for none.
  void observe(PortObserver* observer) { observer_ = observer; }

  /// size is 1, 2 or 4. An access that begins and ends at different devices is split into bytes, so no device
  /// is asked for a port behind its last.
  std::uint32_t in(std::uint16_t port, int size);
  void out(std::uint16_t port, std::uint32_t value, int size);
  std::uint32_t peek(std::uint16_t port, int size) const;

  /// The claim's name, or empty.
  std::string_view owner(std::uint16_t port) const;
  /// Ports that were used although nobody owns them, in order.
  const std::map<std::uint16_t, Unclaimed>& unclaimed() const { return unclaimed_; }
  /// How many accesses there were (not peeks): each takes bus time, also those that the BIOS makes.
  std::uint64_t accesses() const { return accesses_; }

 private:
  friend struct SnapshotAccess;
  auto snapshot_fields() { return std::tie(unclaimed_); }

  struct Claim {
    PortDevice* device = nullptr;
    std::string name;
  };
  bool crosses_owners(std::uint16_t port, int size) const;
  std::uint32_t read(std::uint16_t port, int size);
  void write(std::uint16_t port, std::uint32_t value, int size);

  std::vector<Claim> claims_{1};              // claim 0 is "nobody"
  std::array<std::uint16_t, 65536> owner_{};  // port -> index into claims_
  std::map<std::uint16_t, Unclaimed> unclaimed_;
  PortObserver* observer_ = nullptr;
  std::uint64_t accesses_ = 0;
};

}  // namespace emu
