#define PCRE2_CODE_UNIT_WIDTH 8
#include "bootsim/pattern.h"

#include <pcre2.h>

#include <fmt/core.h>

#include "emu/error.h"

namespace bootsim {
namespace {

struct Free {
  void operator()(pcre2_code* p) const { pcre2_code_free(p); }
  void operator()(pcre2_match_data* p) const { pcre2_match_data_free(p); }
  void operator()(pcre2_compile_context* p) const { pcre2_compile_context_free(p); }
};

std::string message_of(int code) {
  PCRE2_UCHAR text[256] = {};
  pcre2_get_error_message(code, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}

constexpr std::size_t kAlwaysRescan = 2048;  // bytes: so little text is searched anew whenever it grows
constexpr std::size_t kGrowth = 32;          // more: when it has grown by a 32nd

}  // namespace

struct Pattern::Compiled {
  std::unique_ptr<pcre2_code, Free> code;
  std::unique_ptr<pcre2_match_data, Free> match;
};

Pattern::Pattern(std::string regex, Text text) : source_(std::move(regex)) {
  const std::unique_ptr<pcre2_compile_context, Free> context(pcre2_compile_context_create(nullptr));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_ANYCRLF);
  int error = 0;
  PCRE2_SIZE offset = 0;
  auto compiled = std::make_shared<Compiled>();
  compiled->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(source_.data()), source_.size(),
                                     text == Text::kUtf8 ? PCRE2_UTF | PCRE2_UCP : 0, &error, &offset, context.get()));
  if (!compiled->code) {
    throw emu::Error(emu::ErrorKind::kUsage,
                     fmt::format("the pattern \"{}\" is no regular expression: {} (at character {})", source_,
                                 message_of(error), offset + 1));
  }
  // Without JIT support the interpreter serves; the result is the same.
  pcre2_jit_compile(compiled->code.get(), PCRE2_JIT_COMPLETE | PCRE2_JIT_PARTIAL_SOFT);
  compiled->match.reset(pcre2_match_data_create_from_pattern(compiled->code.get(), nullptr));
  compiled_ = std::move(compiled);
}

Pattern::Scan Pattern::scan(std::string_view text, std::size_t from) const {
  const int result = pcre2_match(compiled_->code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from,
                                 PCRE2_PARTIAL_SOFT, compiled_->match.get(), nullptr);
  if (result >= 0) return {.matched = true};
  if (result == PCRE2_ERROR_NOMATCH) return {.matched = false, .resume_at = text.size()};
  // A match may still begin here, when more text follows.
  if (result == PCRE2_ERROR_PARTIAL) {
    return {.matched = false, .resume_at = pcre2_get_ovector_pointer(compiled_->match.get())[0]};
  }
  throw emu::Error(emu::ErrorKind::kUsage, fmt::format("the pattern \"{}\" cannot be searched for: {}; make it simpler",
                                                       source_, message_of(result)));
}

bool GrowingSearch::look(std::string_view log) {
  if (matched_) return true;
  const bool grew = log.size() > seen_;
  seen_ = log.size();
  const std::size_t fresh = log.size() - searched_to_;
  if (searched_ && fresh == 0) return false;
  const std::size_t span = log.size() - start_;
  const bool cheap = span <= kAlwaysRescan || fresh >= span / kGrowth;
  if (searched_ && grew && !cheap) return false;
  const Pattern::Scan scan = pattern_.scan(log, start_);
  searched_ = true;
  searched_to_ = log.size();
  matched_ = scan.matched;
  start_ = scan.resume_at;
  return matched_;
}

}  // namespace bootsim
