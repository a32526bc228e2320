#include "bootsim/pc_guest.h"

#include "devices/vga.h"

namespace bootsim {

const std::string& PcGuest::screen() {
  const std::uint64_t version = screen_version();
  if (screen_text_version_ == version) return screen_text_;
  screen_text_version_ = version;
  screen_text_.clear();
  if (const auto text = pc_.vga().text_screen()) {
    for (int row = 0; row < text->rows; ++row) {
      if (row > 0) screen_text_ += '\n';
      screen_text_ += text->line(row);
    }
  }
  return screen_text_;
}

std::uint64_t PcGuest::screen_version() { return pc_.vga().text_fingerprint(); }

std::optional<devices::Resolution> PcGuest::graphics() { return pc_.vga().graphics_resolution(); }

}  // namespace bootsim
