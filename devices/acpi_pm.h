// ACPI's fixed hardware: the PM1 registers and the power management timer.
#pragma once

#include <cstdint>

#include "devices/timer.h"
#include "emu/clock.h"
#include "emu/interrupt_controller.h"
#include "emu/io_ports.h"
#include "emu/snapshot.h"
#include "emu/system_control.h"

namespace devices {

/// Laid out as in the 82371AB (PIIX4 data sheet, §7.2; ACPI 6.5 §4.8.3), but at fixed ports instead of behind a PCI
/// function, and without what the machine has not got: a power button, sleeping states but soft off (S5), SMM. An
/// ACPI-only machine, therefore: SCI_EN is always 1. The timer's value is computed from the virtual time; a clock event
/// exists only while its interrupt may come.
class AcpiPm : public emu::PortDevice {
 public:
  /// PMBASE and the registers from there on.
  static constexpr std::uint16_t kBase = 0xB000;
  static constexpr std::uint16_t kStatus = kBase + 0, kEnable = kBase + 2, kControl = kBase + 4, kTimer = kBase + 8;
  static constexpr std::uint16_t kPorts = 12;
  /// The timer's frequency: 14.31818 MHz / 4.
  static constexpr std::int64_t kHertz = 3'579'545;
  /// SUS_TYP of soft off, what ACPI calls SLP_TYPx of \_S5.
  static constexpr std::uint8_t kSoftOff = 0;

  struct State {
    std::uint16_t enable = 0;       ///< PMEN
    std::uint16_t control = 0;      ///< PMCNTRL as written, but for SCI_EN
    std::int64_t toggles_seen = 0;  ///< how often the timer's highest bit had changed when TMROF_STS was last cleared
  };

  /// `sci` is the system control interrupt, a level; `system` has the power switch.
  AcpiPm(emu::IoPorts& ports, emu::Clock& clock, emu::IrqLine& sci, emu::SystemControl& system);
  AcpiPm(const AcpiPm&) = delete;
  AcpiPm& operator=(const AcpiPm&) = delete;

  void reset();

  std::uint8_t in8(std::uint16_t port) override { return peek8(port); }
  void out8(std::uint16_t port, std::uint8_t value) override;
  std::uint8_t peek8(std::uint16_t port) const override;

  const State& state() const { return state_; }
  void restore(const State& state);

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tuple_cat(std::tie(state_), emu::SnapshotAccess::fields(overflow_)); }

  std::uint16_t status() const;
  void update_sci();
  void write_control(std::uint16_t value);

  emu::Clock& clock_;
  emu::IrqLine& sci_;
  emu::SystemControl& system_;
  Timer overflow_;
  State state_;
};

}  // namespace devices
