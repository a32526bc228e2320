// The lines of a JSON Lines trace (docs/trace-format.md), read back: what specs, `bootsim diff` and tests in C++ look
// at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bios/call_table.h"
#include "emu/types.h"

namespace bootsim {

/// One call. Names and values are those of the trace.
struct CallRecord {
  std::uint64_t seq = 0;
  emu::Nanoseconds time = 0;
  std::uint8_t vector = 0;
  std::uint8_t ah = 0;
  std::string name;  ///< empty: the BIOS has no such function
  std::optional<std::uint8_t> drive;
  std::optional<std::uint64_t> lba;
  std::optional<bios::Chs> chs;
  std::optional<std::uint64_t> count;
  std::string buffer;  ///< "1000:0000"; empty: none (so for all texts)
  std::string caller;
  std::optional<bool> cf;  ///< nothing: the call never returned
  std::optional<std::uint8_t> status;
  std::optional<std::uint64_t> bytes;
  std::string by;  ///< "bios", or the hook's "seg:off"
  int depth = 0;
  std::string file;
  std::string arguments;
  std::string result;
};

struct TraceRecords {
  std::string version, engine;  ///< of the header; empty: there was none
  std::vector<std::string> media;
  std::vector<CallRecord> calls;  ///< in the order in which they began
};

/// Lines that are no JSON objects are left out; throws emu::Error(kUsage) when nothing of `text` is of a trace. `what`
/// names it in messages.
TraceRecords read_trace(std::string_view text, std::string_view what);

/// A field by its key in the trace, in the trace's words: "e0", "17", "0/1/1"; nothing for null and for unknown keys.
std::optional<std::string> field_text(const CallRecord& call, std::string_view key);
/// A numeric field's number.
std::optional<std::uint64_t> field_number(const CallRecord& call, std::string_view key);
/// Is the key one of the trace's numbers? (drive and status are; their digits are hexadecimal.)
bool is_number_key(std::string_view key);
bool is_hex_key(std::string_view key);
bool is_call_key(std::string_view key);
/// Keys in the order in which they read best.
const std::vector<std::string_view>& call_keys();

/// "13/42", "15/E820", "11".
std::string call_label(const CallRecord& call);
/// The call on one line: "#17 13/42 extended read drive=e0 lba=1203 count=4 ...".
std::string call_line(const CallRecord& call);

}  // namespace bootsim
