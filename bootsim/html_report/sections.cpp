#include "bootsim/html_report/sections.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "bios/boot.h"
#include "bios/drives.h"
#include "bootsim/html_report/markup.h"
#include "bootsim/png.h"
#include "bootsim/suite/sha256.h"
#include "bootsim/units.h"
#include "bootsim/version.h"
#include "debugger/trace.h"
#include "debugger/views/memory_dump.h"
#include "emu/text.h"

namespace bootsim::html_report {
namespace {

/// Digits at `at`, or nothing.
std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return end - at;
}

/// "In call 7 the ..." with 7 as a link. The text is escaped already.
std::string with_call_links(const std::string& text) {
  constexpr std::string_view kBefore = "call ";
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = text.find(kBefore); at != text.npos; at = text.find(kBefore, at + 1)) {
    const std::size_t begin = at + kBefore.size(), length = digits_at(text, begin);
    if (length == 0 || length > 9) continue;
    out += text.substr(done, begin - done);
    out += call_link(std::stoull(text.substr(begin, length)));
    done = begin + length;
  }
  return out + text.substr(done);
}

std::string fact(std::string_view name, const std::string& value_html) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, value_html);
}

std::string command(std::string_view words, const std::string& line) {
  return fmt::format("<div class=\"command\"><span>{}</span><code>{}</code></div>\n", words, html(line));
}

// --- Calls

std::string far_words(std::int64_t packed) {
  return emu::far_words({static_cast<std::uint16_t>(packed >> 16), static_cast<std::uint16_t>(packed)});
}

std::string where_words(const CallRow& row, const Texts& texts) {
  if (row.arguments != CallRow::kNone) return texts.at(row.arguments);
  std::string words;
  if (row.chs != CallRow::kNone)
    words = fmt::format("CHS {}/{}/{}", row.chs >> 16, row.chs >> 8 & 0xFF, row.chs & 0xFF);
  if (row.lba >= 0) words += fmt::format("{}LBA {}", words.empty() ? "" : " = ", row.lba);
  if (row.lba <= kHugeLba) words += "LBA " + texts.at(kHugeLba - row.lba);
  if (row.count != CallRow::kNone) words += fmt::format(" +{}", row.count);
  if (row.buffer != CallRow::kNone) words += fmt::format(" {} {}", row.writes ? "←" : "→", far_words(row.buffer));
  return words;
}

std::string call_row(const CallRow& row, const Texts& texts) {
  std::string file = row.file == CallRow::kNone ? "" : texts.at(row.file);
  if (row.file_offset != CallRow::kNone) file += fmt::format("+{}", row.file_offset);
  return fmt::format(
      "<tr id=\"call-{0}\"{1}><td class=\"n\">{0}<td class=\"n\">{2}<td>{3}<td>{4}<td class=\"d{5}\">{6}<td>{7}<td>{8}<td>{9}<td>{10}\n",
      row.number, row.failed() ? " class=\"failed\"" : "", debugger::format_trace_time(row.begin),
      far_words(row.caller), row.drive == CallRow::kNone ? "" : fmt::format("{:02X}", row.drive),
      std::min<std::int64_t>(row.depth, 4), html(texts.at(row.function)), html(where_words(row, texts)),
      html(texts.at(row.result)), row.by == CallRow::kNone ? "bios" : far_words(row.by), html(file));
}

// --- Screens

std::string picture(const Screen& screen) {
  const devices::Image& image = *screen.picture;
  if (image.rgb.empty()) return "<p>A graphics mode without pixels.</p>";
  return fmt::format("<img src=\"data:image/png;base64,{}\" width=\"{}\" height=\"{}\" alt=\"Graphics screen at {}\">",
                     base64(encode_png(image)), image.width, image.height, format_time(screen.begin));
}

std::string figure(const Screen& screen, std::size_t index, std::string_view words) {
  std::string caption = std::string(words);
  std::string body;
  if (screen.text) {
    caption += fmt::format("text {} × {}", screen.text->columns, screen.text->rows);
    body = fmt::format("<pre class=\"vga\" tabindex=\"0\" data-columns=\"{}\">{}</pre>", screen.text->columns,
                       screen_html(*screen.text, screen.bright_backgrounds));
  } else if (screen.picture) {
    if (screen.resolution)
      caption += fmt::format("graphics {} × {}", screen.resolution->width, screen.resolution->height);
    body = picture(screen);
  }
  return fmt::format("<figure class=\"screen\" id=\"screen-{}\"><figcaption>{}, {} to {}</figcaption>{}</figure>\n",
                     index + 1, caption, format_time(screen.begin), format_time(screen.end), body);
}

}  // namespace

