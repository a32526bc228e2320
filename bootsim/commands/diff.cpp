// `bootsim diff`: two traces, and what changed from one to the other.
#include <cstdio>

#include <fmt/format.h>

#include "bootsim/commands/commands.h"
#include "bootsim/host_files.h"
#include "bootsim/run.h"
#include "bootsim/suite/trace_diff.h"
#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

using std::string_view;

constexpr std::size_t kUsuallyShown = 40;

struct DiffOptions {
  std::vector<std::string> files;
  std::set<std::string, std::less<>> ignore;
  bool all = false, quiet = false, help = false;
};

void add_ignored(DiffOptions& options, string_view list) {
  for (const string_view key : split(list, ',')) {
    if (!is_call_key(key))
      throw emu::Error(emu::ErrorKind::kUsage, fmt::format("--ignore {}: {}", key, fmt::join(call_keys(), " ")));
    options.ignore.emplace(key);
  }
}

constexpr Option<DiffOptions> kOptions[] = {
    {"--ignore", Takes::kValue, "KEYS", "comma list of the trace's keys that may differ: caller,buffer",
     [](DiffOptions& o, string_view v, string_view) { add_ignored(o, v); }},
    {"--all", Takes::kNothing, "", "show every change", [](DiffOptions& o, string_view, string_view) { o.all = true; }},
    {"--quiet", Takes::kNothing, "", "only the exit code",
     [](DiffOptions& o, string_view, string_view) { o.quiet = true; }},
    {"--help", Takes::kNothing, "", "this text", [](DiffOptions& o, string_view, string_view) { o.help = true; }},
    {"-h", Takes::kNothing, "", "the same", [](DiffOptions& o, string_view, string_view) { o.help = true; }},
};

TraceRecords read(const std::string& path) { return read_trace(read_text(path, "trace"), path); }

void print_header_changes(const TraceRecords& a, const TraceRecords& b) {
  const auto line = [](string_view what, const std::string& was, const std::string& is) {
    if (!was.empty() && !is.empty() && was != is) fmt::print("  the {} was {}, is {}\n", what, was, is);
  };
  line("version", a.version, b.version);
  line("engine", a.engine, b.engine);
  line("media", fmt::format("{}", fmt::join(a.media, ", ")), fmt::format("{}", fmt::join(b.media, ", ")));
}

void print_times(const TraceRecords& a, const TraceRecords& b) {
  if (a.calls.empty() || b.calls.empty() || a.calls.back().time == 0 || b.calls.back().time == 0) return;
  if (a.calls.back().time == b.calls.back().time) return;
  fmt::print("  the last call was at {}, is at {} (times make no difference)\n", format_time(a.calls.back().time),
             format_time(b.calls.back().time));
}

}  // namespace

int diff(const Arguments& arguments) {
  DiffOptions options;
  apply_arguments<DiffOptions>(arguments, kOptions, options,
                               [](DiffOptions& o, string_view file) { o.files.emplace_back(file); });
  if (options.help) {
    fmt::print(
        "Aligns two JSON Lines traces (`bootsim run --trace=FILE --trace-format jsonl`) and says what changed.\n\nExamples:\n"
        "  bootsim diff last-week.jsonl today.jsonl\n  bootsim diff seabios.jsonl ours.jsonl --ignore drive,caller\n\n"
        "Usage: bootsim diff A.jsonl B.jsonl [options]\n\nOptions:\n{}\n"
        "Exit codes, as of diff: 0 alike but for times, 1 they differ, 2 usage or no trace.\n",
        options_help(shapes_of<DiffOptions>(kOptions)));
    return 0;
  }
  if (options.files.size() != 2) throw emu::Error(emu::ErrorKind::kUsage, "`bootsim diff` needs two traces");
  const TraceRecords a = read(options.files[0]), b = read(options.files[1]);
  const TraceDiff found = diff_traces(a.calls, b.calls, options.ignore);
  if (!options.quiet) {
    fmt::print("{} and {} calls: {} alike, {} changed, {} gone, {} new\n", a.calls.size(), b.calls.size(), found.alike,
               found.changed, found.gone, found.added);
    print_header_changes(a, b);
    print_times(a, b);
    fmt::print("{}", diff_text(found, options.all ? found.changes.size() : kUsuallyShown));
  }
  return found.same() ? 0 : 1;
}

}  // namespace bootsim::commands
