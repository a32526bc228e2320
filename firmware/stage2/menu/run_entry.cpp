#include "stage2/menu/run_entry.h"

#include "stage2/commands/command.h"
#include "stage2/console/console.h"
#include "stage2/menu/background.h"
#include "stage2/menu/script.h"

namespace stage2 {

Result run_lines(Session& session, const Vector<String>& lines) {
  Script script;
  for (const String& line : lines) {
    bool run;
    Result result = script.next(session, line, run);
    if (result.ok() && run) result = run_line(session, line);
    if (!result.ok()) return fail("{}\n  in: {}", result.words(), line);
  }
  return {};
}

bool run_entry(Session& session, const MenuEntry& entry, Chosen chosen) {
  hide_background();
  set_colour(kDefaultColour);
  if (chosen != Chosen::kAsFallback) clear();
  show_cursor(true);
  print("{}\n\n", entry.title);
  session.set_loaded(nullptr);
  session.left_a_menu = false;
  const Device root = session.root();
  Result result = run_lines(session, entry.lines);
  if (result.ok() && session.loaded() != nullptr) result = session.loaded()->boot(session);
  if (!result.ok()) print_error(result.words());
  session.set_root(root);
  if (chosen == Chosen::kWithFallback && !result.ok()) return false;
  if (result.ok() && session.left_a_menu) return true;
  put("\nPress a key to return to the menu.");
  wait_key();
  return result.ok();
}

}  // namespace stage2
