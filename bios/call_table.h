// The call table: one row per BIOS function. The BIOS dispatches by it, the tracer prints by it, spec files name calls
// by it, `bootsim calls` and docs/bios.md list it. A function exists in exactly one place.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bios/call.h"
#include "emu/memory.h"
#include "emu/registers.h"
#include "emu/types.h"

namespace bios {

class Bios;

/// A CHS address as INT 13h passes it: sector counts from 1.
struct Chs {
  std::uint32_t cylinder = 0;
  std::uint32_t head = 0;
  std::uint32_t sector = 0;
  constexpr bool operator==(const Chs&) const = default;
};

/// What the tracer knows of a call's arguments. The fields are the trace's columns and JSON keys; `text` is for people
/// and holds what the fields do not say better ("LBA 1203 +4 → 1000:0000" is composed by the tracer from the fields
/// when `text` is empty).
struct Arguments {
  std::optional<std::uint8_t> drive;
  std::optional<std::uint64_t> lba;  ///< in the drive's own sectors; set for EDD calls, and by the tracer for CHS
  std::optional<Chs> chs;
  std::optional<std::uint32_t> count;  ///< sectors asked for
  std::optional<emu::FarPtr> buffer;
  bool writes_medium = false;  ///< the arrow goes from the buffer to the medium
  std::string text;
};

/// What the tracer knows of a call's result.
struct Outcome {
  std::optional<std::uint64_t> bytes;  ///< transferred
  std::string text;                    ///< beyond "ok" and the error's name: "1024 cyl, 255 heads, 63 sect"
};

/// Formatting sees registers and memory only; it must not assume that pointers in registers are sane.
struct CallView {
  const emu::Registers& in;   ///< at the INT
  const emu::Registers* out;  ///< on return; null while the call is under way
  const emu::Memory& memory;
  std::uint32_t sector_size = 0;            ///< bytes, of the drive that the call is about; 0: go by its number
  std::optional<std::uint32_t> asked = {};  ///< sectors, once the call has returned
};

using Handler = void (*)(Bios&, Call&);
using DescribeArguments = void (*)(const CallView&, Arguments&);
using DescribeOutcome = void (*)(const CallView&, Outcome&);

/// By which register a function is chosen.
enum class Selector : std::uint8_t {
  kNone,  ///< the interrupt has one function (INT 11h)
  kAh,
  kAx,  ///< a subfunction: `number` is AX (E820h, 4B01h, 1A00h); tried before kAh rows
};

/// One row.
struct Function {
  std::uint8_t vector;
  Selector selector;
  std::uint16_t number;      ///< AH or AX; 0 for kNone
  std::string_view name;     ///< the field's words, lower case: "extended read"
  std::string_view inputs;   ///< "DL drive, DS:SI disk address packet"
  std::string_view outputs;  ///< "CF, AH status"
  std::string_view source;   ///< where it is specified: "EDD 3.0 §4.3", "RBIL 13-42"
  Handler handler;
  DescribeArguments describe_arguments = nullptr;
  DescribeOutcome describe_outcome = nullptr;
};

/// The rows of one interrupt, or an empty span. Defined beside the handlers (int13.cpp and so on) and joined in
/// call_table.cpp.
std::span<const Function> functions_of(std::uint8_t vector);
/// All interrupts that have rows, ascending.
std::span<const std::uint8_t> vectors_with_functions();
/// The row that answers `vector` with this AX, or null when the BIOS has no such function.
const Function* find_function(std::uint8_t vector, std::uint16_t ax);
/// "13/42", "15/E820", "11": how traces, specs and `bootsim calls` write a function.
std::string function_label(const Function& function);

/// One function per interrupt's file; call_table.cpp lists them.
std::span<const Function> int10_functions();
std::span<const Function> int11_functions();
std::span<const Function> int12_functions();
std::span<const Function> int13_functions();
std::span<const Function> int14_functions();
std::span<const Function> int15_functions();
std::span<const Function> int16_functions();
std::span<const Function> int17_functions();
std::span<const Function> int18_functions();
std::span<const Function> int19_functions();
std::span<const Function> int1a_functions();
std::span<const Function> int40_functions();

/// INT 13h status in words: 04h "sector not found". Empty for values without a meaning.
std::string_view disk_status_name(std::uint8_t status);

}  // namespace bios
