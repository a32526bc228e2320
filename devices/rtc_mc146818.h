// The MC146818 real-time clock and its CMOS memory.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "devices/timer.h"
#include "emu/clock.h"
#include "emu/interrupt_controller.h"
#include "emu/io_ports.h"
#include "emu/snapshot.h"

namespace devices {

/// Floppy drive types as CMOS 10h names them.
enum class CmosFloppy : std::uint8_t { kNone = 0, k360K = 1, k1200K = 2, k720K = 3, k1440K = 4, k2880K = 5 };

/// What POST would have measured and SETUP would have stored.
struct CmosConfiguration {
  std::uint64_t ram_below_4g = 0;  ///< bytes of RAM from 0 up, below 4 GiB (holes counted as RAM)
  std::uint64_t ram_above_4g = 0;  ///< bytes of RAM from 4 GiB up
  CmosFloppy floppy_a = CmosFloppy::kNone;
  CmosFloppy floppy_b = CmosFloppy::kNone;
};

/// Index port 70h (bit 7 masks NMI), data port 71h, 128 bytes (Motorola MC146818A data sheet). The date runs
/// with virtual time from a fixed start; nothing ticks unless the guest enables an interrupt. UIP is set
/// during the last 244 microseconds of a second, as in QEMU.
class RtcMc146818 : public emu::PortDevice {
 public:
  /// 2024-01-01T00:00:00 in seconds since 1970-01-01, no time zone.
  static constexpr std::int64_t kDefaultStart = 1'704'067'200;

  struct State {
    std::array<std::uint8_t, 128> cmos{};
    std::uint8_t index = 0;            ///< last value written to 70h, with the NMI mask in bit 7
    std::int64_t base_seconds = 0;     ///< date at base_time, seconds since 1970
    emu::Nanoseconds base_time = 0;    ///< a second began then
    int weekday_offset = 0;            ///< the guest may set any day of the week
    emu::Nanoseconds flags_since = 0;  ///< register C was last read (or its flags gathered) then
    bool irq = false;
  };

  /// `start` is the date at power-on in seconds since 1970 (devices/calendar.h).
  RtcMc146818(emu::IoPorts& ports, emu::Clock& clock, emu::IrqLine& irq8, std::int64_t start = kDefaultStart);
  RtcMc146818(const RtcMc146818&) = delete;
  RtcMc146818& operator=(const RtcMc146818&) = delete;

  /// The RESET pin: interrupts off; date and CMOS stay, as the battery keeps them.
  void reset();
  /// Fills the bytes that SeaBIOS, QEMU's guests and loaders read: 10h floppies, 14h equipment, 15h-18h,
  /// 30h/31h, 34h/35h and 5Bh-5Dh memory sizes, 2Eh/2Fh checksum, 32h century.
  void configure(const CmosConfiguration& configuration);

  std::uint8_t in8(std::uint16_t port) override;
  void out8(std::uint16_t port, std::uint8_t value) override;
  std::uint8_t peek8(std::uint16_t port) const override;

  bool nmi_masked() const { return (state_.index & 0x80) != 0; }
  /// The date now, seconds since 1970.
  std::int64_t date() const;

  const State& state() const { return state_; }
  void restore(const State& state);

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tuple_cat(std::tie(state_), emu::SnapshotAccess::fields(timer_)); }

  bool running() const;
  std::uint8_t peek_register(std::uint8_t index) const;
  std::uint8_t flags_now() const;
  void gather_flags();
  void write_register(std::uint8_t index, std::uint8_t value);
  void write_a(std::uint8_t value);
  void write_b(std::uint8_t value);
  void start_clock(emu::Nanoseconds into_second);
  void fill_date_registers(std::int64_t seconds);
  std::int64_t date_from_registers() const;
  emu::Nanoseconds next_interrupt() const;
  std::int64_t next_alarm(std::int64_t after) const;
  void update_interrupt();

  emu::Clock& clock_;
  emu::IrqLine& irq8_;
  Timer timer_;
  State state_;
};

}  // namespace devices
