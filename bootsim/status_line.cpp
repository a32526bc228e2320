#include "bootsim/status_line.h"

#include <cstdio>

#include <fmt/core.h>

#include "bootsim/units.h"

namespace bootsim {
namespace {

constexpr std::size_t kScreenCharacters = 40;  // of an 80-column terminal

}  // namespace

StatusLine::~StatusLine() { erase(); }

std::string last_line(std::string_view text, std::size_t characters) {
  std::string_view found;
  for (const std::string_view line : split(text, '\n')) {
    if (line.find_first_not_of(' ') != std::string_view::npos) found = line.substr(line.find_first_not_of(' '));
  }
  std::size_t end = 0;
  for (std::size_t count = 0; end < found.size() && count < characters; ++count) {
    do ++end;
    while (end < found.size() && (static_cast<unsigned char>(found[end]) & 0xC0) == 0x80);
  }
  return std::string(found.substr(0, end));
}

void StatusLine::show(emu::Nanoseconds time, std::uint64_t disk_calls, std::uint64_t sectors, std::string_view screen) {
  std::string line = fmt::format("{}, {} disk calls, {} sectors  {}", format_time(time), disk_calls, sectors,
                                 last_line(screen, kScreenCharacters));
  if (line == shown_) return;
  shown_ = std::move(line);
  fmt::print(stderr, "\r\x1b[K{}", shown_);  // CSI K: erase to the end of the line
  std::fflush(stderr);
}

void StatusLine::erase() {
  if (shown_.empty()) return;
  shown_.clear();
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

}  // namespace bootsim