std::string call_link(std::uint64_t number) {
  return fmt::format("<a href=\"#select={0}\" data-call=\"{0}\">{0}</a>", number);
}

std::string complaint_section(std::string_view complaint) {
  if (complaint.empty()) return {};
  return fmt::format(
      "<section class=\"why\" aria-labelledby=\"complaint\"><h2 id=\"complaint\">Not as its spec says</h2>\n<pre class=\"text\">{}</pre></section>\n",
      html(complaint));
}

std::string why_section(const RunResult& result) {
  if (!result.diagnosis) return {};
  const Diagnosis& diagnosis = *result.diagnosis;
  std::string links;
  for (const std::uint64_t number : diagnosis.evidence) links += (links.empty() ? "" : ", ") + call_link(number);
  std::string out = fmt::format("<section class=\"why\" aria-labelledby=\"why\"><h2 id=\"why\">Why</h2>\n<p>{}</p>\n",
                                with_call_links(html(diagnosis.text)));
  if (!links.empty())
    out += fmt::format("<p class=\"small\">{} it: {}. Rule: {}.</p>\n",
                       diagnosis.evidence.size() == 1 ? "The call that shows" : "The calls that show", links,
                       html(diagnosis.rule));
  return out + "</section>\n";
}

std::string facts_section(const RunOptions& options, const Recorder& recorder, const RunResult& result) {
  std::string out = "<dl class=\"facts\">\n";
  std::string media;
  for (const InspectedMedium& medium : recorder.media())
    media += fmt::format("{}{}", media.empty() ? "" : "<br>", html(medium.name));
  if (!media.empty()) out += fact("Media", media);
  out += fact("Disk calls",
              fmt::format("{} <span class=\"dim\">moved {} sectors</span>", result.disk_calls, result.sectors));
  out += fact("Virtual time", html(format_time(result.virtual_time)));
  for (const ReachedStep& step : result.steps)
    out += fact("Reached", fmt::format("{} <span class=\"dim\">at {}</span>", html(step.condition),
                                       format_time(step.virtual_time)));
  out += fact("Memory", fmt::format("{} MiB", options.memory >> 20));
  if (!result.engine.empty()) out += fact("Engine", html(result.engine));
  out += fact("bootsim", html(version()));
  out += fact("Exit code", fmt::format("{}", result.exit));
  return out + "</dl>\n";
}

std::string commands_section(const std::string& run_line, const std::string& debug_line, const RunOptions& options,
                             const RunResult& result) {
  std::string out = command("The same boot again", run_line + " --trace");
  std::string look = debug_line;
  std::string_view words = "Look inside";
  if (result.diagnosis && !result.diagnosis->evidence.empty()) {
    look += fmt::format(" -e 'goto call {}'", result.diagnosis->evidence.back());
    words = "Look inside, at the call that shows it";
  }
  out += command(words, look);
  if (!options.type.empty())
    out += "<p class=\"small\">The debugger presses no keys by itself; its command <code>type</code> does.</p>\n";
  return out;
}

std::string calls_rows(const Recorder& recorder, const RunResult& result) {
  constexpr std::size_t kEnds = 100, kFailed = 50;
  const std::vector<CallRow> rows = recorder.calls().rows();
  std::set<std::size_t> shown;
  for (std::size_t i = 0; i < rows.size() && i < kEnds; ++i) shown.insert({i, rows.size() - 1 - i});
  std::size_t failed = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto number = static_cast<std::uint64_t>(rows[i].number);
    const bool evidence = result.diagnosis && std::binary_search(result.diagnosis->evidence.begin(),
                                                                 result.diagnosis->evidence.end(), number);
    if (evidence || (rows[i].failed() && failed++ < kFailed)) shown.insert(i);
  }
  std::string out;
  std::size_t next = 0;
  for (const std::size_t i : shown) {
    if (i > next) out += fmt::format("<tr class=\"gap\"><td colspan=\"9\">{} calls are not shown here\n", i - next);
    out += call_row(rows[i], recorder.calls().texts());
    next = i + 1;
  }
  return out;
}

std::string calls_note(const Recorder& recorder) {
  if (recorder.calls().left_out() == 0) return {};
  return fmt::format(
      "<p class=\"warning\">{} calls in the middle of this boot are left out of this page: it keeps the first {} and "
      "the last {}. <code>bootsim run --trace</code> shows all.</p>\n",
      recorder.calls().left_out(), CallColumns::kFirst, CallColumns::kLast);
}

std::string final_screen(const Recorder& recorder) {
  const std::vector<Screen>& screens = recorder.screens().screens();
  return screens.empty() ? "" : figure(screens.back(), screens.size() - 1, "The screen at the end: ");
}

