#include "ui/file_list.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ui {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FileList : public ::testing::Test {
 protected:
  FileList() {
    std::string name = (fs::temp_directory_path() / "file-list-XXXXXX").string();
    folder = mkdtemp(name.data());
  }
  ~FileList() override { fs::remove_all(folder); }
  void file(const std::string& name, std::size_t size = 1) const {
    std::ofstream(fs::path(folder) / name) << std::string(size, 'x');
  }
  std::vector<std::string> names(bool all = false) const {
    std::vector<std::string> found;
    for (const FileEntry& entry : list_folder(folder, all).entries) found.push_back(entry.name);
    return found;
  }
  std::string folder;
};

TEST_F(FileList, PutsFoldersFirstAndSortsWithoutRegardToCase) {
  file("b.iso"), file("A.img"), file("c.ISO.xz");
  fs::create_directory(fs::path(folder) / "zoo");
  EXPECT_THAT(names(), ElementsAre("zoo", "A.img", "b.iso", "c.ISO.xz"));
}

TEST_F(FileList, LeavesOutWhatIsNoImageUnlessAllAreWanted) {
  file("notes.txt"), file("a.iso"), file(".hidden.iso");
  EXPECT_THAT(names(), ElementsAre("a.iso"));
  EXPECT_THAT(names(true), ElementsAre("a.iso", "notes.txt"));
}

TEST_F(FileList, KnowsSizesAndSurvivesDanglingLinks) {
  file("a.img", 1234);
  fs::create_symlink("nowhere", fs::path(folder) / "b.img");
  const FolderContents contents = list_folder(folder, false);
  ASSERT_EQ(contents.entries.size(), 1u);
  EXPECT_EQ(contents.entries[0].size, 1234u);
}

TEST_F(FileList, SaysWhatIsWrongWithAFolder) {
  const FolderContents contents = list_folder(folder + "/none", false);
  EXPECT_THAT(contents.entries, IsEmpty());
  EXPECT_THAT(contents.error, ::testing::HasSubstr("No such file"));
}

TEST(FileWords, RoundSizesToThreeDigits) {
  EXPECT_EQ(size_words(512), "512 B");
  EXPECT_EQ(size_words(1'474'560), "1.47 MB");
  EXPECT_EQ(size_words(702'545'920), "703 MB");
  EXPECT_EQ(size_words(999'999), "1.00 MB");
  EXPECT_EQ(size_words(16'000'000'000), "16.0 GB");
}

TEST(FileWords, FindTheFolderAbove) {
  EXPECT_EQ(parent_folder("/a/b"), "/a");
  EXPECT_EQ(parent_folder("/a/b/"), "/a");
  EXPECT_EQ(parent_folder("/a"), "/");
  EXPECT_EQ(parent_folder("/"), "/");
}

TEST(FileWords, ResolveWhatIsTyped) {
  EXPECT_EQ(resolve_path("x.iso", "/a/b"), "/a/b/x.iso");
  EXPECT_EQ(resolve_path("../x.iso", "/a/b"), "/a/x.iso");
  EXPECT_EQ(resolve_path("/x", "/a"), "/x");
  setenv("HOME", "/home/u", 1);
  EXPECT_EQ(resolve_path("~/x.iso", "/a"), "/home/u/x.iso");
}

}  // namespace
}  // namespace ui
