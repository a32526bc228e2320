#pragma once

#include <string>

#include "stage2/base/string.h"

namespace stage2 {

inline std::string str(Text text) { return {text.data, text.size}; }

inline std::string joined(const Vector<String>& lines) {
  std::string all;
  for (const String& line : lines) all += str(line) + "\n";
  return all;
}

}  // namespace stage2
