#include "stage2/commands/search.h"

#include "stage2/commands/command.h"
#include "stage2/console/console.h"

namespace stage2 {
namespace {

bool matches(lib32::FileSystem& fs, SearchFor what, Text value) {
  lib32::Node node;
  switch (what) {
    case SearchFor::kFile: return fs.find(value, node).ok();
    case SearchFor::kLabel: return fs.label() == value;
    case SearchFor::kUuid: return equal_ignoring_case(fs.uuid(), value);
  }
  return false;
}

Vector<Device> matching(Session& session, const Vector<Device>& among, SearchFor what, Text value, bool only_first) {
  Vector<Device> found;
  for (const Device& device : among) {
    lib32::FileSystem* fs;
    if (!session.volumes.file_system(device, fs).ok() || !matches(*fs, what, value)) continue;
    found.push_back(device);
    if (only_first) break;
  }
  return found;
}

struct Option {
  const char* name;
  SearchFor what;
};
// The second of each pair is GRUB 2's.
constexpr Option kOptions[] = {{"file", SearchFor::kFile},
                               {"label", SearchFor::kLabel},
                               {"uuid", SearchFor::kUuid},
                               {"fs-label", SearchFor::kLabel},
                               {"fs-uuid", SearchFor::kUuid}};

// --label=VALUE, or --label and VALUE as a word of its own.
bool parse_wanted(const Args& args, SearchFor& what, Text& value) {
  const Vector<Text> plain = args.plain();
  for (const Option& option : kOptions) {
    what = option.what;
    if (args.option(option.name, value)) return true;
    if (!args.has(option.name) || plain.size() != 1) continue;
    value = plain[0];
    return true;
  }
  what = SearchFor::kFile;
  if (plain.size() == 1) value = plain[0];
  return plain.size() == 1;
}

}  // namespace

Vector<Device> search_devices(Session& session, SearchFor what, Text value, bool only_first) {
  // The boot drive by itself: looking for other drives takes calls and, on floppies, seconds.
  const Vector<Device> near = session.volumes.candidates_on(session.boot_drive);
  Vector<Device> found = matching(session, near, what, value, only_first);
  if (only_first && !found.empty()) return found;
  Vector<Device> others = session.volumes.candidates();
  for (size_t i = 0; i < near.size(); ++i) others.erase(0);
  for (const Device& device : matching(session, others, what, value, only_first)) found.push_back(device);
  return found;
}

Result search_command(Session& session, const Args& args) {
  SearchFor what;
  Text value, variable;
  if (!parse_wanted(args, what, value)) return fail("search --file PATH, --label LABEL or --uuid UUID [--set=NAME]");
  const bool set = args.option("set", variable) || args.has("set");
  if (variable.empty()) variable = "root";
  const Vector<Device> found = search_devices(session, what, value, set);
  if (found.empty())
    return fail("no device has {} {}",
                what == SearchFor::kFile    ? "the file"
                : what == SearchFor::kLabel ? "the label"
                                            : "the UUID",
                value);
  if (!set) {
    for (const Device& device : found) print("{}\n", device_name(device));
  } else if (variable == Text("root")) {
    session.set_root(found[0]);
  } else {
    session.set_variable(variable, device_name(found[0]));
  }
  return {};
}

// grub4dos's command of that name.
Result find_file_command(Session& session, const Args& args) {
  const Vector<Text> paths = args.plain();
  if (paths.size() != 1) return fail("find [--set-root] FILE");
  const bool set = args.has("set-root");
  const Vector<Device> found = search_devices(session, SearchFor::kFile, paths[0], set);
  if (found.empty()) return fail("no device has the file {}", paths[0]);
  if (set) return session.set_root(found[0]), Result();
  for (const Device& device : found) print("{}\n", device_name(device));
  return {};
}

}  // namespace stage2
