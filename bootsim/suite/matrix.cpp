#include "bootsim/suite/matrix.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include <fmt/core.h>

#include "bootsim/quirks.h"
#include "bootsim/suite/call_record.h"
#include "bootsim/suite/trace_diff.h"
#include "devices/media/floppy_formats.h"
#include "devices/media/identify.h"
#include "devices/media/image.h"
#include "emu/error.h"

namespace bootsim {
namespace {

using devices::media::Attach;

struct Boot {
  RunResult result;
  std::vector<CallRecord> calls;
};

Boot boot(const Arguments& arguments) {
  Boot made;
  std::string trace;
  RunHooks hooks;
  hooks.trace_vectors.set(0x13);
  hooks.trace_lines = [&](std::string_view piece) { trace += piece; };
  try {
    made.result = run(parse_run_options(arguments), hooks);
    made.calls = read_trace(trace, "the trace").calls;
  } catch (const std::exception& error) {
    made.result.verdict = "error";
    made.result.message = error.what();
  }
  return made;
}

/// The command line with the IMAGE attached in another way.
Arguments attached_as(const Arguments& arguments, std::string_view way) {
  Arguments changed;
  const std::vector<OptionShape> table = shapes_of<RunOptions>(run_options());
  for (const ArgumentStep& step : split_arguments(arguments, table)) {
    if (step.option < 0) {
      changed.insert(changed.end(), {std::string(step.value), "--as", std::string(way)});
      continue;
    }
    const OptionShape& option = table[static_cast<std::size_t>(step.option)];
    if (option.name == "--as") continue;
    const bool value = option.takes == Takes::kOptionalValue && !step.value.empty();
    changed.push_back(value ? fmt::format("{}={}", option.name, step.value) : std::string(option.name));
    if (option.takes == Takes::kValue || option.takes == Takes::kTwoValues) changed.emplace_back(step.value);
    if (option.takes == Takes::kTwoValues) changed.emplace_back(step.second);
  }
  return changed;
}

/// Where a boot parts from the plain one. Addresses of callers and answers of hooks are not what profiles are about.
void compare(const Boot& plain, const Boot& other, MatrixCell& cell) {
  cell.as_good = plain.result.exit == other.result.exit && plain.result.reason == other.result.reason;
  const TraceDiff diff = diff_traces(plain.calls, other.calls, {"caller", "by"});
  if (diff.same()) return;
  const TraceChange& first = diff.changes.front();
  cell.parts = first.text;
  cell.call = first.right ? first.right : first.left;
}

/// Runs `work(i)` for all i, on several threads.
template <class Work>
void in_parallel(std::size_t count, int threads, Work work) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> workers;
  for (int i = 0; i < std::min(threads, static_cast<int>(count)); ++i) {
    workers.emplace_back([&] {
      for (std::size_t mine = next++; mine < count; mine = next++) work(mine);
    });
  }
}

std::string outcome(const RunResult& result) {
  return result.reason.empty() ? result.verdict : fmt::format("{} ({})", result.verdict, result.reason);
}

}  // namespace

std::vector<std::string> quirk_profiles() {
  std::vector<std::string> names;
  for (const QuirkRow& row : quirk_rows()) names.emplace_back(row.flag ? row.name : std::string_view("dl=ff"));
  return names;
}

Arguments with_profile(Arguments arguments, std::string_view profile) {
  arguments.insert(arguments.begin(), {"--quirk", std::string(profile)});
  return arguments;
}

std::vector<std::string> ways_of_attaching(const RunOptions& options) {
  const auto image =
      std::find_if(options.media.begin(), options.media.end(), [](const MediumOption& m) { return m.is_image; });
  const auto count =
      std::count_if(options.media.begin(), options.media.end(), [](const MediumOption& m) { return m.is_image; });
  if (count != 1)
    throw emu::Error(emu::ErrorKind::kUsage,
                     "`bootsim matrix` needs one IMAGE; other drives are --hd, --cd and --floppy");
  if (image->attach) return {std::string(attach_word(*image->attach))};
  const auto medium = devices::media::open_image(image->path);
  const Attach found = devices::media::identify(*medium).attach;
  std::array<std::uint8_t, 2> signature{};
  medium->read(510, signature);
  const bool bootable_disk = signature[0] == 0x55 && signature[1] == 0xAA;
  std::vector<std::string> ways;
  if (found == Attach::kCd) ways.push_back("cd");
  if (found == Attach::kFloppy) ways.insert(ways.end(), {"floppy", "usb-floppy"});
  if (found == Attach::kHardDisk || (found == Attach::kCd && bootable_disk)) ways.insert(ways.end(), {"hd", "usb-hd"});
  return ways;
}

std::vector<MatrixCell> boot_matrix(const Arguments& arguments, int threads) {
  std::vector<std::string> profiles = quirk_profiles();
  profiles.insert(profiles.begin(), "");
  std::vector<MatrixCell> cells;
  for (const std::string& way : ways_of_attaching(parse_run_options(arguments))) {
    for (const std::string& profile : profiles)
      cells.push_back({.attached = way, .profile = profile, .result = {}, .parts = {}, .call = {}});
  }
  std::vector<Boot> boots(cells.size());
  in_parallel(cells.size(), threads, [&](std::size_t i) {
    const Arguments words = attached_as(arguments, cells[i].attached);
    boots[i] = boot(cells[i].profile.empty() ? words : with_profile(words, cells[i].profile));
  });
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t plain = i - i % profiles.size();
    compare(boots[plain], boots[i], cells[i]);
    cells[i].result = std::move(boots[i].result);
  }
  return cells;
}

std::string matrix_text(const std::vector<MatrixCell>& cells) {
  std::string text = fmt::format("{:<11} {:<12} {:<30} {:>5} {:>7}  {}\n", "attached", "profile", "outcome", "calls",
                                 "sectors", "parts from the plain BIOS at");
  for (const MatrixCell& cell : cells) {
    std::string line =
        fmt::format("{:<11} {:<12} {:<30} {:>5} {:>7}  {}", cell.attached, cell.profile.empty() ? "-" : cell.profile,
                    fmt::format("{}{}", cell.as_good ? "" : "! ", outcome(cell.result)), cell.result.disk_calls,
                    cell.result.sectors, cell.parts);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

}  // namespace bootsim
