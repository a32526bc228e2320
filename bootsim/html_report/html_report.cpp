#include "bootsim/html_report/html_report.h"

#include <functional>
#include <map>

#include <fmt/core.h>

#include "bootsim/html_report/markup.h"
#include "bootsim/html_report/page_data.h"
#include "bootsim/html_report/page_files.h"
#include "bootsim/html_report/recorder.h"
#include "bootsim/html_report/sections.h"
#include "bootsim/suite/command_line.h"
#include "bootsim/version.h"
#include "emu/error.h"

namespace bootsim {
namespace {

using namespace html_report;  // NOLINT: this file is its door

using Parts = std::map<std::string, std::string, std::less<>>;

/// Fills in {{NAME}}. What is filled in is not looked at again: it holds the guest's words.
std::string filled_in(std::string_view text, const Parts& parts) {
  std::string out;
  for (;;) {
    const std::size_t begin = text.find("{{"), end = text.find("}}", begin == text.npos ? 0 : begin);
    if (begin == text.npos || end == text.npos) return out += text;
    const auto part = parts.find(text.substr(begin + 2, end - begin - 2));
    if (part == parts.end())
      throw emu::Error(emu::ErrorKind::kInternal,
                       fmt::format("the report's page names an unknown part: {}", text.substr(begin, 40)));
    (out += text.substr(0, begin)) += part->second;
    text.remove_prefix(end + 2);
  }
}

/// The colour of the verdict; its words say the same.
std::string_view tone(const RunResult& result) {
  switch (result.exit) {
    case exit_code::kReached: return "good";
    case exit_code::kNotReached:
    case exit_code::kLimit: return "unsure";
    default: return "bad";
  }
}

/// What was booted: the first medium, or the kernel.
std::string title(const RunOptions& options) {
  std::string path = !options.media.empty() ? options.media.front().path
                     : options.kernel       ? options.kernel->kernel
                                            : options.bios_rom;
  if (path.empty()) path = "an empty drive";
  return path.substr(path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1);
}

std::string shell_words(std::string_view command, const Arguments& words) {
  return fmt::format("bootsim {}{}{}", command, words.empty() ? "" : " ", shell_line(words));
}

}  // namespace

HtmlReport::HtmlReport() : recorder_(std::make_unique<Recorder>()) {}
HtmlReport::~HtmlReport() = default;

void HtmlReport::attach(RunHooks& hooks) { recorder_->attach(hooks); }

std::string HtmlReport::page(const Arguments& words, const RunOptions& options, const RunResult& result,
                             std::string_view complaint) const {
  const Recorder& recorder = *recorder_;
  const std::string run_line = shell_words("run", boot_words(words, true)),
                    debug_line = shell_words("debug", boot_words(words, false));
  const std::string code = script();
  const Parts parts = {
      {"title", html(title(options))},
      {"style", std::string(style_sheet())},
      {"style_hash", content_hash(style_sheet())},
      {"script", code},
      {"script_hash", content_hash(code)},
      {"version", html(version())},
      {"tone", std::string(tone(result))},
      {"verdict", html(result.verdict)},
      {"reason", result.reason.empty() ? "" : fmt::format(" <span class=\"dim\">{}</span>", html(result.reason))},
      {"message", html(result.message)},
      {"complaint", complaint_section(complaint)},
      {"why", why_section(result)},
      {"facts", facts_section(options, recorder, result)},
      {"commands", commands_section(run_line, debug_line, options, result)},
      {"final_screen", final_screen(recorder)},
      {"calls_note", calls_note(recorder)},
      {"calls_rows", calls_rows(recorder, result)},
      {"sectors", sectors_section(recorder, result)},
      {"screens", screens_section(recorder)},
      {"handoff", handoff_section(recorder)},
      {"media", media_section(recorder)},
      {"serial", serial_section(result)},
      {"data", page_data(recorder, result, debug_line)},
  };
  return filled_in(page_template(), parts);
}

}  // namespace bootsim
