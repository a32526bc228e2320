#include "stage2/commands/command.h"
#include "stage2/console/console.h"
#include "stage2/map/define.h"

namespace stage2 {
namespace {

// grub4dos's users write both --hook and -hook.
bool has_option(const Args& args, Text name) {
  for (const String& word : args.words)
    if (starts_with(word, "-") && word.text().from(starts_with(word, "--") ? 2 : 1) == name) return true;
  return false;
}

Result number_option(const Args& args, Text name, u32 most, u32& value) {
  Text text;
  u64 number;
  if (!args.option(name, text)) return {};
  if (!parse_number(text, number) || number == 0 || number > most) return fail("--{}: 1 to {}", name, most);
  value = u32(number);
  return {};
}

String where(const DriveMap& map) {
  if (map.redirect) return format("drive {:02x}h of the BIOS", map.real);
  if (map.place.kind == Placement::Kind::kMemory) return format("in memory at {:x}h", map.place.memory);
  return format("on drive {:02x}h of the BIOS, in {} {}", map.place.drive, map.place.extents.size(),
                map.place.extents.size() == 1 ? "piece" : "pieces");
}

void print_status() {
  DriveMaps& maps = drive_maps();
  if (maps.list().empty()) put("no drive is mapped\n");
  for (const DriveMap& map : maps.list()) {
    const DriveMap* active = maps.active(map.drive);
    print("{:7} {}, {}{}{}\n", device_name({map.drive, kWholeDrive}), map.what, where(map),
          map.read_only ? ", read-only" : "", active == nullptr ? ", not hooked" : "");
  }
  if (maps.hooked()) print("hooked: {} bytes at {:x}h\n", maps.resident_bytes(), maps.resident_address());
}

bool known_option(Text word) {
  static constexpr const char* kOptions[] = {"mem", "read-only", "hook", "unhook", "rehook", "status"};
  const Text name = word.from(starts_with(word, "--") ? 2 : 1);
  for (const char* option : kOptions)
    if (name == Text(option)) return true;
  return starts_with(word, "--heads=") || starts_with(word, "--sectors-per-track=");
}

}  // namespace

Result map_command(Session& session, const Args& args) {
  Vector<Text> plain;
  for (const String& word : args.words) {
    if (!starts_with(word, "-")) {
      plain.push_back(word);
    } else if (!known_option(word)) {
      return fail("map: there is no option `{}`", word);
    }
  }
  MapOptions options;
  options.in_memory = has_option(args, "mem");
  options.read_only = has_option(args, "read-only");
  if (Result result = number_option(args, "heads", 255, options.heads); !result.ok()) return result;
  if (Result result = number_option(args, "sectors-per-track", 63, options.sectors_per_track); !result.ok())
    return result;
  if (plain.size() == 2) {
    if (Result result = define_map(session, plain[0], plain[1], options); !result.ok()) return result;
  } else if (!plain.empty()) {
    return fail("map FROM TO: a file or a drive, then the drive that it becomes");
  }
  if (has_option(args, "unhook")) return drive_maps().unhook(session);
  if (has_option(args, "hook") || has_option(args, "rehook")) return drive_maps().hook(session);
  if (has_option(args, "status") || args.size() == 0) print_status();
  return {};
}

}  // namespace stage2
