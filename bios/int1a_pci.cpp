// INT 1Ah/B1xxh: the PCI BIOS.
#include <fmt/core.h>

#include "bios/bios.h"
#include "bios/int1a.h"
#include "bios/pci_config.h"
#include "bios/rom_labels.h"

namespace bios::int1a {

namespace {

// Return codes in AH (PCI BIOS 2.1 §4.1).
constexpr std::uint8_t kFunctionNotSupported = 0x81, kBadVendor = 0x83, kDeviceNotFound = 0x86, kBadRegister = 0x87;

// The SI-th function for which `matches(address)` holds, in BX.
template <class Matches>
void find(Bios& bios, Call& call, Matches matches) {
  int left = call.regs.si();
  const bool found = pci::for_each_function(bios.ports(), [&](pci::Address address) {
    if (!matches(address) || left-- > 0) return false;
    call.regs.set_bx(address);
    return true;
  });
  if (found) {
    call.succeed();
  } else {
    call.fail(kDeviceNotFound);
  }
}

// A register must be aligned to its size and lie in the 256 bytes (PCI BIOS 2.1 §4.4).
bool good_register(Call& call, unsigned size) {
  const unsigned reg = call.regs.di();
  const bool good = reg < 256 && reg % size == 0;
  if (!good) call.fail(kBadRegister);
  return good;
}

}  // namespace

void pci_present(Bios& bios, Call& call) {
  if (!pci::present(bios.ports())) return call.fail(kFunctionNotSupported);
  emu::Registers& regs = call.regs;
  constexpr std::uint8_t kMechanism1 = 0x01;
  regs.set_al(kMechanism1);
  regs.set_bx(0x0210);       // version 2.10, BCD
  regs.set_cl(0);            // last bus
  regs.set_edx(0x20494350);  // "PCI "
  regs.set_edi(0xF0000 + rom::kPciEntry32);
  call.succeed();
}

void pci_find_device(Bios& bios, Call& call) {
  if (call.regs.dx() == 0xFFFF) return call.fail(kBadVendor);
  const std::uint32_t wanted = std::uint32_t{call.regs.cx()} << 16 | call.regs.dx();
  find(bios, call, [&](pci::Address a) { return pci::read(bios.ports(), a, pci::kVendorAndDevice, 4) == wanted; });
}

void pci_find_class(Bios& bios, Call& call) {
  const std::uint32_t wanted = call.regs.ecx() & 0xFFFFFF;
  find(bios, call,
       [&](pci::Address a) { return pci::read(bios.ports(), a, pci::kClassAndRevision, 4) >> 8 == wanted; });
}

void pci_read_byte(Bios& bios, Call& call) {
  if (!good_register(call, 1)) return;
  call.regs.set_cl(static_cast<std::uint8_t>(pci::read(bios.ports(), call.regs.bx(), call.regs.di(), 1)));
  call.succeed();
}

void pci_read_word(Bios& bios, Call& call) {
  if (!good_register(call, 2)) return;
  call.regs.set_cx(static_cast<std::uint16_t>(pci::read(bios.ports(), call.regs.bx(), call.regs.di(), 2)));
  call.succeed();
}

void pci_read_dword(Bios& bios, Call& call) {
  if (!good_register(call, 4)) return;
  call.regs.set_ecx(pci::read(bios.ports(), call.regs.bx(), call.regs.di(), 4));
  call.succeed();
}

void pci_write_byte(Bios& bios, Call& call) {
  if (!good_register(call, 1)) return;
  pci::write(bios.ports(), call.regs.bx(), call.regs.di(), call.regs.cl(), 1);
  call.succeed();
}

void pci_write_word(Bios& bios, Call& call) {
  if (!good_register(call, 2)) return;
  pci::write(bios.ports(), call.regs.bx(), call.regs.di(), call.regs.cx(), 2);
  call.succeed();
}

void pci_write_dword(Bios& bios, Call& call) {
  if (!good_register(call, 4)) return;
  pci::write(bios.ports(), call.regs.bx(), call.regs.di(), call.regs.ecx(), 4);
  call.succeed();
}

void pci_unsupported(Bios&, Call& call) { call.fail(kFunctionNotSupported); }

void describe_pci_register(const CallView& view, Arguments& arguments) {
  const unsigned bx = view.in.bx();
  arguments.text = fmt::format("{:02X}:{:02X}.{} register {:02X}h", bx >> 8, (bx >> 3) & 31, bx & 7, view.in.di());
}

void describe_pci_device(const CallView& view, Arguments& arguments) {
  arguments.text = view.in.al() == 0x02
                       ? fmt::format("{:04X}:{:04X} number {}", view.in.dx(), view.in.cx(), view.in.si())
                       : fmt::format("class {:06X}h number {}", view.in.ecx() & 0xFFFFFF, view.in.si());
}

void describe_pci_found(const CallView& view, Outcome& outcome) {
  const unsigned bx = view.out->bx();
  if (view.out->ah() == 0) outcome.text = fmt::format("{:02X}:{:02X}.{}", bx >> 8, (bx >> 3) & 31, bx & 7);
}

}  // namespace bios::int1a
