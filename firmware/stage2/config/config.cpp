#include "stage2/config/config.h"

namespace stage2 {

Text directory_of(Text path) {
  size_t length = path.size;
  while (length > 0 && path[length - 1] != '/') --length;
  return path.first(length);
}

Dialect dialect_of(Text path) {
  const Text name = path.from(directory_of(path).size);
  static constexpr const char* kMenuLstNames[] = {"menu.lst", "grub.conf"};
  static constexpr const char* kSyslinuxNames[] = {"syslinux.cfg", "isolinux.cfg", "extlinux.conf"};
  for (const char* known : kMenuLstNames)
    if (equal_ignoring_case(name, known)) return Dialect::kMenuLst;
  for (const char* known : kSyslinuxNames)
    if (equal_ignoring_case(name, known)) return Dialect::kSyslinux;
  return Dialect::kNative;
}

Config parse_config(Text text, Text path, IncludeSource& includes) {
  switch (dialect_of(path)) {
    case Dialect::kMenuLst: return parse_menu_lst(text);
    case Dialect::kSyslinux: return parse_syslinux(text, directory_of(path), includes);
    case Dialect::kNative: break;
  }
  return parse_native(text);
}

String quote(Text text) {
  String quoted("\"");
  for (size_t i = 0; i < text.size; ++i) {
    if (text[i] == '"' || text[i] == '\\' || text[i] == '$') quoted += '\\';
    quoted += text[i];
  }
  quoted += '"';
  return quoted;
}

int find_entry(const Vector<MenuEntry>& entries, Text wanted) {
  u64 number;
  if (parse_number(wanted, number)) return number < entries.size() ? int(number) : -1;
  for (size_t i = 0; i < entries.size(); ++i)
    if (entries[i].id.text() == wanted && !wanted.empty()) return int(i);
  for (size_t i = 0; i < entries.size(); ++i)
    if (entries[i].title.text() == wanted) return int(i);
  return -1;
}

}  // namespace stage2
