#include "ui/boot.h"

#include <array>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace ui {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A floppy whose boot sector tells the mouse to report (8042: D4h passes F4h on to it), and waits.
class BootWithMouse : public testing::Test {
 protected:
  BootWithMouse() {
    constexpr std::array<unsigned char, 13> kCode = {0xB0, 0xD4, 0xE6, 0x64,         // mov al, D4h; out 64h, al
                                                     0xB0, 0xF4, 0xE6, 0x60,         // mov al, F4h; out 60h, al
                                                     0xFA, 0xFB, 0xF4, 0xEB, 0xFD};  // cli; sti; hlt; jmp to it
    {
      std::ofstream file(path_, std::ios::binary);
      file.write(reinterpret_cast<const char*>(kCode.data()), kCode.size());
      file.seekp(510) << "\x55\xAA";
    }
    std::filesystem::resize_file(path_, 1440 * 1024);
    options_.media.push_back({.path = path_, .attach = {}, .is_image = true});
  }
  ~BootWithMouse() override { std::filesystem::remove(path_); }

  const std::string path_ = testing::TempDir() + "bootsim-mouse-" + std::to_string(::getpid()) + ".img";
  bootsim::RunOptions options_;
};

TEST_F(BootWithMouse, MovesItOnceTheGuestListens) {
  Boot boot(options_);
  boot.move_mouse(3, -2, 1);
  boot.debugger().until_time(emu::kSecond);
  const auto& mouse = boot.pc().keyboard().state().mouse;
  ASSERT_TRUE(mouse.reporting);
  EXPECT_THAT(mouse.wire.events, IsEmpty()) << "nobody listened then";
  boot.move_mouse(3, -2, 1);
  EXPECT_THAT(mouse.wire.events, ElementsAre(0x09, 3, 2)) << "left button, three to the right, two up";
}

TEST_F(BootWithMouse, MovesItAgainWhenTimePassesThereAgain) {
  Boot boot(options_);
  boot.debugger().until_time(emu::kSecond);
  boot.move_mouse(0, 0, 2);
  boot.debugger().until_time(2 * emu::kSecond);
  const auto position = boot.machine().position();
  const auto& mouse = boot.pc().keyboard().state().mouse;
  EXPECT_EQ(mouse.reported_buttons, 2);
  boot.debugger().until_time(emu::kSecond / 2);
  EXPECT_EQ(mouse.reported_buttons, 0);
  boot.debugger().go_to(position);
  EXPECT_EQ(mouse.reported_buttons, 2);
}

}  // namespace
}  // namespace ui
