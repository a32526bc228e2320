// Text, pictures and hashes as HTML takes them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "devices/text_screen.h"

namespace bootsim::html_report {

/// Text for elements and quoted attributes. Whatever a guest or a medium supplied goes through here: markup is escaped,
/// what is no printable UTF-8 becomes U+FFFD; line ends stay.
std::string html(std::string_view text);
std::string base64(std::span<const std::uint8_t> bytes);
/// "sha256-...": a script or style sheet as a Content-Security-Policy names it.
std::string content_hash(std::string_view text);
/// The text with its colours: <span class="f7 b1">; light grey on black, the usual, has none.
std::string screen_html(const devices::TextScreen& screen, bool bright_backgrounds);

}  // namespace bootsim::html_report
