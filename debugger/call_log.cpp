#include "debugger/call_log.h"

#include <algorithm>

#include "bios/rom_labels.h"

namespace debugger {
namespace {

constexpr std::uint8_t kDisk = 0x13;

}  // namespace

bool moves_sectors(const DescribedCall& call) {
  const std::uint8_t ah = call.ax >> 8;
  return call.vector == kDisk && (ah == 0x02 || ah == 0x03 || ah == 0x42 || ah == 0x43) && call.arguments.count;
}

std::string first_file(const DescribedCall& call, DriveFacts& drives) {
  const bios::Arguments& a = call.arguments;
  return a.drive && a.lba && moves_sectors(call) ? drives.file_at(*a.drive, *a.lba) : std::string();
}

std::optional<Value> file_value(const DescribedCall& call, DriveFacts& drives) {
  std::string file = first_file(call, drives);
  return file.empty() ? std::nullopt : std::optional(Value::of_text(std::move(file)));
}

bool is_hooked(std::uint8_t vector, const emu::Memory& memory) {
  return memory.read<std::uint16_t>(emu::PhysAddr(vector * 4u + 2)) != bios::rom::kSegment;
}

void CallLog::call_begins(const emu::InterruptCall& call) {
  if (call.vector != kDisk) return;
  // After a step back, what was known of the future is told anew.
  if (happened_ < calls_.size() && calls_[happened_].call.sequence != call.sequence) calls_.resize(happened_);
  if (happened_ == calls_.size()) calls_.emplace_back();
  LoggedCall& logged = calls_[happened_++];
  // Time has come here again: how the call ends is known already.
  if (logged.ever_returned && logged.call.begin == call.begin) {
    logged.call.finished = false;
    return;
  }
  logged = {.number = happened_,
            .call = call,
            .described = describe_call(call.vector, call.in, memory_, &drives_),
            .file = {}};
}

void CallLog::call_ends(const emu::InterruptCall& call) {
  if (call.vector != kDisk) return;
  const auto happened = std::span(calls_).first(happened_);
  const auto found = std::find_if(happened.rbegin(), happened.rend(),
                                  [&](const LoggedCall& logged) { return logged.call.sequence == call.sequence; });
  if (found == happened.rend()) return;
  found->call = call;
  found->ever_returned = call.finished;
  if (!call.hook) found->file = first_file(found->described, drives_);
}

void CallLog::time_went_back(emu::Nanoseconds now, std::uint64_t next_sequence) {
  const auto ahead =
      std::lower_bound(calls_.begin(), calls_.end(), next_sequence,
                       [](const LoggedCall& logged, std::uint64_t s) { return logged.call.sequence < s; });
  happened_ = static_cast<std::size_t>(ahead - calls_.begin());
  for (std::size_t i = 0; i < calls_.size(); ++i) {  // of those ahead it is known that they will have ended
    LoggedCall& logged = calls_[i];
    logged.call.finished = logged.ever_returned && (i >= happened_ || logged.call.end <= now);
  }
}

const LoggedCall* CallLog::find(std::uint64_t number, bool ahead) const {
  return number >= 1 && number <= (ahead ? calls_.size() : happened_) ? &calls_[number - 1] : nullptr;
}

const LoggedCall* CallLog::find_sequence(std::uint64_t sequence) const {
  const auto happened = all();
  const auto found =
      std::lower_bound(happened.begin(), happened.end(), sequence,
                       [](const LoggedCall& logged, std::uint64_t s) { return logged.call.sequence < s; });
  return found != happened.end() && found->call.sequence == sequence ? &*found : nullptr;
}

const LoggedCall* CallLog::under_way() const {
  const auto happened = all();
  for (auto logged = happened.rbegin(); logged != happened.rend(); ++logged) {
    if (!logged->call.finished) return &*logged;
  }
  return nullptr;
}

}  // namespace debugger