std::string screens_section(const Recorder& recorder) {
  const std::vector<Screen>& screens = recorder.screens().screens();
  std::string out;
  for (std::size_t i = 0; i + 1 < screens.size(); ++i) out += figure(screens[i], i, fmt::format("{}: ", i + 1));
  if (out.empty()) out = "<p class=\"dim\">None but the one at the end.</p>\n";
  if (recorder.screens().left_out() > 0)
    out += fmt::format("<p class=\"warning\">{} screens that stood for a shorter time are left out.</p>\n",
                       recorder.screens().left_out());
  return out;
}

std::string handoff_section(const Recorder& recorder) {
  std::string out = "<dl class=\"facts\">\n";
  for (const bios::BootAttempt& attempt : recorder.boot_attempts()) {
    out += fact(html(attempt.device), attempt.message.empty() ? "its loader was started" : html(attempt.message));
  }
  if (const auto& h = recorder.handoff()) {
    out += fact("Linux kernel", fmt::format("entered at {}, {}, boot protocol {}.{:02}", format_time(h->time),
                                            h->real_mode ? "in real mode (its setup)" : "in protected or long mode",
                                            h->protocol >> 8, h->protocol & 0xFF));
    out += fact("Command line", h->command_line.empty() ? "<span class=\"dim\">empty</span>"
                                                        : fmt::format("<code>{}</code>", html(h->command_line)));
    out += fact("Kernel code", fmt::format("{} bytes at {:X}h", h->code.size(), h->code_address));
    out += fact("Initrd", h->initrd_address == 0
                              ? "<span class=\"dim\">none</span>"
                              : fmt::format("{} bytes at {:X}h<br><code class=\"hash\">sha256:{}</code>",
                                            h->initrd.size(), h->initrd_address, sha256(h->initrd)));
  } else {
    out += fact("Linux kernel", "<span class=\"dim\">none was entered</span>");
  }
  return out + "</dl>\n";
}

std::string sectors_section(const Recorder& recorder, const RunResult& result) {
  constexpr std::size_t kMost = 8;
  std::vector<std::uint64_t> calls;
  if (result.diagnosis) calls = result.diagnosis->evidence;
  for (const CallRow& row : recorder.calls().rows()) {
    if (row.failed() && calls.size() < 4 * kMost) calls.push_back(static_cast<std::uint64_t>(row.number));
  }
  std::string out;
  for (const SectorBytes& sector : recorder.sectors_of(calls, kMost)) {
    const auto read = [&](std::uint64_t at) { return std::optional(sector.bytes[static_cast<std::size_t>(at)]); };
    const std::string dump = debugger::views::to_text(debugger::views::memory_dump(read, 0, sector.bytes.size()));
    out += fmt::format(
        "<details id=\"sector-{0}\"><summary>Call {0}: drive {1:02X}h, LBA {2}, {3} bytes</summary><pre class=\"text\">{4}</pre></details>\n",
        sector.call, sector.drive, sector.lba, sector.bytes.size(), html(dump));
  }
  if (out.empty()) return {};
  return "<h3>Sectors of failed calls, and of those that the diagnosis names</h3>\n" + out;
}

std::string media_section(const Recorder& recorder) {
  std::string out;
  for (const InspectedMedium& medium : recorder.media()) {
    out += fmt::format("<details><summary>{}: {}</summary><pre class=\"text\">{}</pre></details>\n", html(medium.name),
                       html(medium.verdict), html(medium.text));
  }
  return out;
}

std::string serial_section(const RunResult& result) {
  constexpr std::size_t kMost = 16 * 1024;
  if (result.serial.empty()) return {};
  std::string_view tail = result.serial;
  if (tail.size() > kMost) {
    tail = tail.substr(tail.size() - kMost);
    tail = tail.substr(std::min(tail.find('\n'), tail.size() - 1) + 1);
  }
  std::string text;
  for (std::size_t i = 0; i < tail.size(); ++i) {
    const char c = tail[i];
    if (c == '\x1B' && i + 1 < tail.size() &&
        tail[i + 1] == '[') {  // ECMA-48 §5.4: parameters, then a final byte from 40h on
      for (i += 2; i < tail.size() && (tail[i] < 0x40 || tail[i] > 0x7E);) ++i;
    } else if (c == '\t') {
      text += "    ";
    } else if (c != '\r' && c != '\0') {
      text += c;
    }
  }
  const std::string note = tail.size() < result.serial.size()
                               ? fmt::format("<p class=\"dim\">The end of {} bytes.</p>\n", result.serial.size())
                               : "";
  return fmt::format(
      "<section aria-labelledby=\"serial\"><h2 id=\"serial\">Serial output</h2>\n{}<pre class=\"text serial\" tabindex=\"0\">{}</pre></section>\n",
      note, html(text));
}

}  // namespace bootsim::html_report
