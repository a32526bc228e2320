// Positions, steps and snapshots with real media: stopping anywhere, stepping, and going back never change what comes
// after.
#include <gtest/gtest.h>

#include <cctype>
#include <cstring>
#include <filesystem>

#include "tests/bootsim/watched_pc.h"

namespace bootsim {
namespace {

using emu::kMillisecond;
using emu::Position;
using emu::StopReason;

struct Case {
  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.boot.image; }

  Boot boot;
  emu::Nanoseconds end;                  ///< how far it runs
  std::vector<emu::Nanoseconds> points;  ///< where it is disturbed
};

Case real_boot(std::string image, emu::Nanoseconds end, std::string type_at = {}, std::string keys = {},
               int points = 12) {
  Case c{{std::string(BOOTSIM_CORPUS) + "/" + image, std::move(type_at), std::move(keys)}, end, {}};
  // Unevenly spread: not always at the same place of a period.
  for (int i = 1; i <= points; ++i) c.points.push_back(end / (points + 1) * i + 7919 * i);
  return c;
}

class TimeTest : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(GetParam().boot.image))
      GTEST_SKIP() << GetParam().boot.image << ": tests/corpus/build.sh makes it";
  }
};

std::string straight(const Case& c, emu::Nanoseconds end) {
  WatchedPc pc(c.boot);
  EXPECT_EQ(pc.machine().run_to({end}), StopReason::kPosition);
  return pc.everything() + pc.trace;
}

TEST_P(TimeTest, SteppingChangesNothing) {
  const Case& c = GetParam();
  WatchedPc pc(c.boot);
  Position before;
  for (const emu::Nanoseconds point : c.points) {
    if (point < pc.machine().position().time) continue;
    ASSERT_EQ(pc.machine().run_to({point}), StopReason::kPosition);
    EXPECT_GE(pc.machine().position().time, point);
    for (int i = 0; i < 300; ++i) {
      before = pc.machine().position();
      ASSERT_EQ(pc.machine().step(), StopReason::kPosition);
      ASSERT_LT(before, pc.machine().position());
    }
    ASSERT_EQ(pc.machine().step(500), StopReason::kPosition);
  }
  // A step over an idle time may have gone further.
  const emu::Nanoseconds end = std::max(c.end, pc.machine().position().time);
  ASSERT_EQ(pc.machine().run_to({end}), StopReason::kPosition);
  EXPECT_EQ(straight(c, end), pc.everything() + pc.trace);
}

TEST_P(TimeTest, ARunFromASnapshotIsTheSameRun) {
  const Case& c = GetParam();
  WatchedPc pc(c.boot);
  struct Kept {
    std::shared_ptr<const emu::Snapshot> snapshot;
    std::string everything;
  };
  std::vector<Kept> kept;
  for (const emu::Nanoseconds point : c.points) {
    ASSERT_EQ(pc.machine().run_to({point}), StopReason::kPosition);
    kept.push_back({pc.machine().save_snapshot(), pc.everything()});
  }
  ASSERT_EQ(pc.machine().run_to({c.end}), StopReason::kPosition);
  const std::string end = pc.everything() + pc.trace;
  EXPECT_EQ(straight(c, c.end), end) << "saving changed the run";
  // Back, forth, and back again.
  for (const std::size_t i :
       {kept.size() - 1, std::size_t{0}, kept.size() / 2, kept.size() - 2, std::size_t{1}, std::size_t{1}}) {
    pc.machine().restore_snapshot(*kept[i].snapshot);
    ASSERT_EQ(kept[i].everything, pc.everything()) << "restored at " << c.points[i];
    ASSERT_EQ(pc.machine().run_to({c.end}), StopReason::kPosition);
    ASSERT_EQ(end, pc.everything() + pc.trace) << "from " << c.points[i];
  }
  for (std::size_t i = kept.size(); i-- > 0;) {
    pc.machine().restore_snapshot(*kept[i].snapshot);
    ASSERT_EQ(kept[i].everything, pc.everything()) << "restored at " << c.points[i];
    if (i + 1 == kept.size()) continue;
    ASSERT_EQ(pc.machine().run_to({c.points[i + 1]}), StopReason::kPosition);
    ASSERT_EQ(kept[i + 1].everything, pc.everything()) << "run on from " << c.points[i];
    pc.machine().restore_snapshot(*kept[i].snapshot);
  }
}

std::string test_name(const testing::TestParamInfo<Case>& parameters) {
  std::string name = std::filesystem::path(parameters.param.boot.image).filename();
  if (!parameters.param.boot.keys.empty()) name += "_typed";
  if (parameters.param.boot.public_engine) name += "_public";
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

/// The kernel's decompressor, in protected and in long mode, and the kernel. The boot takes a while before.
Case linux_boot() {
  Case c = real_boot("grub-linux-amd64.iso", 6600 * kMillisecond);
  c.boot.ram = 256 << 20;
  c.points = {5600 * kMillisecond, 5900 * kMillisecond, 6300 * kMillisecond};
  return c;
}

Case publicly(Case c) {
  c.boot.public_engine = true;
  return c;
}

INSTANTIATE_TEST_SUITE_P(
    Media, TimeTest,
    testing::Values(real_boot("isolinux-menu.iso", 1500 * kMillisecond, "screen:.*", "<Down><Up>x<Esc>"),
                    real_boot("syslinux-mbr-fat16.img", 400 * kMillisecond),
                    real_boot("grub-rescue-cdrom.iso", 2200 * kMillisecond, "screen:GNU GRUB", "<Down><Down>c"),
                    real_boot("memdisk-floppy.iso", 1000 * kMillisecond),
                    real_boot("memtest86+ia32.iso", 2500 * kMillisecond, {}, {}, 5), linux_boot()),
    test_name);
INSTANTIATE_TEST_SUITE_P(PublicPath, TimeTest,
                         testing::Values(publicly(real_boot("syslinux-mbr-fat16.img", 400 * kMillisecond, {}, {}, 3))),
                         test_name);

}  // namespace
}  // namespace bootsim
