#include "lib32/archive.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "lib32/crc32.h"

namespace {

using Bytes = std::vector<std::uint8_t>;
using lib32::ArchiveKind;
using lib32::Method;

lib32::Archive identify(const Bytes& bytes) { return lib32::identify_archive(bytes.data(), bytes.size()); }

void put(Bytes& to, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}
void put(Bytes& to, const std::string& text) { to.insert(to.end(), text.begin(), text.end()); }

// RFC 1952 §2.2, with every optional field that `flags` names.
Bytes gzip(std::uint8_t flags) {
  Bytes file = {0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3};
  if ((flags & 4) != 0) {
    put(file, 3, 2);
    put(file, "abc");
  }
  if ((flags & 8) != 0) put(file, std::string("name\0", 5));
  if ((flags & 16) != 0) put(file, std::string("comment\0", 8));
  if ((flags & 2) != 0) put(file, 0x1234, 2);
  put(file, "DATA!");
  put(file, 0xcafebabe, 4);
  put(file, 77, 4);
  return file;
}

TEST(Archive, FindsTheDataBehindAnyGzipHeader) {
  for (int flags = 0; flags < 0x20; ++flags) {
    const Bytes file = gzip(static_cast<std::uint8_t>(flags));
    const lib32::Archive archive = identify(file);
    ASSERT_EQ(archive.problem, nullptr) << flags;
    EXPECT_EQ(archive.kind, ArchiveKind::kGzip);
    EXPECT_EQ(archive.method, Method::kDeflate);
    EXPECT_EQ(std::string(file.begin() + static_cast<std::ptrdiff_t>(archive.data),
                          file.begin() + static_cast<std::ptrdiff_t>(archive.data + archive.data_bytes)),
              "DATA!");
    EXPECT_EQ(archive.content_crc, 0xcafebabeU);
    EXPECT_EQ(archive.content_bytes, 77U);
  }
}

TEST(Archive, RefusesUnknownGzipFlagsAndCutHeaders) {
  EXPECT_NE(identify(gzip(0x20)).problem, nullptr);
  Bytes file = gzip(8);
  file.resize(16);
  EXPECT_NE(identify(file).problem, nullptr);
}

struct ZipFile {
  std::string name;
  std::string content;
  std::uint16_t method = 0;
  std::uint16_t flags = 0;
};

// APPNOTE.TXT §4.3: local headers with the contents, the central directory, its end.
Bytes zip(const std::vector<ZipFile>& files) {
  Bytes archive;
  Bytes directory;
  for (const ZipFile& file : files) {
    const auto at = static_cast<std::uint32_t>(archive.size());
    const auto size = static_cast<std::uint32_t>(file.content.size());
    const auto name = static_cast<std::uint32_t>(file.name.size());
    put(archive, 0x04034b50, 4);
    for (std::uint32_t field : {20U, std::uint32_t{file.flags}, std::uint32_t{file.method}, 0U, 0U})
      put(archive, field, 2);
    for (std::uint32_t field : {1234U, size, size}) put(archive, field, 4);
    put(archive, name, 2);
    put(archive, 2, 2);  // an extra field, in the local header alone
    put(archive, file.name + "xx" + file.content);
    put(directory, 0x02014b50, 4);
    for (std::uint32_t field : {20U, 20U, std::uint32_t{file.flags}, std::uint32_t{file.method}, 0U, 0U})
      put(directory, field, 2);
    for (std::uint32_t field : {1234U, size, size}) put(directory, field, 4);
    for (std::uint32_t field : {name, 0U, 0U, 0U, 0U}) put(directory, field, 2);
    put(directory, 0, 4);
    put(directory, at, 4);
    put(directory, file.name);
  }
  const auto start = static_cast<std::uint32_t>(archive.size());
  archive.insert(archive.end(), directory.begin(), directory.end());
  put(archive, 0x06054b50, 4);
  put(archive, 0, 4);
  put(archive, static_cast<std::uint32_t>(files.size()), 2);
  put(archive, static_cast<std::uint32_t>(files.size()), 2);
  put(archive, static_cast<std::uint32_t>(directory.size()), 4);
  put(archive, start, 4);
  put(archive, 7, 2);
  put(archive, "comment");
  return archive;
}

TEST(Archive, TakesTheFirstFileOfAZipArchiveThatIsNotEmpty) {
  const Bytes file = zip({{"folder/", ""}, {"folder/disk.img", "the disk"}, {"other", "another"}});
  const lib32::Archive archive = identify(file);
  ASSERT_EQ(archive.problem, nullptr);
  EXPECT_EQ(archive.kind, ArchiveKind::kZip);
  EXPECT_EQ(archive.method, Method::kStored);
  EXPECT_EQ(std::string(file.begin() + static_cast<std::ptrdiff_t>(archive.data),
                        file.begin() + static_cast<std::ptrdiff_t>(archive.data + archive.data_bytes)),
            "the disk");
  EXPECT_EQ(archive.content_crc, 1234U);
}

TEST(Archive, RefusesZipArchivesThatItCannotUnpack) {
  EXPECT_NE(identify(zip({{"disk", "secret", 0, 1}})).problem, nullptr);  // encrypted
  EXPECT_NE(identify(zip({{"disk", "bzip2", 12, 0}})).problem, nullptr);  // another method
  EXPECT_NE(identify(zip({{"empty", ""}})).problem, nullptr);             // nothing in it
  Bytes cut = zip({{"disk", "0123456789"}});
  cut.resize(cut.size() - 20);
  EXPECT_NE(identify(cut).problem, nullptr);  // no directory
}

TEST(Archive, TakesAnythingElseAsItIs) {
  const lib32::Archive archive = identify({0xeb, 0x3c, 0x90, 'M', 'S'});
  EXPECT_EQ(archive.kind, ArchiveKind::kPlain);
  EXPECT_EQ(archive.data_bytes, 5U);
}

TEST(Crc32, IsThatOfTheStandard) {
  const std::string check = "123456789";  // the check value that every catalogue of CRCs gives: CBF43926h
  EXPECT_EQ(lib32::Crc32().of(reinterpret_cast<const std::uint8_t*>(check.data()), check.size()), 0xcbf43926U);
}

}  // namespace
