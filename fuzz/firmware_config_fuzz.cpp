// stage2's configuration files, in each of its three syntaxes, and its command lines: whatever a medium holds, the
// parser ends, within bounds, and each line that it makes can be split again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "stage2/config/config.h"
#include "stage2/config/words.h"

namespace {

using stage2::Config;
using stage2::MenuEntry;
using stage2::String;
using stage2::Text;

class Echo final : public stage2::VariableSource {
 public:
  Text variable(Text name) const override { return name; }
};

// The same file again for each INCLUDE: the parser must end all the same.
class Itself final : public stage2::IncludeSource {
 public:
  explicit Itself(Text text) : text_(text) {}
  bool read(Text path, String& text, String& problem) override {
    if (path.size % 2 != 0) {
      problem = "no such file";
      return false;
    }
    text = text_;
    return true;
  }

 private:
  Text text_;
};

void check_lines(const stage2::Vector<String>& lines) {
  for (const String& line : lines) (void)stage2::split_line(line, Echo());
}

void check_entries(const stage2::Vector<MenuEntry>& entries, int depth) {
  if (depth > 16) abort();
  for (const MenuEntry& entry : entries) {
    check_lines(entry.lines);
    check_entries(entry.entries, depth + 1);
  }
}

void check_quote(Text text) {
  const stage2::SplitLine split = stage2::split_line(stage2::quote(text), Echo());
  if (split.words.size() != 1 || !(split.words[0].text() == text)) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1 || size > 65536) return 0;
  const Text text(reinterpret_cast<const char*>(data + 1), size - 1);
  static constexpr const char* kPaths[] = {"/bootsim.cfg", "/menu.lst", "/isolinux/isolinux.cfg"};
  Itself includes(text);
  const Config config = stage2::parse_config(text, kPaths[data[0] % 3], includes);
  check_lines(config.lines);
  check_entries(config.entries, 0);
  if (size < 1000) check_quote(text);
  return 0;
}
