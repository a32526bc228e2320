// Holds calls against lists of them: a search that tries other calls when captures lead it astray.
#include "bootsim/suite/call_sequence.h"

#include <algorithm>

#include <fmt/format.h>

#include "bootsim/suite/call_alignment.h"

namespace bootsim {
namespace {

using How = CallSequence::How;

/// Finds calls for a list, in order. Remembers how far it came.
class Search {
 public:
  Search(const CallSequence& expected, const std::vector<const CallRecord*>& calls)
      : expected_(expected), calls_(calls) {}

  bool run() { return from(0, 0, {}, {}); }
  const Matched& best() const { return best_; }

 private:
  static constexpr int kMostSteps = 200'000;  // captures may make it try again and again

  void remember(std::size_t e, std::size_t c, const std::vector<std::size_t>& taken, const Captures& captures) {
    if (best_.known && e <= best_.expected) return;
    best_ = {.known = true, .expected = e, .call = c, .taken = taken, .captures = captures};
  }

  bool from(std::size_t e, std::size_t c, std::vector<std::size_t> taken, Captures captures) {
    for (;;) {
      remember(e, c, taken, captures);
      if (e == expected_.calls.size()) {
        if (expected_.how != How::kExact || c == calls_.size()) return true;
        best_ = {.known = true, .expected = e, .call = c, .taken = taken, .captures = captures};
        return false;
      }
      const ExpectedCall& call = expected_.calls[e];
      if (call.wildcard && call.least == call.most) {
        if (calls_.size() - c < call.least) return false;
        for (std::size_t i = 0; i < call.least; ++i) taken.push_back(c + i);
        c += call.least;
      } else if (call.wildcard) {
        return any_number(call, e, c, taken, captures);
      } else if (expected_.how == How::kInOrder) {
        const std::size_t found = first(call, c, captures);
        if (found == calls_.size()) return false;
        // Another call may serve as well when this one's captures turn out to be wrong.
        if (captured_ != captures) return later(call, e, found, taken, captures);
        taken.push_back(found);
        c = found + 1;
      } else {
        if (c == calls_.size() || !call.matches(*calls_[c], captures)) return false;
        taken.push_back(c++);
      }
      ++e;
    }
  }

  /// The first call from `c` on that matches; captured_ has the captures then.
  std::size_t first(const ExpectedCall& call, std::size_t c, const Captures& captures) {
    for (; c < calls_.size(); ++c) {
      captured_ = captures;
      if (call.matches(*calls_[c], captured_)) return c;
    }
    return c;
  }

  /// Tries every call that matches, each with the captures that it gives.
  bool later(const ExpectedCall& call, std::size_t e, std::size_t found, const std::vector<std::size_t>& taken,
             const Captures& captures) {
    const Captures first_captures = captured_;
    for (std::size_t c = found; c < calls_.size() && ++steps_ <= kMostSteps; c = first(call, c + 1, captures)) {
      std::vector<std::size_t> more = taken;
      more.push_back(c);
      if (from(e + 1, c + 1, std::move(more), c == found ? first_captures : captured_)) return true;
    }
    return false;
  }

  bool any_number(const ExpectedCall& call, std::size_t e, std::size_t c, std::vector<std::size_t> taken,
                  const Captures& captures) {
    for (std::size_t n = 0; n <= call.most && c + n <= calls_.size() && ++steps_ <= kMostSteps; ++n) {
      if (n >= call.least && from(e + 1, c + n, taken, captures)) return true;
      taken.push_back(c + n);
    }
    return false;
  }

