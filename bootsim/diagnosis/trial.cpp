#include "bootsim/diagnosis/trial.h"

#include <algorithm>
#include <set>

#include "bootsim/diagnosis/words.h"
#include "bootsim/failure_words.h"

namespace bootsim::diagnosing {
namespace {

constexpr emu::Nanoseconds kLongest = 20 * emu::kSecond;
constexpr std::uint64_t kMostCalls = 2'000;
constexpr std::uint64_t kMuch = 16 * 512;
constexpr emu::Nanoseconds kMore = 3 * emu::kSecond;
/// Of host time. Each experiment would take as long again; guests that get here rewrite their own code.
constexpr double kPatienceMs = 60'000;

std::size_t letters(const std::vector<std::string>& screen) {
  std::size_t count = 0;
  for (const std::string& line : screen)
    count += static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) { return c != ' '; }));
  return count;
}

/// Sectors would not compare: a CD's have 2048 bytes, those of the same medium as a disk 512. What is read
/// again does not count: a boot sector that starts anew gets nowhere.
std::uint64_t bytes_read(const std::deque<DiskCall>& calls) {
  std::set<std::pair<std::uint8_t, std::uint64_t>> seen;
  std::uint64_t sum = 0;
  for (const DiskCall& call : calls) {
    if (call.bytes > 0 && seen.emplace(call.in.dl(), call.arguments.lba.value_or(0)).second) sum += call.bytes;
  }
  return sum;
}

bool alike(const DiskCall& a, const DiskCall& b) {
  return a.ah() == b.ah() && a.in.dl() == b.in.dl() && a.arguments.lba == b.arguments.lba &&
         a.arguments.chs == b.arguments.chs && a.arguments.count == b.arguments.count && a.buffer() == b.buffer();
}

/// A boot that ran into a time limit was looked at until a little behind its last disk call.
emu::Nanoseconds failed_at(const Evidence& evidence) {
  return std::min(evidence.result.virtual_time, evidence.options.limit);
}

}  // namespace

bool can_try(const Evidence& evidence) { return can_try_at_work(evidence) && !evidence.at_work(); }

bool can_try_at_work(const Evidence& evidence) {
  return failed_at(evidence) <= kLongest && evidence.result.disk_calls <= kMostCalls && !evidence.options.kernel &&
         !evidence.options.wall_limit && evidence.result.wall_ms < kPatienceMs;
}

RunOptions trial_options(const Evidence& evidence) {
  RunOptions options = evidence.options;
  options.limit = failed_at(evidence) + kMore;
  // With more time than it had, the failed boot may have got there, too.
  if (evidence.result.exit == exit_code::kLimit) options.limit = std::min(options.limit, evidence.result.virtual_time);
  return options;
}

bool better(const Evidence& evidence, const Trial& trial) {
  const RunResult& before = evidence.result;
  const RunResult& now = trial.result;
  const std::uint64_t read_before = bytes_read(evidence.calls), read_now = bytes_read(trial.calls);
  const bool more = read_now > read_before || letters(now.screen) > letters(before.screen);
  if (now.exit == exit_code::kReached) {
    if (now.verdict == "reached") return true;
    return more && !error_line(now.screen) && before.exit != exit_code::kReached;
  }
  // Still at work when the time was up: it must have come much further.
  const bool failed =
      before.exit == exit_code::kBootFailed || before.exit == exit_code::kCrashed || before.exit == exit_code::kReset;
  return now.exit == exit_code::kLimit && failed && read_now >= 2 * read_before + kMuch;
}

std::string outcome_words(const Trial& trial) {
  const RunResult& now = trial.result;
  if (now.verdict == "reached") return fmt::format("it boots ({})", now.message);
  if (now.exit == exit_code::kReached)
    return fmt::format("it boots ({}; {} read)", now.verdict, sectors_words(now.sectors));
  return fmt::format("it goes on and reads {}", sectors_words(now.sectors));
}

std::optional<std::uint64_t> first_difference(const Evidence& evidence, const Trial& trial) {
  const std::size_t both = std::min(evidence.calls.size(), trial.calls.size());
  for (std::size_t i = 0; i < both; ++i) {
    if (!alike(evidence.calls[i], trial.calls[i])) return evidence.calls[i].number;
  }
  if (evidence.calls.size() > both) return evidence.calls[both].number;
  return std::nullopt;
}

std::string parting_words(const Evidence& evidence, std::optional<std::uint64_t> number) {
  if (!number) return {};
  const auto call = std::find_if(evidence.calls.begin(), evidence.calls.end(),
                                 [&](const DiskCall& c) { return c.number == *number; });
  if (call == evidence.calls.end()) return {};
  const std::string where = where_words(*call);
  const std::string to = call->arguments.buffer ? " to " + far_words(*call->arguments.buffer) : "";
  return fmt::format(" The two part at call {} ({}{}{}).", *number,
                     call->function ? call->function->name : "unknown function", where.empty() ? "" : " of " + where,
                     to);
}

}  // namespace bootsim::diagnosing
