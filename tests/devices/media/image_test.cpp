#include "devices/media/image.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "devices/media/overlay.h"
#include "devices/media/write_back.h"
#include "media_test_support.h"

namespace devices::media {
namespace {

namespace fs = std::filesystem;
using test::Image;
using testing::HasSubstr;

class ImageFile : public testing::Test {
 protected:
  ImageFile() {
    std::string pattern = (fs::temp_directory_path() / "bootsim-test-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~ImageFile() override { fs::remove_all(directory_); }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::string save(const std::string& name, const Image& bytes) const {
    std::ofstream(path(name), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path(name);
  }
  static Image load(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return Image(std::istreambuf_iterator<char>(in), {});
  }
  static Image contents(const Medium& m) {
    Image out(m.size());
    m.read(0, out);
    return out;
  }
  /// Packs files with libarchive's writer: `setup` chooses format and filter.
  std::string pack(const std::string& name, const std::function<void(archive*)>& setup,
                   const std::vector<std::pair<std::string, Image>>& files) const {
    archive* a = archive_write_new();
    setup(a);
    archive_write_open_filename(a, path(name).c_str());
    for (const auto& [file, bytes] : files) {
      archive_entry* e = archive_entry_new();
      archive_entry_set_pathname(e, file.c_str());
      archive_entry_set_size(e, static_cast<la_int64_t>(bytes.size()));
      archive_entry_set_filetype(e, AE_IFREG);
      archive_entry_set_perm(e, 0644);
      archive_write_header(a, e);
      archive_write_data(a, bytes.data(), bytes.size());
      archive_entry_free(e);
    }
    archive_write_free(a);
    return path(name);
  }
  static std::string error_of(const std::function<void()>& f) {
    try {
      f();
    } catch (const emu::Error& e) {
      EXPECT_EQ(e.kind(), emu::ErrorKind::kMedium);
      return e.what();
    }
    return "no error";
  }
  static std::string open_error(const std::string& file, const OpenOptions& options = {}) {
    return error_of([&] { open_image(file, options); });
  }

  fs::path directory_;
};

Image pattern(std::size_t size) {
  Image image(size);
  for (std::size_t i = 0; i < size; ++i) image[i] = static_cast<std::uint8_t>(i * 7 + i / 512);
  return image;
}

void zip(archive* a) { archive_write_set_format_zip(a); }
void gzip(archive* a) {
  archive_write_set_format_raw(a);
  archive_write_add_filter_gzip(a);
}
void bzip2(archive* a) {
  archive_write_set_format_raw(a);
  archive_write_add_filter_bzip2(a);
}
void xz(archive* a) {
  archive_write_set_format_raw(a);
  archive_write_add_filter_xz(a);
}
void zstd(archive* a) {
  archive_write_set_format_raw(a);
  archive_write_add_filter_zstd(a);
}

TEST_F(ImageFile, RawReadsZerosPastTheEnd) {
  const auto m = open_image(save("a.img", pattern(1000)));
  EXPECT_EQ(m->size(), 1000U);
  EXPECT_TRUE(m->read_only());
  Image out(4, 0xFF);
  EXPECT_EQ(m->read(998, out), 2U);
  EXPECT_EQ(out[1], pattern(1000)[999]);
  EXPECT_EQ(out[2], 0);
  EXPECT_EQ(m->read(std::uint64_t{1} << 63, out), 0U);
}

TEST_F(ImageFile, SparseBeyond2TiB) {
  const std::string file = save("big.img", {});
  if (::truncate(file.c_str(), off_t{3} << 40) != 0) GTEST_SKIP() << "no such big files here";
  const int fd = ::open(file.c_str(), O_WRONLY);
  ASSERT_EQ(::pwrite(fd, "X", 1, (off_t{3} << 40) - 1), 1);
  ::close(fd);
  const auto m = open_image(file);
  Image out(2);
  m->read((std::uint64_t{3} << 40) - 2, out);
  EXPECT_EQ(out, (Image{0, 'X'}));
}

TEST_F(ImageFile, ErrorsSayWhatAndWhatToDo) {
  EXPECT_THAT(open_error(path("missing.iso")), HasSubstr("missing.iso: no such file"));
  EXPECT_THAT(open_error(directory_.string()), HasSubstr("is a directory"));
  EXPECT_THAT(open_error(save("empty.iso", {})), HasSubstr("is empty (0 bytes)"));
  EXPECT_THAT(open_error("/dev/null"), HasSubstr("neither a file nor a block device"));
  ::mkfifo(path("fifo").c_str(), 0600);
  EXPECT_THAT(open_error(path("fifo")), HasSubstr("neither a file nor a block device"));
}

TEST_F(ImageFile, AnEmptyFileOpensWhenAllowed) {
  OpenOptions options;
  options.allow_empty = true;
  EXPECT_EQ(open_image(save("empty.iso", {}), options)->size(), 0U);
}

TEST_F(ImageFile, AFileCutShortIsAnErrorNotASignal) {
  const std::string file = save("a.img", pattern(8192));
  const auto m = open_image(file);
  ASSERT_EQ(::truncate(file.c_str(), 100), 0);
  EXPECT_THAT(error_of([&] { contents(*m); }), HasSubstr("was cut short while in use"));
}

TEST_F(ImageFile, UnpacksEveryFormatWhateverItsName) {
  const Image image = pattern(200000);
  EXPECT_EQ(contents(*open_image(pack("a", gzip, {{"x", image}}))), image);
  EXPECT_EQ(contents(*open_image(pack("b.img", bzip2, {{"x", image}}))), image);
  EXPECT_EQ(contents(*open_image(pack("c.iso", xz, {{"x", image}}))), image);
  EXPECT_EQ(contents(*open_image(pack("d.gz", zstd, {{"x", image}}))), image);
  EXPECT_EQ(contents(*open_image(pack("e.gz", zip, {{"readme", image}}))), image);
}

TEST_F(ImageFile, TakesTheBiggestImageOfAZip) {
  const std::string file = pack("a.zip", zip,
                                {{"README", pattern(9000)},
                                 {"small.img", pattern(600)},
                                 {"dir/BIG.ISO", pattern(5000)},
                                 {"z.iso", pattern(700)}});
  EXPECT_EQ(contents(*open_image(file)), pattern(5000));
}

TEST_F(ImageFile, AZipWithoutAnImageNameIsRefused) {
  const std::string file = pack("a.zip", zip, {{"a.txt", pattern(10)}, {"b.txt", pattern(10)}});
  EXPECT_THAT(open_error(file), HasSubstr("none named *.iso or *.img"));
}

TEST_F(ImageFile, ABombIsRefused) {
  OpenOptions options;
  options.unpacked_limit = 1 << 20;
  EXPECT_THAT(open_error(pack("bomb.gz", gzip, {{"x", Image((1 << 20) + 1)}}), options),
              HasSubstr("unpacks to more than 1 MiB"));
}

TEST_F(ImageFile, BigImagesGoThroughATemporaryFile) {
  OpenOptions options;
  options.memory_limit = 100000;
  Image image = pattern(300000);
  image.resize(500000);  // ends in a hole
  const auto m = open_image(pack("a.xz", xz, {{"x", image}}), options);
  EXPECT_EQ(contents(*m), image);
}

TEST_F(ImageFile, ATruncatedArchiveIsBroken) {
  const std::string file = pack("a.gz", gzip, {{"x", pattern(100000)}});
  ASSERT_EQ(::truncate(file.c_str(), 500), 0);
  EXPECT_THAT(open_error(file), HasSubstr("a broken archive"));
}

TEST_F(ImageFile, AnArchiveCannotBePersisted) {
  OpenOptions options;
  options.persist = true;
  EXPECT_THAT(open_error(pack("a.gz", gzip, {{"x", pattern(1000)}}), options), HasSubstr("gzip archive"));
}

OpenOptions persistent() {
  OpenOptions options;
  options.persist = true;
  return options;
}

TEST_F(ImageFile, PersistReplacesTheFileAndKeepsItsMode) {
  Image expected = pattern(20000);
  const std::string file = save("a.img", expected);
  ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
  Overlay overlay(open_image(file, persistent()));
  overlay.write(4000, Image(300, 0xEE));
  overlay.write(19999, Image(1, 0xEE));
  overlay.persist();
  std::fill_n(expected.begin() + 4000, 300, std::uint8_t{0xEE});
  expected[19999] = 0xEE;
  EXPECT_EQ(load(file), expected);
  struct stat st {};
  ASSERT_EQ(::stat(file.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0640U);
  EXPECT_FALSE(overlay.modified());
  EXPECT_EQ(contents(overlay), expected);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), {}), 1) << "a temporary file is left";
}

TEST_F(ImageFile, PersistTwiceKeepsBothChanges) {
  const std::string file = save("a.img", Image(8192));
  Overlay overlay(open_image(file, persistent()));
  overlay.write(0, Image(1, 1));
  overlay.persist();
  overlay.write(5000, Image(1, 2));
  overlay.persist();
  EXPECT_EQ(load(file)[0], 1);
  EXPECT_EQ(load(file)[5000], 2);
}

TEST_F(ImageFile, PersistKeepsHoles) {
  const std::string file = save("a.img", {});
  ASSERT_EQ(::truncate(file.c_str(), 64 << 20), 0);
  Overlay overlay(open_image(file, persistent()));
  overlay.write(32 << 20, Image(512, 0xEE));
  overlay.persist();
  struct stat st {};
  ASSERT_EQ(::stat(file.c_str(), &st), 0);
  EXPECT_EQ(st.st_size, 64 << 20);
  EXPECT_LT(st.st_blocks, (1 << 20) / 512);
}

TEST_F(ImageFile, PersistWritesThroughASymbolicLink) {
  const std::string file = save("real.img", Image(512));
  fs::create_symlink(file, path("link.img"));
  Overlay overlay(open_image(path("link.img"), persistent()));
  overlay.write(0, Image(1, 7));
  overlay.persist();
  EXPECT_TRUE(fs::is_symlink(path("link.img")));
  EXPECT_EQ(load(file)[0], 7);
}

TEST_F(ImageFile, PersistWritesAHardLinkedFileInPlace) {
  const std::string file = save("a.img", Image(512));
  fs::create_hard_link(file, path("b.img"));
  Overlay overlay(open_image(file, persistent()));
  overlay.write(0, Image(1, 7));
  overlay.persist();
  EXPECT_EQ(load(path("b.img"))[0], 7);
  EXPECT_FALSE(fs::exists(journal_path(file)));
}

TEST_F(ImageFile, PersistRefusesAFileThatWasReplaced) {
  const std::string file = save("a.img", Image(512));
  Overlay overlay(open_image(file, persistent()));
  fs::rename(save("new.img", Image(512, 9)), file);
  overlay.write(0, Image(1, 7));
  EXPECT_THAT(error_of([&] { overlay.persist(); }), HasSubstr("was replaced by another file"));
  EXPECT_EQ(load(file), Image(512, 9));
}

TEST_F(ImageFile, WithoutPersistNothingIsWritten) {
  const std::string file = save("a.img", Image(512));
  Overlay overlay(open_image(file));
  overlay.write(0, Image(1, 7));
  EXPECT_THAT(error_of([&] { overlay.persist(); }), HasSubstr("--persist"));
  EXPECT_EQ(load(file), Image(512));
}

/// A journal with one change: byte 3 of a 512-byte image becomes 0xAB. Layout: write_back.cpp.
Image journal() {
  Image j(32 + 16 + 1);
  test::put_text(j, 0, "BOOTSIMJ");
  test::put64(j, 8, 512);
  test::put64(j, 16, 17);
  test::put64(j, 32, 3);
  test::put64(j, 40, 1);
  test::put8(j, 48, 0xAB);
  test::put64(j, 24, 0xCC0AC41A);  // CRC-32 of the 17 bytes after the header
  return j;
}

TEST_F(ImageFile, AnInterruptedPersistIsFinished) {
  const std::string file = save("a.img", Image(512));
  save("a.img.bootsim-journal", journal());
  EXPECT_THAT(open_error(file), HasSubstr("an earlier --persist was interrupted"));
  const auto m = open_image(file, persistent());
  EXPECT_EQ(contents(*m)[3], 0xAB);
  EXPECT_FALSE(fs::exists(path("a.img.bootsim-journal")));
}

TEST_F(ImageFile, AnIncompleteJournalChangedNothingAndIsIgnored) {
  const std::string file = save("a.img", Image(512));
  Image half = journal();
  half.pop_back();
  save("a.img.bootsim-journal", half);
  EXPECT_EQ(contents(*open_image(file)), Image(512));
}

}  // namespace
}  // namespace devices::media
