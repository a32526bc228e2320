#include "debugger/nasm_syntax.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

namespace debugger {
namespace {

using std::string_view;

constexpr std::array<std::pair<string_view, string_view>, 7> kRenamed = {{{"pushal", "pushad"},
                                                                          {"popal", "popad"},
                                                                          {"pushaw", "pusha"},
                                                                          {"popaw", "popa"},
                                                                          {"ljmp", "jmp"},
                                                                          {"lcall", "call"},
                                                                          {"movabs", "mov"}}};

string_view segment_name(std::uint8_t prefix) {
  switch (prefix) {
    case 0x26: return "es";
    case 0x2E: return "cs";
    case 0x36: return "ss";
    case 0x3E: return "ds";
    case 0x64: return "fs";
    case 0x65: return "gs";
    default: return {};
  }
}

void replace_all(std::string& text, string_view from, string_view to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// "word ptr es:[bx + 2]" -> "word [es:bx+2]".
std::string nasm_operands(string_view operands) {
  std::string text(operands);
  replace_all(text, "xmmword ptr ", "");
  replace_all(text, " ptr ", " ");
  if (text.starts_with("ptr ")) text.erase(0, 4);
  replace_all(text, " + ", "+");
  replace_all(text, " - ", "-");
  for (const string_view s : {"es", "cs", "ss", "ds", "fs", "gs"})
    replace_all(text, fmt::format("{}:[", s), fmt::format("[{}:", s));
  // A register on the other side says the width already.
  const auto comma = text.find(", ");
  if (comma != text.npos) {
    const bool memory_first = text.find('[') < comma;
    const string_view other = memory_first ? string_view(text).substr(comma + 2) : string_view(text).substr(0, comma);
    const bool is_register = !other.empty() && other.find_first_of("[0123456789") != 0 &&
                             other.find('[') == other.npos && other.find(' ') == other.npos && other[0] != '-';
    if (is_register) {
      for (const string_view size : {"byte ", "word ", "dword ", "qword "}) {
        const std::size_t at = memory_first ? 0 : comma + 2;
        if (string_view(text).substr(at).starts_with(size)) text.erase(at, size.size());
      }
    }
  }
  return text;
}

}  // namespace

bool is_string_instruction(string_view mnemonic) {
  if (const auto space = mnemonic.rfind(' '); space != mnemonic.npos) mnemonic.remove_prefix(space + 1);
  static constexpr std::array<string_view, 7> kStrings = {"movs", "cmps", "scas", "lods", "stos", "ins", "outs"};
  return std::any_of(kStrings.begin(), kStrings.end(), [&](string_view s) {
    return mnemonic.size() == s.size() + 1 && mnemonic.starts_with(s) &&
           string_view("bwdq").find(mnemonic.back()) != string_view::npos;
  });
}

NasmText nasm_syntax(string_view mnemonic, string_view operands, std::uint8_t segment_prefix, bool other_operand_size,
                     bool code16) {
  std::string prefix;
  if (const auto space = mnemonic.rfind(' '); space != mnemonic.npos) {  // "rep movsw", "lock add"
    prefix = mnemonic.substr(0, space + 1);
    mnemonic.remove_prefix(space + 1);
  }
  // MOVSD is a string instruction and an SSE one; the latter has an xmm operand.
  const bool is_string =
      (is_string_instruction(mnemonic) || mnemonic == "xlatb") && operands.find("xmm") == operands.npos;
  if (is_string) {
    if (const string_view segment = segment_name(segment_prefix); !segment.empty())
      prefix += fmt::format("{} ", segment);
    return {prefix + std::string(mnemonic), std::string(mnemonic)};
  }
  const bool far = mnemonic == "ljmp" || mnemonic == "lcall";
  // Nothing else in their text says that these are the wide (or narrow) form.
  static constexpr std::array<string_view, 6> kSizeUnseen = {"lgdt", "lidt", "ret", "retf", "sgdt", "sidt"};
  if (other_operand_size && std::find(kSizeUnseen.begin(), kSizeUnseen.end(), mnemonic) != kSizeUnseen.end())
    prefix += code16 ? "o32 " : "o16 ";
  for (const auto& [from, to] : kRenamed) {
    if (mnemonic == from) mnemonic = to;
  }
  std::string text = nasm_operands(operands);
  if (far && text.find('[') != text.npos) text = "far " + text.substr(text.find('['));
  return {prefix + std::string(mnemonic) + (text.empty() ? "" : " ") + text, std::string(mnemonic)};
}

}  // namespace debugger
