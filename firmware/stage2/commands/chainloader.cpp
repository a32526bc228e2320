#include "stage2/chain/chain.h"
#include "stage2/commands/command.h"

namespace stage2 {
namespace {

Result parse_drive_option(const Args& args, ChainOptions& options) {
  Text text;
  u64 number;
  if (args.option("edx", text)) {  // grub4dos's word
    if (!parse_number(text, number) || number > 0xff) return fail("--edx={}: a drive is 0x00 to 0xff", text);
    options.has_drive = true;
    options.drive = u8(number);
  }
  if (!args.option("drive", text)) return {};
  Device device;
  const Text name = starts_with(text, "(") ? text.from(1).first(find(text, ')') - 1) : text;
  if (Result result = parse_device(name, 0, device); !result.ok()) return result;
  options.has_drive = true;
  options.drive = device.drive;
  return {};
}

Result parse_word(const Args& args, Text name, bool& has, u16& value) {
  Text text;
  u64 number;
  if (!args.option(name, text)) return {};
  if (!parse_number(text, number) || number > 0xffff)
    return fail("--{}={}: a number up to 0xffff is wanted", name, text);
  has = true;
  value = u16(number);
  return {};
}

}  // namespace

Result chainloader_command(Session& session, const Args& args) {
  const Vector<Text> plain = args.plain();
  if (plain.size() != 1) return fail("chainloader [--force] [--drive=hd0] [--type=NAME] FILE, (hd0), (hd0,0) or +1");
  ChainOptions options;
  options.force = args.has("force");
  if (Result result = parse_drive_option(args, options); !result.ok()) return result;
  if (Result result = parse_word(args, "load-segment", options.has_segment, options.segment); !result.ok())
    return result;
  if (Result result = parse_word(args, "load-offset", options.has_segment, options.offset); !result.ok()) return result;
  Text type;
  if (args.option("type", type)) {
    options.convention = convention_called(type);
    if (options.convention == nullptr)
      return fail("--type={}: freedos, ntldr, freeldr, grub2, g2ldr and grldr are known", type);
  }
  Chain* chain;
  if (Result result = chain_load(session, plain[0], options, chain); !result.ok()) return result;
  session.set_loaded(chain);
  return {};
}

}  // namespace stage2
