#include "bootsim/html_report/markup.h"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "bootsim/suite/sha256.h"
#include "debugger/printable.h"
#include "devices/cp437.h"

namespace bootsim::html_report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::uint8_t kUsual = 0x07;

std::string_view escape(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return {};
  }
}

bool is_usual_blank(const devices::TextCell& cell) {
  return devices::cp437_to_unicode(cell.character) == U' ' && (cell.attribute & 0xF0) == 0;
}

}  // namespace

std::string html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = debugger::printable_length(text, at);
    if (const std::string_view escaped = escape(text[at]); !escaped.empty()) {
      out += escaped;
    } else if (length > 0) {
      out += text.substr(at, length);
    } else {
      out += text[at] == '\n' ? std::string_view("\n") : kReplacement;
    }
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? bytes[at + i] : 0u);
    for (std::size_t i = 0; i < 4; ++i) out += i <= count ? kDigits[group >> (18 - 6 * i) & 0x3F] : '=';
  }
  return out;
}

std::string content_hash(std::string_view text) {
  const std::string digits = sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return "sha256-" + base64(bytes);
}

std::string screen_html(const devices::TextScreen& screen, bool bright_backgrounds) {
  const std::uint8_t seen = bright_backgrounds ? 0xFF : 0x7F;
  std::string out;
  for (int row = 0; row < screen.rows; ++row) {
    int end = screen.columns;
    while (end > 0 && is_usual_blank(screen.at(end - 1, row))) --end;
    std::string text;
    std::uint8_t attribute = kUsual;
    const auto flush = [&] {
      if (text.empty()) return;
      const std::string escaped = html(text);
      out += attribute == kUsual
                 ? escaped
                 : fmt::format("<span class=\"f{} b{}\">{}</span>", attribute & 0xF, attribute >> 4, escaped);
      text.clear();
    };
    for (int column = 0; column < end; ++column) {
      const devices::TextCell& cell = screen.at(column, row);
      std::uint8_t now = cell.attribute & seen;
      if (is_usual_blank(cell)) now = kUsual;
      if (now != attribute) flush();
      attribute = now;
      devices::append_utf8(text, devices::cp437_to_unicode(cell.character));
    }
    flush();
    out += '\n';
  }
  return out;
}

}  // namespace bootsim::html_report
