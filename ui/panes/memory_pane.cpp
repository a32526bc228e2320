#include "ui/app.h"
#include "ui/panes/panes.h"

namespace ui {
namespace {

class PaneOfThis : public Pane {
 public:
  const char* id() const override { return "memory"; }
  const char* title() const override { return "Memory"; }
  void update(Boot&, const Moment&) override {}
  void draw(App&, const Moment&) override {}
};

}  // namespace

std::unique_ptr<Pane> make_memory_pane() { return std::make_unique<PaneOfThis>(); }

}  // namespace ui
