#include <fcntl.h>
#include <sys/stat.h>

#include <ctime>

#include <fmt/core.h>

#include "bootsim/install/host_tool.h"
#include "bootsim/install/layout.h"
#include "bootsim/install/mkimage_parts.h"

namespace bootsim::install {
namespace {

std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// -graft-points: an equals sign or a backslash in a name has a backslash before it (mkisofs(8)).
std::string escaped(const std::string& path) {
  std::string text;
  for (const char c : path) {
    if (c == '=' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

/// YYYYMMDDhhmmsscc, which is also the volume's UUID.
std::string volume_date(std::int64_t time) {
  const std::time_t seconds = time;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}00", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
                     utc.tm_min, utc.tm_sec);
}

}  // namespace

void make_iso(const std::string& image, const SourceFolder& folder, const ImageOptions& options,
              const FirmwareSource& firmware) {
  const TemporaryFolder temporary;
  const std::string isoboot = temporary.path("isoboot.bin");
  write_file(isoboot, text_of(firmware(kFirmwareIsoboot)));
  const timespec time{folder.time, 0}, times_of_file[] = {time, time};  // it is listed with them
  ::utimensat(AT_FDCWD, isoboot.c_str(), times_of_file, 0);
  write_file(temporary.path("isohybrid.bin"), text_of(firmware(kFirmwareIsohybrid)));
  const std::string times = folder.epoch ? fmt::format("={}", *folder.epoch) : "set_to_mtime";
  run_tool(kXorriso, {.arguments = {"-as",
                                    "mkisofs",
                                    "-quiet",
                                    "-o",
                                    image,
                                    "-V",
                                    options.label,
                                    "-r",
                                    "-J",
                                    "-joliet-long",
                                    "--modification-date=" + volume_date(folder.time),
                                    "--set_all_file_dates",
                                    times,
                                    "-b",
                                    "bootsim/isoboot.bin",
                                    "-c",
                                    "bootsim/boot.cat",
                                    "-no-emul-boot",
                                    "-boot-load-size",
                                    "4",
                                    "-boot-info-table",
                                    "-isohybrid-mbr",
                                    temporary.path("isohybrid.bin"),
                                    "-graft-points",
                                    "/=" + escaped(folder.path),
                                    "/bootsim/isoboot.bin=" + escaped(isoboot)},
                      .environment = {{"SOURCE_DATE_EPOCH", std::to_string(folder.time)}}});
}

}  // namespace bootsim::install
