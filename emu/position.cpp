#include "emu/position.h"

#include <cstdio>

namespace emu {

std::string to_string(Position position) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%09lld", static_cast<long long>(position.time / kSecond),
                static_cast<long long>(position.time % kSecond));
  return text;
}

}  // namespace emu
