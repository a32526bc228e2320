// Symbol files: whatever their content, they are read or refused, and lookups stay consistent.
#include <cstdlib>

#include "debugger/symbols.h"
#include "emu/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  debugger::Symbols symbols;
  try {
    symbols.load(std::span(data, size), "input");
  } catch (const emu::Error&) {
    return 0;
  }
  for (const debugger::Symbol& symbol : symbols.all()) {
    if (symbols.describe(symbol.linear).empty()) std::abort();
    try {
      if (!symbols.address(symbol.name)) std::abort();
    } catch (const emu::Error&) {  // C++ overloads it
    }
  }
  return 0;
}
