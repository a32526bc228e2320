// What users write: keys, conditions, times, faults, command lines, specs, patterns. Each is understood or refused by
// emu::Error. Input: which language (1 byte), then the text.
#include <exception>
#include <string>
#include <vector>

#include "bootsim/condition.h"
#include "bootsim/keys.h"
#include "bootsim/options.h"
#include "bootsim/pattern.h"
#include "bootsim/suite/spec.h"
#include "bootsim/units.h"
#include "emu/error.h"
#include "fuzz/file_system_check.h"
#include "fuzz/input.h"

namespace {

/// A pattern and a text behind a line feed, searched at once and as it grows.
void pattern(const std::string& text) {
  const auto end = text.find('\n');
  if (end == std::string::npos || end > 64) return;
  const bootsim::Pattern pattern(text.substr(0, end), bootsim::Pattern::Text::kBytes);
  const std::string log = text.substr(end + 1, 256);
  bootsim::GrowingSearch search(pattern);
  for (std::size_t n = 0; n <= log.size(); n += 7) search.look(log.substr(0, n));
  pattern.matches(log);
}

void parse(unsigned language, const std::string& text) {
  using namespace bootsim;
  switch (language % 14) {
    case 0: parse_keys(text); break;
    case 1: parse_condition(text); break;
    case 2: require(parse_time(text) >= 0); break;
    case 3: parse_size(text); break;
    case 4: parse_number(text); break;
    case 5: parse_drive(text); break;
    case 6: parse_far(text); break;
    case 7: parse_boot_order(text); break;
    case 8: parse_fault(text, bios::Fault::On::kRead); break;
    case 9: parse_fault(text, bios::Fault::On::kWrite); break;
    case 10: parse_trace_calls(text); break;
    case 11: parse_run_options(split_words(text)); break;
    case 12: parse_spec(text, "fuzz.yaml", {}); break;
    default: pattern(text); break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const auto language = in.take<std::uint8_t>();
  try {
    parse(language, in.text());
  } catch (const emu::Error& error) {
    require(*error.what() != 0);
  }
  return 0;
}
