#include "ui/app.h"
#include "ui/panes/panes.h"

namespace ui {
namespace {

class PaneOfThis : public Pane {
 public:
  const char* id() const override { return "disk_map"; }
  const char* title() const override { return "Disk map"; }
  void update(Boot&, const Moment&) override {}
  void draw(App&, const Moment&) override {}
};

}  // namespace

std::unique_ptr<Pane> make_disk_map_pane() { return std::make_unique<PaneOfThis>(); }

}  // namespace ui
