#include "stage2/disk/device_name.h"

namespace stage2 {
namespace {

constexpr u8 kFirstHardDisk = 0x80;
constexpr u8 kFirstByNumber = 0xa0;

bool parse_small(Text text, u32 limit, u32& value) {
  u64 number = 0;
  if (!parse_number(text, number) || number >= limit) return false;
  value = u32(number);
  return true;
}

bool parse_drive(Text name, u8 cd_drive, u8& drive) {
  u32 number = 0;
  if (name == Text("cd") || name == Text("cd0")) {
    drive = cd_drive;
    return cd_drive != 0;
  }
  if (starts_with(name, "fd") && parse_small(name.from(2), 0x80, number)) {
    drive = u8(number);
    return true;
  }
  if (starts_with(name, "hd") && parse_small(name.from(2), 0x80, number)) {
    drive = u8(kFirstHardDisk + number);
    return true;
  }
  // grub4dos's own guides write both (0xA0) and (0xa0h)
  if (name.size > 3 && to_lower(name[name.size - 1]) == 'h') --name.size;
  if (!starts_with(name, "0x") && !starts_with(name, "0X") && !starts_with(name, "0")) return false;
  String hex = name;
  if (!starts_with(name, "0x") && !starts_with(name, "0X")) hex = format("0x{}", name);
  if (!parse_small(hex, 0x100, number)) return false;
  drive = u8(number);
  return true;
}

bool parse_partition(Text text, int& partition) {
  u32 number = 0;
  static constexpr const char* kSchemes[] = {"msdos", "gpt"};
  for (const char* scheme : kSchemes)
    if (starts_with(text, scheme)) {
      if (!parse_small(text.from(Text(scheme).size), 256, number) || number == 0) return false;
      partition = int(number) - 1;
      return true;
    }
  if (!parse_small(text, 256, number)) return false;
  partition = int(number);
  return true;
}

}  // namespace

Result parse_device(Text name, u8 cd_drive, Device& device) {
  const size_t comma = find(name, ',');
  Device parsed;
  if (!parse_drive(trim(name.first(comma)), cd_drive, parsed.drive))
    return fail("`({})` is no drive: they are called (fd0), (hd0), (cd), (0xA0)", name);
  if (comma < name.size && !parse_partition(trim(name.from(comma + 1)), parsed.partition))
    return fail("`({})`: the partitions of a drive are 0, 1, 2 and so on", name);
  device = parsed;
  return {};
}

String device_name(const Device& device) {
  String name = device.drive >= kFirstByNumber   ? format("(0x{:02x}", device.drive)
                : device.drive >= kFirstHardDisk ? format("(hd{}", device.drive - kFirstHardDisk)
                                                 : format("(fd{}", device.drive);
  if (device.partition != kWholeDrive) name += format(",{}", device.partition);
  name += ')';
  return name;
}

Result split_path(Text whole, u8 cd_drive, Device& device, bool& has_device, Text& path) {
  has_device = false;
  path = whole;
  if (whole.empty() || whole[0] != '(') return {};
  const size_t close = find(whole, ')');
  if (close == whole.size) return fail("`{}`: the bracket of the device is not closed", whole);
  path = whole.from(close + 1);
  const Text name = whole.from(1).first(close - 1);
  if (name.empty()) return {};
  has_device = true;
  return parse_device(name, cd_drive, device);
}

}  // namespace stage2
