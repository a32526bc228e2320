#include "ui/panes/callers_finder.h"

#include "ui/app.h"

namespace ui {

void CallersFinder::ask(App& app, std::uint64_t stack) {
  answer_ = std::make_shared<Answer>();
  answer_->stack = stack;
  app.engine().move(
      [answer = answer_](debugger::Debugger& d) {
        answer->frames = debugger::views::call_stack_across_modes(d);
        answer->done = true;
        return d.last_stop();
      },
      Phase::kTravelling);
}

void CallersFinder::keep_for(std::uint64_t stack) {
  if (!answer_) return;
  const bool dropped = under_way() && answer_.use_count() == 1;  // the engine took another motion instead
  if (dropped || answer_->stack != stack) answer_.reset();
}

}  // namespace ui
