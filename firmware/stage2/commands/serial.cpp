#include "stage2/commands/command.h"
#include "stage2/console/console.h"

namespace stage2 {

Result serial_command(Session&, const Args& args) {
  u64 unit = 0, speed = 9600;
  Text value;
  if (args.option("unit", value) && (!parse_number(value, unit) || unit > 3))
    return fail("--unit={}: the ports are 0 to 3", value);
  if (args.option("speed", value) && (!parse_number(value, speed) || speed == 0 || speed > 115200))
    return fail("--speed={}: at most 115200 baud", value);
  return console_serial(u8(unit), u32(speed));
}

}  // namespace stage2
