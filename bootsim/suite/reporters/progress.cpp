// A line on a terminal that says how far a suite is. Rewritten in place, gone in the end.
#include <cstdio>

#include <fmt/core.h>

#include "bootsim/suite/reporter.h"

namespace bootsim {
namespace {

constexpr std::size_t kNameCharacters = 50;

void erase() { fmt::print(stderr, "\r\x1b[K"); }  // CSI K: erase to the end of the line

class EraseProgress : public Reporter {
 public:
  void ended(const Spec&, const SpecOutcome&) override { erase(); }
  void finish(const SuiteTotals&) override { erase(); }
};

class ProgressReporter : public Reporter {
 public:
  void begin(std::size_t specs) override { specs_ = specs; }
  void started(const Spec& spec) override {
    newest_ = spec.name.substr(0, kNameCharacters);
    show();
  }
  void ended(const Spec&, const SpecOutcome& outcome) override {
    ++done_;
    failed_ += outcome.passed() ? 0 : 1;
    show();
  }
  void finish(const SuiteTotals&) override { erase(); }

 private:
  void show() const {
    erase();
    fmt::print(stderr, "[{}/{}] {} failed  {}", done_, specs_, failed_, newest_);
    std::fflush(stderr);
  }

  std::size_t specs_ = 0, done_ = 0, failed_ = 0;
  std::string newest_;
};

}  // namespace

std::unique_ptr<Reporter> make_progress_reporter(bool erase_only) {
  if (erase_only) return std::make_unique<EraseProgress>();
  return std::make_unique<ProgressReporter>();
}

}  // namespace bootsim