  const CallSequence& expected_;
  const std::vector<const CallRecord*>& calls_;
  Matched best_;
  Captures captured_;
  int steps_ = 0;
};

/// never and at-most: each call by itself.
std::optional<Difference> excess(const CallSequence& expected, const std::vector<const CallRecord*>& calls) {
  for (const ExpectedCall& call : expected.calls) {
    std::size_t made = 0;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      Captures captures;
      if (!call.matches(*calls[i], captures) || ++made <= call.times) continue;
      const std::string limit = call.times == 0 ? "no call should be" : fmt::format("at most {} should be", call.times);
      return Difference{.text = fmt::format("calls: {} {}, but:{}", limit, call.text, calls_around(calls, i)),
                        .place = call.place,
                        .call = calls[i]->seq};
    }
  }
  return std::nullopt;
}

std::string summary(const CallSequence& expected, const Matched& best, std::size_t calls) {
  const std::size_t wanted = expected.calls.size();
  if (best.expected == wanted) return fmt::format("calls: {} expected, {} made", wanted, calls);
  const ExpectedCall& call = expected.calls[best.expected];
  if (expected.how == How::kInOrder) {
    return fmt::format("calls: no {} ({} of {}) among the {} calls from here on", call.text, best.expected + 1, wanted,
                       calls - best.call);
  }
  if (best.call == calls) return fmt::format("calls: {} expected, {} made; missing: {}", wanted, calls, call.text);
  return fmt::format("calls: number {} should be {}", best.call + 1, call.text);
}

/// " ($pvd is 16)": what the captures that a field is compared with stand for.
std::string known_words(const ValueMatch& field, const Captures& captures) {
  std::vector<std::string> names = field.uses(), words;
  if (!field.captures().empty()) names.push_back(field.captures());
  for (const std::string& name : names) {
    const auto known = captures.find(name);
    if (known != captures.end()) words.push_back(fmt::format("{} is {}", name, debugger::to_string(known->second)));
  }
  return words.empty() ? std::string() : fmt::format(" ({})", fmt::join(words, ", "));
}

}  // namespace

bool ExpectedCall::matches(const CallRecord& call, Captures& captures) const {
  if (wildcard) return true;
  if (call.vector != vector || (ah && call.ah != *ah) || (!name.empty() && call.name != name)) return false;
  for (const ValueMatch& field : fields) {
    if (!field.matches(call, captures)) return false;
  }
  return !condition || condition->holds(CallNames(call, captures));
}

std::string ExpectedCall::mismatch(const CallRecord& call, Captures captures) const {
  if (wildcard) return {};
  if (call.vector != vector || (ah && call.ah != *ah) || (!name.empty() && call.name != name)) {
    return fmt::format("it is {}", call_label(call));
  }
  for (const ValueMatch& field : fields) {
    if (field.matches(call, captures)) continue;
    return fmt::format("{} is {}, not {}{}", field.key(), field_text(call, field.key()).value_or("null"), field.text(),
                       known_words(field, captures));
  }
  const CallNames names(call, captures);
  return condition && !condition->holds(names) ? condition->why_not(names) : std::string();
}

std::bitset<256> CallSequence::vectors() const {
  std::bitset<256> all;
  for (const ExpectedCall& call : calls) all.set(call.vector);
  return all;
}

std::optional<Difference> difference(const CallSequence& expected, const std::vector<CallRecord>& calls) {
  const std::bitset<256> vectors = expected.vectors();
  std::vector<const CallRecord*> looked_at;
  for (const CallRecord& call : calls) {
    if (vectors[call.vector]) looked_at.push_back(&call);
  }
  if (expected.how == How::kNever || expected.how == How::kAtMost) return excess(expected, looked_at);
  Search search(expected, looked_at);
  if (search.run()) return std::nullopt;
  const Matched& best = search.best();
  const bool missing = best.expected < expected.calls.size();
  Difference found{.text = summary(expected, best, looked_at.size()) + aligned_text(expected, looked_at, best),
                   .place = missing ? expected.calls[best.expected].place : expected.place,
                   .call = {}};
  if (best.call < looked_at.size()) found.call = looked_at[best.call]->seq;
  return found;
}

std::optional<std::uint64_t> disk_call_number(const std::vector<CallRecord>& calls, const CallRecord& call) {
  if (call.vector != 0x13) return std::nullopt;
  std::uint64_t number = 0;
  for (const CallRecord& other : calls) {
    number += other.vector == 0x13;
    if (other.seq == call.seq) return number;
  }
  return std::nullopt;
}

}  // namespace bootsim
