// Text that is written where the display does not show it.
#include <array>

#include "bootsim/diagnosis/course.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"

namespace bootsim::diagnosing {
namespace {

constexpr std::uint64_t kVideoMode = 0x449;  // BIOS data area 40:49 (RBIL MEM 0040h:0049h)
constexpr std::uint8_t kMonoMode = 7;

bool came_to_rest(const Evidence& evidence) {
  const int exit = evidence.result.exit;
  return (exit == exit_code::kNotReached || (exit == exit_code::kLimit && !evidence.at_work())) &&
         !evidence.bios_refused() && !evidence.fatal_read() && !evidence.pc.machine().waiting_in_bios();
}

std::uint8_t video_mode(const Evidence& evidence) {
  return evidence.memory().read<std::uint8_t>(emu::PhysAddr(kVideoMode));
}

/// A letter with colours, as a text screen has them.
bool has_text(const Evidence& evidence, const Course::Drawn& drawn) {
  const auto letter = evidence.memory().read<std::uint8_t>(emu::PhysAddr(drawn.linear & ~1ull));
  const auto colours = evidence.memory().read<std::uint8_t>(emu::PhysAddr(drawn.linear | 1));
  return letter >= 0x20 && letter < 0x7F && colours != 0;
}

std::string writes_words(const Course::Drawn& drawn) {
  return fmt::format("The code at {} writes text to {:05X}h", far_words(drawn.place), drawn.linear);
}

std::optional<Answer> in_graphics(const Evidence& evidence, const Course& course) {
  constexpr std::uint8_t kCgaFirst = 4, kCgaLast = 6;  // whose picture is at B8000h
  const auto size = evidence.pc.vga().graphics_resolution();
  const auto& text = course.drawn[Course::kColour] ? course.drawn[Course::kColour] : course.drawn[Course::kMono];
  const std::uint8_t mode = video_mode(evidence);
  if (!size || !text || course.drawn[Course::kGraphics] || (mode >= kCgaFirst && mode <= kCgaLast)) return std::nullopt;
  constexpr int kMode13Height = 200;
  return Answer{
      fmt::format("{}, while a graphics mode is set ({}x{}): no text is shown from there. Set a text mode (INT 10h, "
                  "AX=0003h), or draw the letters as pixels {}.",
                  writes_words(*text), size->width, size->height,
                  size->height <= kMode13Height ? "at A0000h" : "in the frame buffer (PhysBasePtr of INT 10h/4F01h)"),
      {}};
}

std::optional<Answer> in_other_window(const Evidence& evidence, const Course& course) {
  const auto& graphics = course.drawn[Course::kGraphics];
  const auto& mono = course.drawn[Course::kMono];
  const auto& colour = course.drawn[Course::kColour];
  if (!evidence.pc.vga().text_screen()) return std::nullopt;
  const bool mono_set = video_mode(evidence) == kMonoMode;
  if (mono && !colour && !mono_set)
    return Answer{writes_words(*mono) +
                      ", which is the screen of monochrome cards (mode 7): in colour modes the text is at B8000h "
                      "(segment B800h).",
                  {}};
  if (colour && !mono && mono_set)
    return Answer{writes_words(*colour) + ", and the monochrome mode 7 is set, whose text is at B0000h.", {}};
  constexpr std::uint64_t kColourText = 0xB8000, kPage = 80 * 25 * 2;
  const bool flat = colour && !evidence.real_mode() && colour->base != 0 && colour->base < kColourText;
  if (flat && colour->linear >= kColourText + kPage)
    return Answer{
        fmt::format("{}, behind the {} bytes that are shown: its segment begins at {:X}h, and so the offset {:X}h "
                    "is not the screen. Give the data segment's descriptor the base 0.",
                    writes_words(*colour), kPage, colour->base, colour->linear - colour->base),
        {}};
  if (graphics && !mono && !colour)
    return Answer{
        fmt::format("The code at {} draws at {:05X}h, and a text mode is set: what is there is not shown. Set a "
                    "graphics mode first (INT 10h, AX=0013h), or write text to B8000h.",
                    far_words(graphics->place), graphics->linear),
        {}};
  return std::nullopt;
}

/// B8000h with a digit less, as the segment 0B80h or an address, or cut to the segment 8000h.
std::optional<Answer> at_slip(const Evidence& evidence, const Course& course) {
  for (const auto window : {Course::kLow, Course::kCut}) {
    const auto& drawn = course.drawn[window];
    if (!drawn || course.drawn[Course::kColour] || !has_text(evidence, *drawn)) continue;
    const bool loaded = evidence.origin(static_cast<std::uint32_t>(drawn->linear)).has_value();
    if (loaded) continue;
    return Answer{writes_words(*drawn) + ", which is RAM: the text screen is at B8000h, which is the segment B800h" +
                      (window == Course::kCut ? " (B8000h does not fit in a segment register)." : "."),
                  {}};
  }
  return std::nullopt;
}

std::optional<Answer> not_shown(const Evidence& evidence) {
  if (!came_to_rest(evidence)) return std::nullopt;
  const Course& course = evidence.course();
  if (auto answer = in_graphics(evidence, course)) return answer;
  if (auto answer = in_other_window(evidence, course)) return answer;
  return at_slip(evidence, course);
}

constexpr std::array<Rule, 1> kRules = {{
    {{"text-not-shown", "text or a picture is written where the display does not show it"}, not_shown},
}};

}  // namespace

std::span<const Rule> screen_rules() { return kRules; }

}  // namespace bootsim::diagnosing
