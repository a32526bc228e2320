// mke2fs -d would do in one step, but in the order and with the change times that the host's file system has:
// two runs would differ. A debugfs script says each of them.
#include <fmt/core.h>

#include "bootsim/install/host_tool.h"
#include "bootsim/install/layout.h"
#include "bootsim/install/mkimage_parts.h"
#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim::install {
namespace {

/// What debugfs does for one entry; its inode is then `"path"`.
std::string commands_for(const SourceEntry& entry) {
  std::string text;
  std::uint32_t type = 0;  // of the mode: include/uapi/linux/stat.h
  switch (entry.kind) {
    case SourceEntry::Kind::kDirectory:
      text = fmt::format("mkdir \"{}\"\n", entry.path);
      type = 0040000;
      break;
    case SourceEntry::Kind::kFile:
      text = fmt::format("write \"{}\" \"{}\"\n", entry.host_path, entry.path);
      type = 0100000;
      break;
    case SourceEntry::Kind::kLink: text = fmt::format("symlink \"{}\" \"{}\"\n", entry.path, entry.target); break;
  }
  if (type != 0) text += fmt::format("sif \"{}\" mode 0{:o}\n", entry.path, type | entry.mode);
  for (const char* field : {"atime", "ctime", "mtime", "crtime"})
    text += fmt::format("sif \"{}\" {} @{}\n", entry.path, field, entry.time);
  return text;
}

}  // namespace

void make_ext4(const VolumeOrder& order, const SourceFolder& folder, const Identifiers& ids) {
  const std::uint64_t offset = order.first * kSector;
  // libext2fs takes the time from here when it is told to (its misc/mke2fs.8: "for testing").
  const std::vector<std::pair<std::string, std::string>> clock{{"E2FSPROGS_FAKE_TIME", std::to_string(folder.time)}};
  run_tool(kMke2fs,
           {.arguments = {"-q", "-F", "-t", "ext4", "-L", order.label, "-U", ids.uuid("ext4"), "-E",
                          fmt::format("offset={},hash_seed={},lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0",
                                      offset, ids.uuid("hash")),
                          order.image, fmt::format("{}k", order.sectors / 2)},
            .environment = clock});
  std::string script;
  for (const SourceEntry& entry : folder.entries) script += commands_for(entry);
  const TemporaryFolder temporary;
  write_file(temporary.path("script"), script);
  const std::string volume = offset == 0 ? order.image : fmt::format("{}?offset={}", order.image, offset);
  const ToolOutput output =
      run_tool(kDebugfs, {.arguments = {"-w", "-f", temporary.path("script"), volume}, .environment = clock});
  for (const std::string_view line : split(output.err, '\n')) {
    if (!line.empty() && !line.starts_with("debugfs "))
      throw emu::Error(emu::ErrorKind::kMedium, fmt::format("debugfs failed: {}", line));
  }
}

}  // namespace bootsim::install
