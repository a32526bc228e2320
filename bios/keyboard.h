// What keys mean to the BIOS: scan codes (set 1) become the words of the keyboard buffer.
#pragma once

#include <cstdint>
#include <optional>

#include "emu/memory.h"

namespace bios::keyboard {

/// What INT 09h raises after it has looked at a scan code; the numbers are rom/'s KEY_....
enum class Action : std::uint8_t { kNone, kBreak, kPrintScreen, kPause, kSysReqMake, kSysReqBreak, kReset };

/// Takes one byte of scan code set 1: keeps the shift state in the BIOS data area and puts what was typed
/// into the keyboard buffer. A full buffer drops the key.
Action process(emu::Memory& memory, std::uint8_t scan_code);

/// The buffer at 40:1E (or where 40:80 and 40:82 say). Words are AH scan code, AL character; enhanced keys
/// have E0h.
bool put(emu::Memory& memory, std::uint16_t key);
std::optional<std::uint16_t> peek(const emu::Memory& memory);
void drop(emu::Memory& memory);

/// A buffer word as INT 16h/10h gives it: F0h, the mark of keys that the 84-key keyboard lacked, becomes 00h.
std::uint16_t enhanced_key(std::uint16_t word);
/// A buffer word as INT 16h/00h gives it: enhanced keys look like the older key that they double.
std::uint16_t standard_key(std::uint16_t word);

}  // namespace bios::keyboard
