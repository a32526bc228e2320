#include "memdisk/options.h"

namespace memdisk {
namespace {

// Text between words; `name` ends at "=" or with the word.
struct Word {
  const char* name;
  uint32_t name_length;
  const char* value;  // null without "="
  uint32_t value_length;

  bool is(const char* text) const {
    uint32_t i = 0;
    while (i < name_length && text[i] == name[i]) ++i;
    return i == name_length && text[i] == '\0';
  }
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

int shift_of(char suffix) {
  switch (suffix | 0x20) {
    case 'k': return 10;
    case 'm': return 20;
    case 'g': return 30;
    default: return -1;
  }
}

// Decimal or 0x..., with K, M or G behind it. False: not a number, or larger than 2^40.
bool parse_number(const Word& word, uint64_t& number) {
  const char* p = word.value;
  const char* end = p + word.value_length;
  if (p == nullptr || p == end) return false;
  int base = 10;
  if (end - p > 2 && p[0] == '0' && (p[1] | 0x20) == 'x') {
    base = 16;
    p += 2;
  }
  number = 0;
  const char* digits = p;
  for (; p < end && digit_of(*p) < base; ++p) {
    number = number * base + static_cast<unsigned>(digit_of(*p));
    if (number > uint64_t{1} << 40) return false;
  }
  if (p == digits) return false;
  if (p == end) return true;
  int shift = shift_of(*p);
  if (p + 1 != end || shift < 0 || number > (uint64_t{1} << 40) >> shift) return false;
  number <<= shift;
  return true;
}

constexpr uint32_t kLeastStack = 256;  // what the resident part needs

// Options with a number behind "="
enum class Number : uint8_t { kC, kH, kS, kFloppy, kHardDisk, kStack, kMem, kOffset };

class Parser {
 public:
  Options run(const char* line) {
    for (const char* p = line; *p != '\0' && options_.problem == nullptr;) {
      if (is_space(*p)) {
        ++p;
        continue;
      }
      Word word = {p, 0, nullptr, 0};
      for (; *p != '\0' && !is_space(*p); ++p) {
        if (word.value != nullptr) {
          ++word.value_length;
        } else if (*p == '=') {
          word.value = p + 1;
        } else {
          ++word.name_length;
        }
      }
      take(word);
    }
    return options_;
  }

 private:
  void complain(const Word& word, const char* problem) {
    options_.problem = problem;
    options_.culprit = word.name;
    options_.culprit_length = word.name_length + (word.value == nullptr ? 0 : 1 + word.value_length);
  }

  // Of an option that stands there twice, the first counts.
  bool is_repeated(Number option) {
    const uint32_t bit = 1U << static_cast<uint32_t>(option);
    const bool was_seen = (seen_ & bit) != 0;
    seen_ |= bit;
    return was_seen;
  }

  template <typename T>
  void number(const Word& word, Number option, T& to, uint64_t least, uint64_t most, const char* problem) {
    if (!is_repeated(option)) number(word, to, least, most, problem);
  }

  template <typename T>
  void number(const Word& word, T& to, uint64_t least, uint64_t most, const char* problem) {
    uint64_t value = 0;
    if (!parse_number(word, value) || value < least || value > most) return complain(word, problem);
    to = static_cast<T>(value);
  }

  // iso has its own drive number; and floppy comes before harddisk, wherever they stand.
  void drive(const Word& word, Number option, Kind kind) {
    if (is_repeated(option)) return;
    uint8_t index = 0;
    if (word.value != nullptr) number(word, index, 0, 15, "is not a drive number from 0 to 15");
    if (options_.kind == Kind::kIso || options_.kind == Kind::kFloppy) return;
    options_.kind = kind;
    options_.index = index;
  }

  // Of several ways to high memory, the one counts that MEMDISK looks for last.
  void mover(Mover mover, uint8_t rank) {
    if (rank < mover_rank_) return;
    mover_rank_ = rank;
    options_.mover = mover;
  }

  void take(const Word& word) {
    if (word.is("c")) return number(word, Number::kC, options_.cylinders, 1, 1024, "is not 1 to 1024 cylinders");
    if (word.is("h")) return number(word, Number::kH, options_.heads, 1, 256, "is not 1 to 256 heads");
    if (word.is("s")) return number(word, Number::kS, options_.sectors, 1, 63, "is not 1 to 63 sectors");
    if (word.is("floppy")) return drive(word, Number::kFloppy, Kind::kFloppy);
    if (word.is("harddisk")) return drive(word, Number::kHardDisk, Kind::kHardDisk);
    if (word.is("stack")) return stack(word);
    if (word.is("mem"))
      return number(word, Number::kMem, options_.memory, 0x200000, uint64_t{1} << 40, "is no amount of memory");
    if (word.is("offset"))
      return number(word, Number::kOffset, options_.offset, 0, 0xffffffff, "is no number of bytes");
    if (word.value == nullptr) take_flag(word);
  }

  void stack(const Word& word) {
    number(word, Number::kStack, options_.stack, 1, 32768, "is not a stack of up to 32768 bytes");
    if (options_.stack < kLeastStack) options_.stack = kLeastStack;
  }

  void take_flag(const Word& word) {
    if (word.is("iso")) options_.kind = Kind::kIso;
    if (word.is("ro")) options_.read_only = true;
    if (word.is("raw")) mover(Mover::kRaw, 1);
    if (word.is("bigraw")) mover(Mover::kBigRaw, 2);
    if (word.is("int")) mover(Mover::kInt, 3);
    if (word.is("safeint")) mover(Mover::kSafeInt, 4);
    if (word.is("edd") || word.is("ebios")) options_.edd = Edd::kOn;
    bool is_off = word.is("noedd") || word.is("noebios") || word.is("cbios");
    if (is_off && options_.edd != Edd::kOn) options_.edd = Edd::kOff;
    if (word.is("pause")) options_.pause = true;
    if (word.is("nopass")) options_.hide_class = true;
    if (word.is("nopassany")) options_.hide_all = true;
  }

  Options options_;
  uint32_t seen_ = 0;  // a bit for each Number
  uint8_t mover_rank_ = 0;
};

}  // namespace

Options parse_options(const char* line) { return Parser().run(line); }

}  // namespace memdisk
