#include "stage2/commands/command.h"
#include "stage2/console/console.h"

namespace stage2 {
namespace {

String size_words(u64 bytes) {
  static constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 10 * 1024) return format("{} bytes", bytes);
  u32 unit = 0;
  bytes >>= 10;
  for (; bytes >= 10 * 1024 && unit < 3; ++unit) bytes >>= 10;
  return format("{} {}", bytes, kUnits[unit]);
}

void list_device(Session& session, const Device& device) {
  Slice slice;
  String line = format("{:10}", device_name(device));
  if (const Result result = session.volumes.source(device, slice); !result.ok()) return;
  if (slice.size() != lib32::Source::kUnknownSize) line += format(" {:10}", size_words(slice.size()));
  lib32::FileSystem* fs;
  if (session.volumes.file_system(device, fs).ok()) {
    line += format(" {}", fs->type());
    if (!fs->label().empty()) line += format(", label {}", fs->label());
    if (!fs->uuid().empty()) line += format(", uuid {}", fs->uuid());
  }
  print("{}\n", line);
}

Result list_directory(Session& session, Text path, bool with_sizes) {
  lib32::Directory directory;
  if (Result result = session.volumes.open_directory(session.root(), path, directory); !result.ok()) return result;
  auto* entry = new lib32::Entry;  // 1 KB
  while (directory.next(*entry)) {
    const char* suffix = entry->kind == lib32::Kind::kDirectory ? "/" : entry->kind == lib32::Kind::kLink ? "@" : "";
    if (with_sizes) {
      print("{:12} {}{}\n", entry->kind == lib32::Kind::kFile ? entry->node.size : 0, entry->name(), suffix);
    } else {
      print("{}{}  ", entry->name(), suffix);
    }
  }
  delete entry;
  if (!with_sizes) put('\n');
  if (!directory.status().ok()) return fail("{}: {}", path, directory.status().words());
  return {};
}

}  // namespace

Result ls_command(Session& session, const Args& args) {
  bool with_sizes = false;
  bool any = false;
  for (const String& word : args.words) {
    if (word.text() == Text("-l")) {
      with_sizes = true;
      continue;
    }
    any = true;
    const bool device_alone = word[0] == '(' && word[word.size() - 1] == ')';
    const String path = device_alone ? format("{}/", word) : word;
    if (Result result = list_directory(session, path, with_sizes); !result.ok()) return result;
  }
  if (with_sizes && !any) return list_directory(session, "/", true);
  if (!any)
    for (const Device& device : session.volumes.candidates()) list_device(session, device);
  return {};
}

}  // namespace stage2
