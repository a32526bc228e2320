#include "ui/verdict.h"

#include <utility>

#include "bootsim/diagnosis.h"
#include "bootsim/further_run.h"
#include "emu/error.h"

namespace ui {

void Verdict::begin(const bootsim::RunOptions& options) {
  cancel();
  background_.begin([this, mine = bootsim::without_outputs(options)](const std::atomic<bool>& cancelled) mutable {
    mine.cancelled = &cancelled;
    auto result = std::make_shared<bootsim::RunResult>();
    std::string error;
    try {
      *result = bootsim::run(mine);
      if (!cancelled) result->diagnosis = bootsim::diagnose(mine, *result);
    } catch (const std::exception& failure) {
      error = failure.what();
      result.reset();
    }
    if (cancelled) return;
    const std::lock_guard lock(mutex_);
    result_ = std::move(result);
    error_ = std::move(error);
  });
}

void Verdict::cancel() {
  background_.cancel();
  const std::lock_guard lock(mutex_);
  result_.reset();
  error_.clear();
}

Verdict::State Verdict::state() const {
  const std::lock_guard lock(mutex_);
  return {background_.running(), result_, error_};
}

}  // namespace ui
