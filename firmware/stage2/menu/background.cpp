#include "stage2/menu/background.h"

#include "stage2/console/console.h"

namespace stage2 {

void show_background(Session& session) {
  const String path = session.variable("background");
  if (path.empty() || console_shows_picture()) return;
  OpenFile file;
  Result result = session.volumes.open(session.root(), path, file);
  if (result.ok()) result = console_show_picture(file.path(), file);
  if (result.ok()) return;
  session.unset_variable("background");
  print_error(result.words());
  put("Press a key to go on.\n");
  wait_key_for(18 * 10);
}

void hide_background() { console_hide_picture(); }

}  // namespace stage2
