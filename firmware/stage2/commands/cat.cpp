#include "stage2/commands/command.h"
#include "stage2/console/console.h"

namespace stage2 {

Result cat_command(Session& session, const Args& args) {
  const Vector<Text> paths = args.plain();
  if (paths.size() != 1) return fail("cat FILE");
  OpenFile file;
  if (Result result = session.volumes.open(session.root(), paths[0], file); !result.ok()) return result;
  char part[512];
  char last = '\n';
  for (u64 at = 0; at < file.size();) {
    const size_t length = size_t(lib32::min<u64>(sizeof part, file.size() - at));
    if (Result result = file.load(at, part, length); !result.ok()) return result;
    for (size_t i = 0; i < length; ++i)
      if (part[i] != '\r') put(last = part[i] == '\t' || part[i] == '\n' || u8(part[i]) >= ' ' ? part[i] : '.');
    if (poll_key() == kEscape) break;
    at += length;
  }
  if (last != '\n') put('\n');
  return {};
}

}  // namespace stage2
