#include "bootsim/output.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "emu/error.h"

namespace bootsim {
namespace {

namespace fs = std::filesystem;

class CheckWritable : public testing::Test {
 protected:
  fs::path folder_ = fs::path(testing::TempDir()) / ("check-writable-" + std::to_string(getpid()));
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
};

TEST_F(CheckWritable, LeavesNothingBehindAndWhatIsThereAsItIs) {
  const fs::path fresh = folder_ / "fresh", old = folder_ / "old";
  std::ofstream(old) << "kept";
  check_writable(fresh, "-o");
  check_writable(old, "-o");
  check_writable("-", "-o");
  EXPECT_FALSE(fs::exists(fresh));
  EXPECT_EQ(fs::file_size(old), 4u);
}

TEST_F(CheckWritable, RefusesFoldersAndMissingOnes) {
  EXPECT_THROW(check_writable(folder_, "-o"), emu::Error);
  EXPECT_THROW(check_writable(folder_ / "missing" / "file", "-o"), emu::Error);
}

/// In a process that is not root's, who may write everywhere.
[[noreturn]] void exit_with_answer(const fs::path& path) {
  constexpr uid_t kNobody = 65534;
  if (geteuid() == 0 && setresuid(kNobody, kNobody, kNobody) != 0) _exit(2);
  try {
    check_writable(path, "-o");
    _exit(0);
  } catch (const emu::Error&) {
    _exit(1);
  }
}

TEST_F(CheckWritable, RefusesWhatOthersOwn) {
  const fs::path old = folder_ / "old";
  std::ofstream(old) << "kept";
  fs::permissions(old, fs::perms::owner_read);
  EXPECT_EXIT(exit_with_answer(old), testing::ExitedWithCode(1), "");
}

}  // namespace
}  // namespace bootsim
