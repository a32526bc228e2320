#pragma once

#include "stage2/base/string.h"

/// Configuration files, whatever their syntax, become this: lines of native syntax. Compiles for the host too.
namespace stage2 {

struct MenuEntry {
  String title;
  String id;     ///< what `default` may name it by; empty: its title
  String help;   ///< shown below the menu; several lines
  char key = 0;  ///< hot key, lower case; 0: none
  bool is_submenu = false;
  bool is_conditional = false;  ///< shown when the line `entry N` (N: its place, from 0) of Config::lines has been run
  Vector<String> lines;         ///< run when it is chosen
  Vector<MenuEntry> entries;    ///< of a submenu
  u32 line_number = 0;          ///< where it begins in its file

  Text name() const { return id.empty() ? title : id; }
};

struct Config {
  Vector<String> lines;  ///< run before the menu is shown; with the lines of `if`, `else` and their braces
  Vector<MenuEntry> entries;
  Vector<String> problems;  ///< sentences with line numbers; the rest of the file is used all the same
};

enum class Dialect { kNative, kMenuLst, kSyslinux };

/// By the file's name: menu.lst and grub.conf; syslinux.cfg, isolinux.cfg, extlinux.conf; else native.
Dialect dialect_of(Text path);

/// Files that a configuration includes.
class IncludeSource {
 public:
  /// False when it cannot be read; the reason is part of `problem`.
  virtual bool read(Text path, String& text, String& problem) = 0;

 protected:
  ~IncludeSource() = default;
};

Config parse_native(Text text);
/// grub4dos's and GRUB Legacy's.
Config parse_menu_lst(Text text);
/// Syslinux's. Paths that are not absolute are meant in `directory`, which ends in '/'.
Config parse_syslinux(Text text, Text directory, IncludeSource& includes);

Config parse_config(Text text, Text path, IncludeSource& includes);

/// `text` as one word of native syntax.
String quote(Text text);
/// The directory part of a path, with the slash at its end.
Text directory_of(Text path);

/// The entry that `wanted` names: a number from 0, an id, or a title. -1: none.
int find_entry(const Vector<MenuEntry>& entries, Text wanted);

}  // namespace stage2
