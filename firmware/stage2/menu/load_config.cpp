#include "stage2/menu/load_config.h"

#include "stage2/commands/command.h"
#include "stage2/config/config.h"
#include "stage2/console/console.h"
#include "stage2/menu/menu.h"
#include "stage2/menu/script.h"

namespace stage2 {
namespace {

constexpr size_t kMostConfigBytes = 256 * 1024;
constexpr const char* kNames[] = {"/bootsim/bootsim.cfg",
                                  "/boot/bootsim/bootsim.cfg",
                                  "/bootsim.cfg",
                                  "/menu.lst",
                                  "/boot/grub/menu.lst",
                                  "/isolinux/isolinux.cfg",
                                  "/boot/isolinux/isolinux.cfg",
                                  "/isolinux.cfg",
                                  "/syslinux/syslinux.cfg",
                                  "/boot/syslinux/syslinux.cfg",
                                  "/syslinux.cfg"};
// What a configuration decides for itself, and does not inherit.
constexpr const char* kOwnVariables[] = {"default", "timeout", "fallback", "menu_title", "background"};

class FileIncludes final : public IncludeSource {
 public:
  explicit FileIncludes(Session& session) : session_(session) {}
  bool read(Text path, String& text, String& problem) override {
    const Result result = session_.volumes.read_text(session_.root(), path, kMostConfigBytes, text);
    problem = result.words();
    return result.ok();
  }

 private:
  Session& session_;
};

}  // namespace

Result find_config(Session& session, String& path) {
  path.clear();
  lib32::FileSystem* fs;
  lib32::Node node;
  if (Result result = session.volumes.file_system(session.root(), fs); !result.ok()) return result;
  for (const char* name : kNames) {
    const lib32::Status status = fs->find(name, node);
    if (status.ok() && node.kind == lib32::Kind::kFile) {
      path = name;
      return {};
    }
    if (!status.ok() && status.error() == lib32::Error::kRead)
      return fail("{}{}: {}", device_name(session.root()), name, status.words());
  }
  return {};
}

namespace {

// `entry N`, a line of an `if`: entry N is shown.
bool show_entry(Config& config, Text line) {
  u64 number;
  if (take_word(line) != Text("entry") || !parse_number(line, number) || number >= config.entries.size()) return false;
  config.entries[size_t(number)].is_conditional = false;
  return true;
}

void remove_hidden_entries(Config& config) {
  for (size_t i = config.entries.size(); i-- > 0;)
    if (config.entries[i].is_conditional) config.entries.erase(i);
}

// False when something failed, which has been said: the lines after it are run all the same.
bool run_before_menu(Session& session, Text path, Config& config) {
  bool ok = true;
  Script script;
  for (const String& line : config.lines) {
    bool run;
    Result result = script.next(session, line, run);
    if (run && !show_entry(config, line)) result = run_line(session, line);
    if (result.ok()) continue;
    print_error(format("{}: {}\n  in: {}", path, result.words(), line));
    ok = false;
  }
  remove_hidden_entries(config);
  return ok;
}

}  // namespace

Result load_config(Session& session, Text path) {
  String text;
  if (Result result = session.volumes.read_text(session.root(), path, kMostConfigBytes, text); !result.ok())
    return result;
  FileIncludes includes(session);
  Config config = parse_config(text, path, includes);
  for (const char* name : kOwnVariables) session.unset_variable(name);
  bool troubled = !config.problems.empty();
  for (const String& problem : config.problems) print_error(format("{}, {}", path, problem));
  if (!run_before_menu(session, path, config)) troubled = true;
  if (troubled) {
    put("Press a key to go on.\n");
    wait_key_for(18 * 10);
  }
  if (!config.entries.empty()) run_menu(session, config.entries);
  return {};
}

}  // namespace stage2
