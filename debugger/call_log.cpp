#include "debugger/call_log.h"

#include <algorithm>

namespace debugger {
namespace {

constexpr std::uint8_t kDisk = 0x13;

}  // namespace

bool moves_sectors(const DescribedCall& call) {
  const std::uint8_t ah = call.ax >> 8;
  return call.vector == kDisk && (ah == 0x02 || ah == 0x03 || ah == 0x42 || ah == 0x43) && call.arguments.count;
}

void CallLog::call_begins(const emu::InterruptCall& call) {
  if (call.vector != kDisk) return;
  calls_.push_back({.number = calls_.size() + 1,
                    .call = call,
                    .described = describe_call(call.vector, call.in, memory_, &drives_),
                    .file = {}});
}

void CallLog::call_ends(const emu::InterruptCall& call) {
  if (call.vector != kDisk) return;
  const auto found = std::find_if(calls_.rbegin(), calls_.rend(),
                                  [&](const LoggedCall& logged) { return logged.call.sequence == call.sequence; });
  if (found == calls_.rend()) return;
  found->call = call;
  const bios::Arguments& arguments = found->described.arguments;
  if (!call.hook && arguments.drive && arguments.lba && moves_sectors(found->described))
    found->file = drives_.file_at(*arguments.drive, *arguments.lba);
}

void CallLog::time_went_back(emu::Nanoseconds now, std::uint64_t next_sequence) {
  while (!calls_.empty() && calls_.back().call.sequence >= next_sequence) calls_.pop_back();
  for (LoggedCall& logged : calls_) {
    if (logged.call.finished && logged.call.end > now) logged.call.finished = false;
  }
}

const LoggedCall* CallLog::find(std::uint64_t number) const {
  return number >= 1 && number <= calls_.size() ? &calls_[number - 1] : nullptr;
}

const LoggedCall* CallLog::find_sequence(std::uint64_t sequence) const {
  const auto found = std::lower_bound(calls_.begin(), calls_.end(), sequence,
                                      [](const LoggedCall& logged, std::uint64_t s) { return logged.call.sequence < s; });
  return found != calls_.end() && found->call.sequence == sequence ? &*found : nullptr;
}

const LoggedCall* CallLog::under_way() const {
  for (auto logged = calls_.rbegin(); logged != calls_.rend(); ++logged) {
    if (!logged->call.finished) return &*logged;
  }
  return nullptr;
}

}  // namespace debugger
