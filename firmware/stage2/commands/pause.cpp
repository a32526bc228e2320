#include "stage2/commands/command.h"
#include "stage2/console/console.h"

namespace stage2 {
namespace {

constexpr u32 kTicksPerSecond = 18;
constexpr u64 kMostSeconds = 86400;

}  // namespace

Result pause_command(Session&, const Args& args) {
  Text wait, text = args.line;
  u64 seconds = 0;
  const bool waits = args.option("wait", wait);  // grub4dos
  if (waits && (!parse_number(wait, seconds) || seconds > kMostSeconds))
    return fail("--wait={}: seconds are wanted", wait);
  if (waits && starts_with(text, "--wait=")) take_word(text);
  put(text.empty() ? Text("Press a key to go on.") : text);
  if (waits) {
    wait_key_for(u32(seconds) * kTicksPerSecond);
  } else {
    wait_key();
  }
  put('\n');
  return {};
}

}  // namespace stage2
