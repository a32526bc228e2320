#include "debugger/call_record.h"

#include <algorithm>
#include <array>

#include "bios/rom_labels.h"
#include "debugger/kernel_entry.h"

namespace debugger {
namespace {

/// A guest that reads a medium sector by sector must not fill the host's memory.
constexpr std::size_t kFirstCalls = 5'000, kLastCalls = 5'000;
constexpr std::size_t kMostMissing = 1'000;
constexpr std::array<std::uint8_t, 5> kOtherVectors = {0x10, 0x14, 0x15, 0x16, 0x1A};

}  // namespace

bool DiskCall::by_bios() const { return caller.seg == bios::rom::kSegment; }

std::optional<std::uint32_t> DiskCall::buffer() const {
  if (!arguments.buffer) return std::nullopt;
  return arguments.buffer->linear();
}

bool DiskCall::covers(std::uint32_t linear) const {
  const auto first = buffer();
  return reads() && first && linear >= *first && linear - *first < bytes;
}

std::bitset<256> CallRecorder::vectors() {
  std::bitset<256> all;
  all.set(0x13);
  for (const std::uint8_t vector : kOtherVectors) all.set(vector);
  return all;
}

void CallRecorder::note_missing(const emu::InterruptCall& call) {
  if (missing_.size() >= kMostMissing || bios::find_function(call.vector, call.in.ax())) return;
  missing_.push_back({call.vector, call.in.ax(), call.caller, call.begin, disk_calls_});
}

void CallRecorder::call_begins(const emu::InterruptCall& call) {
  note_missing(call);
  if (call.vector != 0x13) return;
  if (last_.size() >= kLastCalls) last_.pop_front();
  DiskCall& record = first_.size() < kFirstCalls ? first_.emplace_back() : last_.emplace_back();
  record.number = ++disk_calls_;
  record.depth = call.depth;
  record.begin = call.begin;
  record.caller = call.caller;
  record.in = call.in;
  record.by_kernel_setup = in_linux_setup(call.caller.seg, memory_);
  record.function = bios::find_function(call.vector, call.in.ax());
  if (record.function && record.function->describe_arguments) {
    record.function->describe_arguments({call.in, nullptr, memory_}, record.arguments);
  }
  complete_arguments(record.arguments, drives_);
  if (record.edd_read()) record.packet_size = memory_.read<std::uint8_t>(call.in.ds_si());
  under_way_.push_back({call.sequence, record.number, memory_.read<std::uint64_t>(call.in.cs_ip()),
                        memory_.read<std::uint64_t>(call.in.ss_sp())});
}

std::deque<DiskCall> CallRecorder::calls() const {
  std::deque<DiskCall> all = first_;
  all.insert(all.end(), last_.begin(), last_.end());
  return all;
}

DiskCall* CallRecorder::find(std::uint64_t number) {
  if (number <= first_.size()) return &first_[number - 1];
  if (last_.empty() || number < last_.front().number) return nullptr;
  return &last_[number - last_.front().number];
}

void CallRecorder::call_ends(const emu::InterruptCall& call) {
  const auto found = std::find_if(under_way_.rbegin(), under_way_.rend(),
                                  [&](const Surroundings& s) { return s.sequence == call.sequence; });
  if (found == under_way_.rend()) return;
  const Surroundings before = *found;
  under_way_.erase(std::next(found).base());
  DiskCall* record = find(before.number);
  if (!record) return;
  record->end = call.end;
  record->hook = call.hook;
  if (record->arguments.drive && record->arguments.lba && !call.hook) {
    record->file = drives_.file_at(*record->arguments.drive, *record->arguments.lba);
  }
  if (!call.finished) return;
  record->finished = true;
  record->out = call.out;
  bios::Outcome outcome;
  if (record->function && record->function->describe_outcome) {
    record->function->describe_outcome({call.in, &call.out, memory_, 0, record->arguments.count}, outcome);
  }
  if (record->reads() && record->arguments.buffer) {
    // A read may have overwritten the packet that says how much was asked for; what was asked for is known.
    const std::uint32_t known = drives_.sector_size(call.in.dl());
    const std::uint64_t asked = std::uint64_t{record->count()} * (known ? known : 512);
    record->bytes = record->failed() ? std::min(outcome.bytes.value_or(0), asked) : asked;
  }
  record->code_changed = memory_.read<std::uint64_t>(call.in.cs_ip()) != before.code;
  record->stack_changed = memory_.read<std::uint64_t>(call.in.ss_sp()) != before.stack;
}

}  // namespace debugger
