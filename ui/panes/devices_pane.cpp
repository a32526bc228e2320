#include "ui/app.h"
#include "ui/panes/panes.h"

namespace ui {
namespace {

class PaneOfThis : public Pane {
 public:
  const char* id() const override { return "devices"; }
  const char* title() const override { return "Devices"; }
  void update(Boot&, const Moment&) override {}
  void draw(App&, const Moment&) override {}
};

}  // namespace

std::unique_ptr<Pane> make_devices_pane() { return std::make_unique<PaneOfThis>(); }

}  // namespace ui
