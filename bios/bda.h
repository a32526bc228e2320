// The BIOS data area at 0040:0000 and the extended one: where programs look for what the BIOS knows (RBIL
// MEMORY.LST, IBM PS/2 and PC BIOS Interface Technical Reference).
#pragma once

#include <cstdint>

#include "emu/types.h"

namespace bios::bda {

using emu::PhysAddr;

inline constexpr PhysAddr kComPorts{0x400};  ///< four words
inline constexpr PhysAddr kLptPorts{0x408};  ///< three words
inline constexpr PhysAddr kEbdaSegment{0x40E};
inline constexpr PhysAddr kEquipment{0x410};
inline constexpr PhysAddr kMemoryKiB{0x413};
inline constexpr PhysAddr kKeyboardFlags{0x417};   ///< kShift... below
inline constexpr PhysAddr kKeyboardFlags2{0x418};  ///< which keys are down
inline constexpr PhysAddr kAltKeypad{0x419};       ///< the number being typed with Alt
inline constexpr PhysAddr kKeyBufferHead{0x41A};   ///< offsets from 400h
inline constexpr PhysAddr kKeyBufferTail{0x41C};
inline constexpr PhysAddr kKeyBuffer{0x41E};         ///< 32 bytes
inline constexpr PhysAddr kFloppyMotors{0x43F};      ///< bits 0-3: on
inline constexpr PhysAddr kFloppyMotorTicks{0x440};  ///< ticks until they are switched off
inline constexpr PhysAddr kTicks{0x46C};             ///< since midnight, 18.2 a second
inline constexpr PhysAddr kMidnight{0x470};          ///< midnights since the last INT 1Ah/00h
inline constexpr PhysAddr kBreak{0x471};             ///< bit 7: Ctrl-Break was pressed
inline constexpr PhysAddr kWarmBoot{0x472};          ///< 1234h: Ctrl-Alt-Del
inline constexpr PhysAddr kDiskCount{0x475};
inline constexpr PhysAddr kLptTimeouts{0x478};
inline constexpr PhysAddr kComTimeouts{0x47C};
inline constexpr PhysAddr kKeyBufferStart{0x480};
inline constexpr PhysAddr kKeyBufferEnd{0x482};
inline constexpr PhysAddr kKeyboardFlags3{0x496};  ///< prefixes, right Ctrl and Alt, 101 keys
inline constexpr PhysAddr kKeyboardLeds{0x497};
inline constexpr PhysAddr kUserFlag{0x498};  ///< far pointer to the flag that INT 15h/83h sets
inline constexpr PhysAddr kUserMicroseconds{0x49C};
inline constexpr PhysAddr kWaitActive{0x4A0};  ///< bit 0: a wait is pending, bit 7: it is over

/// 40:17, and its low byte in INT 16h/02h.
inline constexpr std::uint8_t kRightShift = 0x01, kLeftShift = 0x02, kCtrl = 0x04, kAlt = 0x08;
inline constexpr std::uint8_t kScrollLock = 0x10, kNumLock = 0x20, kCapsLock = 0x40, kInsert = 0x80;
/// 40:18.
inline constexpr std::uint8_t kLeftCtrlDown = 0x01, kLeftAltDown = 0x02, kSysReqDown = 0x04, kPaused = 0x08;
inline constexpr std::uint8_t kScrollDown = 0x10, kNumDown = 0x20, kCapsDown = 0x40, kInsertDown = 0x80;
/// 40:96.
inline constexpr std::uint8_t kLastE1 = 0x01, kLastE0 = 0x02, kRightCtrl = 0x04, kRightAlt = 0x08, k101Keys = 0x10;

/// The extended BIOS data area: the last KiB below 640 KiB.
inline constexpr std::uint16_t kEbda = 0x9FC0;
inline constexpr std::uint16_t kEbdaKiB = 1;
inline constexpr std::uint16_t kLowMemoryKiB = 639;
/// Offsets in it: size in KiB, and the PS/2 mouse as in IBM's PS/2 BIOS.
inline constexpr std::uint16_t kEbdaSize = 0x00;
inline constexpr std::uint16_t kMouseDriver = 0x22;  ///< far pointer
inline constexpr std::uint16_t kMouseFlags1 = 0x26;  ///< bits 0-2: index of the next byte of the packet
inline constexpr std::uint16_t kMouseFlags2 = 0x27;  ///< bits 0-2: packet size, bit 7: a driver is installed
inline constexpr std::uint16_t kMouseData = 0x28;    ///< eight bytes

}  // namespace bios::bda
