#include "devices/text_screen.h"

#include "devices/cp437.h"

namespace devices {

std::string TextScreen::line(int row) const {
  int end = columns;
  while (end > 0 && cp437_to_unicode(at(end - 1, row).character) == U' ') --end;
  std::string out;
  for (int column = 0; column < end; ++column) append_utf8(out, cp437_to_unicode(at(column, row).character));
  return out;
}

std::vector<std::string> TextScreen::lines() const {
  std::vector<std::string> out;
  for (int row = 0; row < rows; ++row) out.push_back(line(row));
  return out;
}

}  // namespace devices
