#include "debugger/statistics.h"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "emu/registers.h"
#include "emu/text.h"

namespace debugger {
namespace {

/// Read, write, extended read, extended write: the functions that move sectors between medium and memory.
constexpr bool moves_sectors(std::uint8_t ah) { return ah == 0x02 || ah == 0x03 || ah == 0x42 || ah == 0x43; }

}  // namespace

void DiskStatistics::call_begins(const emu::InterruptCall& call) {
  if (call.vector != 0x13) return;
  ++calls_;
  ++by_function_[call.function_ah()];
  last_ = {
      .sequence = call.sequence, .begin = call.begin, .ax = call.in.ax(), .drive = call.in.dl(), .caller = call.caller};
  if (!moves_sectors(call.function_ah())) return;
  const bios::Function* function = bios::find_function(call.vector, call.in.ax());
  if (!function || !function->describe_arguments) return;
  bios::Arguments arguments;
  function->describe_arguments({call.in, nullptr, memory_}, arguments);
  last_.lba = arguments.lba;
  last_.chs = arguments.chs;
  last_.count = arguments.count;
  if (arguments.count) under_way_.push_back({call.sequence, *arguments.count});
}

void DiskStatistics::call_ends(const emu::InterruptCall& call) {
  if (call.sequence == last_.sequence && call.finished) {
    last_.finished = true;
    last_.carry = call.out.rflags & emu::flag::kCarry;
    last_.status = call.out.ah();
  }
  const auto found = std::find_if(under_way_.rbegin(), under_way_.rend(),
                                  [&](const Transfer& transfer) { return transfer.sequence == call.sequence; });
  if (found == under_way_.rend()) return;
  if (call.finished && !(call.out.rflags & emu::flag::kCarry)) sectors_ += found->sectors;
  under_way_.erase(std::next(found).base());
}

std::map<std::uint8_t, std::uint64_t> DiskStatistics::by_function() const {
  std::map<std::uint8_t, std::uint64_t> called;
  for (std::size_t ah = 0; ah < by_function_.size(); ++ah)
    if (by_function_[ah] > 0) called[static_cast<std::uint8_t>(ah)] = by_function_[ah];
  return called;
}

std::string DiskStatistics::last_call() const {
  if (calls_ == 0) return {};
  const bios::Function* function = bios::find_function(0x13, last_.ax);
  std::string text = fmt::format("INT 13h/{:02X}h {}, drive {:02X}h", last_.ax >> 8,
                                 function ? function->name : "unknown function", last_.drive);
  if (last_.lba) text += fmt::format(", LBA {}", *last_.lba);
  if (last_.chs) text += fmt::format(", CHS {}/{}/{}", last_.chs->cylinder, last_.chs->head, last_.chs->sector);
  if (last_.count) text += fmt::format(" +{}", *last_.count);
  text += fmt::format(", called at {}: ", far_words(last_.caller));
  if (!last_.finished) return text + "it has not returned";
  if (!last_.carry) return text + "ok";
  return text + fmt::format("status {:02X}h {}", last_.status, bios::disk_status_name(last_.status));
}

}  // namespace debugger
