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

/// What people write behind ORG.
constexpr std::array<std::uint16_t, 11> kOrigins = {0,      0x7C00, 0x100,  0x500,  0x600, 0x7C0,
                                                    0x7E00, 0x8000, 0x1000, 0x2000, 0x9000};

/// A piece of the program in memory.
struct Image {
  std::uint32_t begin = 0, size = kSector;
  const DiskCall* call = nullptr;  ///< null: the boot sector
};

std::optional<Image> image_of(const Evidence& evidence, std::uint32_t linear) {
  if (linear >= kBootSector && linear < kBootSector + kSector) return Image{kBootSector, kSector, nullptr};
  const auto origin = evidence.origin(linear);
  if (!origin || !origin->call || origin->moved || !origin->call->buffer()) return std::nullopt;
  return Image{*origin->call->buffer(), static_cast<std::uint32_t>(origin->call->bytes), origin->call};
}

/// What a string to be printed is made of.
bool is_line_end(std::uint8_t b) { return b == '\r' || b == '\n' || b == '\t'; }
bool is_text(std::uint8_t b) { return is_line_end(b) || (b >= 0x20 && b < 0x7F); }

/// A string at the address, as guests end theirs: in a zero or a dollar sign.
std::string string_at(const Evidence& evidence, std::uint32_t linear, std::size_t shortest = 3) {
  constexpr std::size_t kLongest = 200, kShown = 24;
  std::vector<std::uint8_t> bytes(kLongest);
  evidence.memory().read(emu::PhysAddr(linear), bytes);
  std::string text;
  std::size_t length = 0, letters = 0;
  for (; length < bytes.size() && bytes[length] != 0 && bytes[length] != '$'; ++length) {
    const std::uint8_t b = bytes[length];
    if (!is_text(b)) return {};
    if (!is_line_end(b) && text.size() < kShown) text += static_cast<char>(b);
    letters += (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
  }
  if (length < shortest || length == bytes.size() || letters * 2 < length) return {};
  return std::string(text.substr(0, text.find_last_not_of(' ') + 1));
}

/// Was it read up to its first zero? A dump of the BIOS's memory goes on over zeros.
bool read_as_text(const Evidence& evidence, const Course::Text& text) {
  std::vector<std::uint8_t> bytes(text.length);
  evidence.memory().read(emu::PhysAddr(text.source.linear()), bytes);
  return std::find(bytes.begin(), bytes.end(), 0) == bytes.end() - 1;
}

/// Nothing that a loader could mean is there.
bool nobody_put_text_at(const Evidence& evidence, const Course::Text& text) {
  const std::uint32_t linear = text.source.linear();
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

std::optional<Answer> wrong_origin(const Evidence& evidence) {
  if (!evidence.code_failed()) return std::nullopt;
  for (const Course::Text& text : evidence.course().texts) {
    const auto image = image_of(evidence, text.place.linear());
    if (!image || !nobody_put_text_at(evidence, text)) continue;
    for (const std::uint16_t origin : kOrigins) {
      const std::uint32_t offset = text.source.off - std::uint32_t{origin};
      if (text.source.off < origin || offset == 0 || offset >= image->size) continue;
      const std::string words = string_at(evidence, image->begin + offset);
      if (words.empty()) continue;
      return Answer{
          fmt::format("The code at {} reads a string at {} ({:05X}h), where nothing was loaded. \"{}\" lies at offset "
                      "{:X}h of {}, at {:05X}h: it was assembled for ORG {:X}h, and DS is {:04X}h. {}.",
                      far_words(text.place), far_words(text.source), text.source.linear(), words, offset,
                      image->call ? fmt::format("what call {} loaded", image->call->number) : "the boot sector",
                      image->begin + offset, origin, text.source.seg,
                      origin_advice(*image, text.place.seg, origin, text.source.seg)),
          image->call ? std::vector<std::uint64_t>{image->call->number} : std::vector<std::uint64_t>{}};
    }
  }
  return std::nullopt;
}

std::optional<Answer> direction(const Evidence& evidence) {
  if (!evidence.code_failed()) return std::nullopt;
  const auto& texts = evidence.course().texts;
  const auto down = std::find_if(texts.begin(), texts.end(), [](const Course::Text& t) { return t.down; });
  if (down == texts.end()) return std::nullopt;
  const std::string words = string_at(evidence, down->source.linear(), 1);
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
    const std::uint32_t begin = text.source.linear();
    if (text.down || !image_of(evidence, begin)) continue;
    std::string words;
    const auto at = [&](std::uint32_t i) { return evidence.memory().read<std::uint8_t>(emu::PhysAddr(begin + i)); };
    std::uint32_t length = 0;
    while (length < text.length && is_text(at(length))) words += static_cast<char>(at(length++));
    if (length < kShortest || length + kFarther > text.length || at(length) == 0) continue;
    while (!words.empty() && words.back() < 0x20) words.pop_back();
    return Answer{fmt::format("The code at {} reads on behind the string \"{}\" at {}, whose {} bytes no zero ends: it "
                              "takes {} bytes. Write ,0 behind the string.",
                              far_words(text.place), words, far_words(text.source), length, text.length),
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

constexpr std::array<Rule, 4> kRules = {{
    {{"wrong-origin", "a program reads its strings as if it were at another address (ORG, DS)"}, wrong_origin},
    {{"direction-flag", "a program reads its strings downwards, because DF is set"}, direction},
    {{"string-end", "a program reads on behind a string that no zero ends"}, no_end},
    {{"mistaken-interrupt", "an INT that is not the BIOS's: DOS's, or 13 instead of 13h"}, mistaken_call},
}};

}  // namespace

std::span<const Rule> address_rules() { return kRules; }

}  // namespace bootsim::diagnosing
