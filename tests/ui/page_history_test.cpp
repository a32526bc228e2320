#include "ui/panes/page_history.h"

#include <vector>

#include <gtest/gtest.h>

namespace ui {
namespace {

/// 4 MiB of memory.
struct FakeMemory {
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(4 << 20);
  PageHistory::Read reader() {
    return [this](std::uint64_t at, std::span<std::uint8_t> out) {
      if (at + out.size() > bytes.size()) return false;
      std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), out.size(), out.begin());
      return true;
    };
  }
};

TEST(PageHistory, KnowsTheStopBefore) {
  FakeMemory memory;
  PageHistory history;
  memory.bytes[0x7C00] = 1;
  history.stop(memory.reader());
  EXPECT_FALSE(history.before(0x7C00));
  EXPECT_EQ(history.last(0x7C00), 1);
  memory.bytes[0x7C00] = 2;
  history.stop(memory.reader());
  EXPECT_EQ(history.before(0x7C00), 1);
  EXPECT_EQ(history.last(0x7C00), 2);
  memory.bytes[0x7C00] = 3;
  history.stop(memory.reader());
  EXPECT_EQ(history.before(0x7C00), 2);
}

TEST(PageHistory, KnowsHighPagesOnceTheyWereLookedAt) {
  FakeMemory memory;
  PageHistory history;
  history.stop(memory.reader());
  EXPECT_FALSE(history.last(0x200000));
  history.looked_at(0x200FF0, 0x20);
  history.stop(memory.reader());
  EXPECT_EQ(history.last(0x200FFF), 0);
  EXPECT_EQ(history.last(0x201000), 0);
  EXPECT_FALSE(history.before(0x200000));
}

TEST(PageHistory, HasNothingWhereNothingIs) {
  FakeMemory memory;
  PageHistory history;
  history.looked_at(0x1000'0000, 16);
  history.stop(memory.reader());
  EXPECT_FALSE(history.last(0x1000'0000));
}

}  // namespace
}  // namespace ui
