#include "bios/hardware_interrupts.h"

#include "bios/bda.h"
#include "bios/bios.h"
#include "bios/cmos.h"
#include "bios/keyboard.h"

namespace bios {

namespace {

constexpr std::uint32_t kTicksPerDay = 0x1800B0;  // 24 h at 1193182 / 65536 Hz
constexpr std::uint16_t kFloppyOutputPort = 0x3F2;
constexpr std::uint8_t kFloppyMotorsOff = 0x0C;       // DOR: no motor, DMA on, not in reset
constexpr std::uint32_t kPeriodicMicroseconds = 976;  // of the RTC's 1024 Hz
constexpr std::uint8_t kUserFlagDone = 0x80;

}  // namespace

void on_timer_tick(Bios& bios) {
  emu::Memory& memory = bios.memory();
  std::uint32_t ticks = memory.read<std::uint32_t>(bda::kTicks) + 1;
  if (ticks >= kTicksPerDay) {
    ticks = 0;
    memory.write(bda::kMidnight, static_cast<std::uint8_t>(memory.read<std::uint8_t>(bda::kMidnight) + 1));
  }
  memory.write(bda::kTicks, ticks);

  const auto motor_ticks = memory.read<std::uint8_t>(bda::kFloppyMotorTicks);
  if (motor_ticks == 0) return;
  memory.write(bda::kFloppyMotorTicks, static_cast<std::uint8_t>(motor_ticks - 1));
  if (motor_ticks != 1) return;
  const auto motors = memory.read<std::uint8_t>(bda::kFloppyMotors);
  memory.write(bda::kFloppyMotors, static_cast<std::uint8_t>(motors & 0xF0));
  bios.ports().out(kFloppyOutputPort, kFloppyMotorsOff, 1);
}

void on_key(Bios& bios, emu::Registers& regs) {
  regs.set_al(static_cast<std::uint8_t>(keyboard::process(bios.memory(), regs.al())));
}

// The wait of INT 15h/83h counts down at the RTC's periodic interrupt (IBM AT BIOS).
static void count_user_wait(Bios& bios) {
  emu::Memory& memory = bios.memory();
  if (!(memory.read<std::uint8_t>(bda::kWaitActive) & 1)) return;
  const auto left = memory.read<std::uint32_t>(bda::kUserMicroseconds);
  if (left >= kPeriodicMicroseconds) {
    memory.write(bda::kUserMicroseconds, left - kPeriodicMicroseconds);
    return;
  }
  const auto pointer = memory.read<std::uint32_t>(bda::kUserFlag);
  const emu::FarPtr flag{static_cast<std::uint16_t>(pointer >> 16), static_cast<std::uint16_t>(pointer)};
  memory.write(flag, static_cast<std::uint8_t>(memory.read<std::uint8_t>(flag) | kUserFlagDone));
  memory.write<std::uint8_t>(bda::kWaitActive, 0);
  cmos::write(bios.ports(), cmos::kRegisterB,
              static_cast<std::uint8_t>(cmos::read(bios.ports(), cmos::kRegisterB) & ~cmos::kPeriodic));
}

void on_rtc(Bios& bios, emu::Registers& regs) {
  const std::uint8_t enabled = cmos::read(bios.ports(), cmos::kRegisterB);
  const std::uint8_t happened = cmos::read(bios.ports(), cmos::kRegisterC) & enabled;  // reading acknowledges
  if (happened & cmos::kPeriodic) count_user_wait(bios);
  regs.set_al(happened & cmos::kAlarm ? 1 : 0);
}

void on_mouse(Bios& bios, emu::Registers& regs) {
  constexpr std::uint8_t kOutputFull = 0x01, kFromMouse = 0x20;
  regs.set_al(0);
  const auto status = static_cast<std::uint8_t>(bios.ports().in(0x64, 1));
  if ((status & (kOutputFull | kFromMouse)) != (kOutputFull | kFromMouse)) return;
  const auto data = static_cast<std::uint8_t>(bios.ports().in(0x60, 1));

  emu::Memory& memory = bios.memory();
  const emu::FarPtr ebda{memory.read<std::uint16_t>(bda::kEbdaSegment), 0};
  const auto flags2 = memory.read<std::uint8_t>(ebda.plus(bda::kMouseFlags2));
  if (!(flags2 & 0x80)) return;
  const std::uint8_t index = memory.read<std::uint8_t>(ebda.plus(bda::kMouseFlags1)) & 7;
  memory.write(ebda.plus(static_cast<std::uint16_t>(bda::kMouseData + index)), data);
  const bool complete = index + 1 >= (flags2 & 7);
  memory.write(ebda.plus(bda::kMouseFlags1), static_cast<std::uint8_t>(complete ? 0 : index + 1));
  if (!complete) return;

  const auto driver = memory.read<std::uint32_t>(ebda.plus(bda::kMouseDriver));
  const auto byte = [&](std::uint16_t n) { return memory.read<std::uint8_t>(ebda.plus(bda::kMouseData + n)); };
  regs.set_bx(byte(0));
  regs.set_cx(byte(1));
  regs.set_dx(byte(2));
  regs.set_real_segment(emu::Seg::kEs, static_cast<std::uint16_t>(driver >> 16));
  regs.set_di(static_cast<std::uint16_t>(driver));
  regs.set_al(1);
}

}  // namespace bios
