#include "debugger/call_words.h"

#include <fmt/core.h>

#include "emu/text.h"

namespace debugger {
namespace {

bool answers_with_status(std::uint8_t vector) {
  return vector == 0x13 || vector == 0x40 || vector == 0x15 || vector == 0x1A;
}

}  // namespace

DescribedCall describe_call(std::uint8_t vector, const emu::Registers& in, const emu::Memory& memory,
                            const DriveFacts* drives) {
  DescribedCall call{
      .vector = vector, .ax = in.ax(), .function = bios::find_function(vector, in.ax()), .arguments = {}};
  if (call.function && call.function->describe_arguments) {
    call.function->describe_arguments({in, nullptr, memory}, call.arguments);
    if (drives) complete_arguments(call.arguments, *drives);
  }
  return call;
}

std::string argument_words(const DescribedCall& call) {
  const bios::Arguments& a = call.arguments;
  std::string text;
  const auto add = [&](const std::string& piece) { text += (text.empty() ? "" : " ") + piece; };
  if (a.drive) add(fmt::format("drive {:02X}h", *a.drive));
  if (!a.text.empty()) {
    add(a.text);
    return text;
  }
  if (a.chs) add(fmt::format("CHS {}/{}/{}", a.chs->cylinder, a.chs->head, a.chs->sector));
  if (a.lba) add(a.chs ? fmt::format("(LBA {})", *a.lba) : fmt::format("LBA {}", *a.lba));
  if (a.count) add(fmt::format("+{}", *a.count));
  if (a.buffer) add(fmt::format("{} {}", a.writes_medium ? "←" : "→", far_words(*a.buffer)));
  return text;
}

std::string call_words(const DescribedCall& call) {
  std::string text = fmt::format("INT {:02X}h", call.vector);
  const bool by_ax = call.function && call.function->selector == bios::Selector::kAx;
  const bool alone = call.function && call.function->selector == bios::Selector::kNone;
  if (by_ax) text += fmt::format("/{:04X}h", call.ax);
  if (!by_ax && !alone) text += fmt::format("/{:02X}h", call.ax >> 8);
  if (call.function) text += fmt::format(" {}", call.function->name);
  const std::string arguments = argument_words(call);
  return arguments.empty() ? text : text + ": " + arguments;
}

std::string result_words(const emu::InterruptCall& call) {
  if (!call.finished) return "no return";
  const bool failed = answers_with_status(call.vector) && (call.out.rflags & emu::flag::kCarry);
  if (!failed) return "ok";
  const bool disk = call.vector == 0x13 || call.vector == 0x40;
  const std::string_view name = disk ? bios::disk_status_name(call.out.ah()) : "";
  return fmt::format("error {:02X}h{}{}", call.out.ah(), name.empty() ? "" : " ", name);
}

}  // namespace debugger
