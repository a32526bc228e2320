#include "stage2/commands/command.h"
#include "stage2/picture/vbe.h"

namespace stage2 {

// The file is looked at now, so that what is wrong with it is said before the menu comes; it is shown with
// the menu.
Result background_command(Session& session, const Args& args) {
  if (args.size() > 1) return fail("background [FILE.bmp]");
  session.unset_variable("background");
  if (args.size() == 0) return {};
  OpenFile file;
  if (Result result = session.volumes.open(session.root(), args[0], file); !result.ok()) return result;
  PictureSize size;
  if (Result result = bmp_size(file.path(), file, size); !result.ok()) return result;
  VbeMode mode;
  if (Result result = find_vbe_mode(size, mode); !result.ok()) return result;
  session.set_variable("background", file.path());
  return {};
}

}  // namespace stage2
