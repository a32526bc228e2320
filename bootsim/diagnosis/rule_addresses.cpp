// Code that was assembled for another address than it runs at, or whose strings run the wrong way.
#include <algorithm>
#include <array>

#include "bios/low_memory.h"
#include "bootsim/diagnosis/course.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"

namespace bootsim::diagnosing {
namespace {

using namespace bios::low_memory;
constexpr std::uint32_t kSector = kBootSectorEnd - kBootSector;
constexpr std::uint16_t kBootSegment = 0x07C0;

/// 7C00h added by hand to labels that have it by ORG.
constexpr std::uint32_t kTwice = 2 * 0x7C00;
/// What people write behind ORG, or have a linker write.
constexpr auto kOrigins = std::to_array<std::uint32_t>(
    {0, 0x7C00, 0x100, 0x500, 0x600, 0x7C0, 0x7E00, 0x8000, 0x1000, 0x2000, 0x9000, 0x10000, 0x100000, kTwice});

/// A piece of the program in memory.
struct Image {
  std::uint32_t begin = 0, size = kSector;
  const DiskCall* call = nullptr;  ///< null: the boot sector
};

std::optional<Image> image_of(const Evidence& evidence, std::uint64_t at) {
  if (at >= kMegabyte) return std::nullopt;
  const auto linear = static_cast<std::uint32_t>(at);
  if (linear >= kBootSector && linear < kBootSector + kSector) return Image{kBootSector, kSector, nullptr};
  const auto origin = evidence.origin(linear);
  if (!origin || !origin->call || origin->moved || !origin->call->buffer()) return std::nullopt;
  return Image{*origin->call->buffer(), static_cast<std::uint32_t>(origin->call->bytes), origin->call};
}

/// Was it read up to its first zero? A dump of the BIOS's memory goes on over zeros.
bool read_as_text(const Evidence& evidence, const Course::Text& text) {
  std::vector<std::uint8_t> bytes(text.length);
  evidence.memory().read(emu::PhysAddr(text.linear), bytes);
  return std::find(bytes.begin(), bytes.end(), 0) == bytes.end() - 1;
}

/// Nothing that a loader could mean is there.
bool nobody_put_text_at(const Evidence& evidence, const Course::Text& text) {
  if (text.linear >= evidence.options.memory) return true;
  const auto linear = static_cast<std::uint32_t>(text.linear);
  if (linear >= kMegabyte) return evidence.zeros(linear, 16);
  if (linear < kBdaEnd) return read_as_text(evidence, text);
  if (linear >= kVideo || (linear >= kBootSector && linear < kBootSector + kSector)) return false;
  return !evidence.origin(linear);
}

std::string origin_advice(const Image& image, std::uint16_t code_segment, std::uint16_t origin, std::uint16_t segment) {
  constexpr std::uint32_t kReach = 0x10000;
  if (image.call && origin == 0 && image.begin % 16 == 0 && (code_segment != 0 || image.begin >= kReach))
    return fmt::format("With ORG 0, set DS to {:04X}h", image.begin / 16);
  if (image.call)
    return fmt::format("Assemble it with ORG {:X}h and DS 0, or load it to where it is to run", image.begin);
  if (origin == 0 && segment == 0) return "Write ORG 7C00h at its top, or set DS to 07C0h";
  if (origin == kBootSector && segment == kBootSegment) return "With ORG 7C00h, set DS to 0";
  if (origin == 0) return "With ORG 0, set DS to 07C0h; with ORG 7C00h, to 0";
  return "Write ORG 7C00h at its top, and set DS to 0";
}

/// The same of code in protected mode, whose segments mostly begin at 0.
std::string flat_advice(const Image& image, std::uint32_t origin, std::uint64_t base) {
  if (base != 0) return fmt::format("The segment begins at {:X}h: give its descriptor the base 0", base);
  if (image.call)
    return fmt::format("Link it for {:X}h (ORG, ld -Ttext), or load it to where it is to run", image.begin);
  if (origin == kTwice) return "With ORG 7C00h a label is the whole address: add nothing to it";
  return "Write ORG 7C00h at its top";
}

std::string piece_words(const Image& image) {
  return image.call ? fmt::format("what call {} loaded", image.call->number) : std::string("the boot sector");
}

/// The string that was meant, when the code was made for `origin`.
std::optional<Answer> made_for(const Evidence& evidence, const Course::Text& text, const Image& image,
                               std::uint32_t origin) {
  const std::uint64_t offset = text.offset - origin;
  if (text.offset < origin || offset == 0 || offset >= image.size) return std::nullopt;
  const std::uint32_t meant = image.begin + static_cast<std::uint32_t>(offset);
  const std::string words = string_at(evidence.memory(), meant);
  if (words.empty() || meant == text.linear) return std::nullopt;
  const std::string lies =
      fmt::format("\"{}\" lies at offset {:X}h of {}, at {:05X}h", words, offset, piece_words(image), meant);
  const auto calls = image.call ? std::vector{image.call->number} : std::vector<std::uint64_t>{};
  if (!text.real)
    return Answer{fmt::format("The code at {} reads a string at {:X}h, where nothing was loaded. {}: {}. {}.",
                              far_words(text.place), text.linear, lies,
                              origin == kTwice ? std::string("7C00h was added twice")
                                               : fmt::format("it was assembled or linked for {:X}h", origin),
                              flat_advice(image, origin, text.linear - text.offset)),
                  calls};
  return Answer{
      fmt::format(
          "The code at {} reads a string at {} ({:05X}h), where nothing was loaded. {}: it was assembled for ORG "
          "{:X}h, and DS is {:04X}h. {}.",
          far_words(text.place), far_words(text.source), text.linear, lies, origin, text.source.seg,
          origin_advice(image, text.place.seg, static_cast<std::uint16_t>(origin), text.source.seg)),
      calls};
}

std::optional<Answer> wrong_origin(const Evidence& evidence) {
  if (!evidence.code_failed()) return std::nullopt;
  for (const Course::Text& text : evidence.course().texts) {
    const auto image = image_of(evidence, text.code);
    if (!image || !nobody_put_text_at(evidence, text)) continue;
    for (const std::uint32_t origin : kOrigins) {
      if (auto answer = made_for(evidence, text, *image, origin)) return answer;
    }
  }
  return std::nullopt;
}

/// MOV SI,[LABEL] takes the string's first letters for its address.
std::optional<Answer> letters(const Evidence& evidence) {
  if (!evidence.code_failed()) return std::nullopt;
  for (const Course::Text& text : evidence.course().texts) {
    const auto image = image_of(evidence, text.code);
    const std::size_t size = text.real ? 2 : 4;
    if (!image || !nobody_put_text_at(evidence, text)) continue;
    std::vector<std::uint8_t> bytes(image->size);
    evidence.memory().read(emu::PhysAddr(image->begin), bytes);
    for (std::size_t at = 0; at + size <= bytes.size(); ++at) {
      std::uint64_t value = 0;
      for (std::size_t i = size; i-- > 0;) value = value << 8 | bytes[at + i];
      const bool begins = at == 0 || !is_text(bytes[at - 1]);  // and is no string's middle
      if (value != text.offset || !begins || !is_text(bytes[at]) || !is_text(bytes[at + 1])) continue;
      const std::uint32_t linear = image->begin + static_cast<std::uint32_t>(at);
      const std::string words = string_at(evidence.memory(), linear);
      if (words.empty()) continue;
      return Answer{
          fmt::format(
              "The code at {} reads a string at offset {:X}h, where nothing was loaded. That number is \"{}\", the "
              "first letters of the string \"{}\" at {:05X}h: the register has what lies there, and not its "
              "address. In NASM that is MOV SI,LABEL, not MOV SI,[LABEL] (in GAS, $LABEL; in MASM, OFFSET LABEL).",
              far_words(text.place), text.offset, words.substr(0, size), words, linear),
          image->call ? std::vector{image->call->number} : std::vector<std::uint64_t>{}};
    }
  }
  return std::nullopt;
}

/// A string is run, mostly because the RET before it is missing.
std::optional<Answer> runs_text(const Evidence& evidence) {
  const auto& into = evidence.course().into_text;
  if (!into || !evidence.code_failed() || evidence.result.exit == exit_code::kReached) return std::nullopt;
  const bool branch = into->before.code.flow == debugger::Flow::kBranch;
  return Answer{
      fmt::format(
          "The CPU runs the string \"{}\" at {} as code: {} \"{}\" at {}{}. A JMP, RET or HLT must end the code "
          "before the string.",
          into->text, far_words(into->place), branch ? "the branch" : "it did not jump there, it ran on behind",
          into->before.code.text, far_words(into->before.place), branch ? " goes there" : ""),
      {}};
}

std::optional<Answer> direction(const Evidence& evidence) {
  if (!evidence.code_failed()) return std::nullopt;
  const auto& texts = evidence.course().texts;
  const auto down = std::find_if(texts.begin(), texts.end(), [](const Course::Text& t) { return t.down; });
  if (down == texts.end()) return std::nullopt;
  const std::string words = string_at(evidence.memory(), static_cast<std::uint32_t>(down->linear), 1);
  if (words.empty()) return std::nullopt;
  return Answer{fmt::format("The code at {} reads the string \"{}\" at {} with the direction flag set: LODSB goes "
                            "downwards, to what lies before it. CLD at the start.",
                            far_words(down->place), words, far_words(down->source)),
                {}};
}

/// Printing goes on behind a string, through code, until a zero comes by chance.
std::optional<Answer> no_end(const Evidence& evidence) {
  constexpr std::uint32_t kShortest = 3, kFarther = 2;
  if (!evidence.code_failed()) return std::nullopt;
  for (const Course::Text& text : evidence.course().texts) {
    const auto begin = static_cast<std::uint32_t>(text.linear);
    if (text.down || text.linear >= kMegabyte || !image_of(evidence, begin)) continue;
    std::string words;
    const auto at = [&](std::uint32_t i) { return evidence.memory().read<std::uint8_t>(emu::PhysAddr(begin + i)); };
    std::uint32_t length = 0;
    while (length < text.length && is_text(at(length))) words += static_cast<char>(at(length++));
    if (length < kShortest || length + kFarther > text.length || at(length) == 0) continue;
    const bool dollar = words.find('$') != std::string::npos;
    words = words.substr(0, words.find_first_of("$\r\n"));
    return Answer{fmt::format("The code at {} reads on behind the string \"{}\" at {}, whose {} bytes no zero ends: it "
                              "takes {} bytes. Write ,0 behind the string{}.",
                              far_words(text.place), words, far_words(text.source), length, text.length,
                              dollar ? ", where $ is: that ends strings for DOS's INT 21h/09h only" : ""),
                  {}};
  }
  return std::nullopt;
}

// --- INTs that are no BIOS calls.

struct Mistaken {
  std::uint8_t vector;
  std::string_view words;
};
constexpr auto kMistaken = std::to_array<Mistaken>({
    {0x0A, "which is the interrupt of IRQ 2; the BIOS's video calls are INT 10h, and 0Ah is 10 in decimal"},
    {0x0D, "which is the interrupt of IRQ 5; the BIOS's disk calls are INT 13h, and 0Dh is 13 in decimal"},
    {0x0F, "which is the interrupt of IRQ 7; INT 15h is the BIOS's, and 0Fh is 15 in decimal"},
    {0x20, "DOS's: there is no DOS before it is booted"},
    {0x21, "DOS's: there is no DOS before it is booted. The BIOS prints by INT 10h (AH=0Eh) and reads keys by INT 16h"},
    {0x31, "which nobody has; the BIOS's disk calls are INT 13h"},
    {0x61, "which nobody has; the BIOS's keyboard calls are INT 16h"},
    {0x80, "Linux's system call: there is no Linux before it is booted. The BIOS prints by INT 10h (AH=0Eh)"},
});

std::optional<Answer> mistaken_call(const Evidence& evidence) {
  constexpr std::uint16_t kRom = 0xC000;
  if (!evidence.code_failed()) return std::nullopt;
  for (const Course::Called& call : evidence.course().calls) {
    const auto known =
        std::find_if(kMistaken.begin(), kMistaken.end(), [&](const Mistaken& m) { return m.vector == call.vector; });
    if (known == kMistaken.end()) continue;
    const auto handler = evidence.memory().read<std::uint32_t>(emu::PhysAddr(std::uint64_t{call.vector} * 4));
    if (handler != 0 && (handler >> 16) < kRom) continue;  // somebody has set it
    return Answer{fmt::format("The code at {} calls INT {:02X}h (AX={:04X}h), {}.", far_words(call.place), call.vector,
                              call.ax, known->words),
                  {}};
  }
  return std::nullopt;
}

constexpr std::array<Rule, 6> kRules = {{
    {{"wrong-origin", "a program reads its strings as if it were at another address (ORG, DS)"}, wrong_origin},
    {{"string-letters", "a program takes a string's first letters for its address"}, letters},
    {{"direction-flag", "a program reads its strings downwards, because DF is set"}, direction},
    {{"string-end", "a program reads on behind a string that no zero ends"}, no_end},
    {{"runs-text", "the CPU runs a string as code, because nothing ends the code before it"}, runs_text},
    {{"mistaken-interrupt", "an INT that is not the BIOS's: DOS's, or 13 instead of 13h"}, mistaken_call},
}};

}  // namespace

std::span<const Rule> address_rules() { return kRules; }

}  // namespace bootsim::diagnosing
