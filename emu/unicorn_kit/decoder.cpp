#include "emu/unicorn_kit/decoder.h"

namespace emu::kit {

namespace {

/// The instruction that this thread's translator is reading.
struct Reader {
  enum class Expects { kOpcode, kModRm, kNothing } expects = Expects::kNothing;
  std::uint64_t at = 0;  // where the expected byte is
  bool locked = false;
  std::uint8_t opcode = 0;
};
thread_local Reader reader;

constexpr std::uint8_t kLock = 0xF0, kGroup5 = 0xFF, kInvalidModRm = 0xFF, kRegisterOperand = 0xC0;

/// 40h-4Fh are prefixes in 64-bit mode only; elsewhere they are instructions, and the next one announces itself.
bool is_prefix(std::uint8_t byte) {
  switch (byte) {
    case 0x26:
    case 0x2E:
    case 0x36:
    case 0x3E:
    case 0x64:
    case 0x65:
    case 0x66:
    case 0x67:
    case 0xF0:
    case 0xF2:
    case 0xF3: return true;
    default: return (byte & 0xF0) == 0x40;
  }
}

bool is_far_through_register(std::uint8_t modrm) {
  const int mod = modrm >> 6, operation = modrm >> 3 & 7;
  return mod == 3 && (operation == 3 || operation == 5);
}

/// Opcodes that are CMP r/m, or are so with the operation /7.
bool may_compare(std::uint8_t opcode) { return opcode == 0x38 || opcode == 0x39 || (opcode >= 0x80 && opcode <= 0x83); }

bool is_compare(std::uint8_t opcode, std::uint8_t modrm) { return opcode < 0x80 || (modrm >> 3 & 7) == 7; }

}  // namespace

void instruction_begins(std::uint64_t address) { reader = {.expects = Reader::Expects::kOpcode, .at = address}; }

std::uint8_t code_byte_shown(std::uint64_t at, std::uint8_t byte) {
  if (reader.expects == Reader::Expects::kNothing || at != reader.at) return byte;
  if (reader.expects == Reader::Expects::kModRm) {
    reader.expects = Reader::Expects::kNothing;
    if (reader.opcode == kGroup5) return is_far_through_register(byte) ? kInvalidModRm : byte;
    return is_compare(reader.opcode, byte) ? byte | kRegisterOperand : byte;
  }
  ++reader.at;
  reader.locked |= byte == kLock;
  if (byte == kGroup5 || (reader.locked && may_compare(byte))) {
    reader.expects = Reader::Expects::kModRm;
    reader.opcode = byte;
  } else if (!is_prefix(byte)) {
    reader.expects = Reader::Expects::kNothing;
  }
  return byte;
}

}  // namespace emu::kit
