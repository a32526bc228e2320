#include "stage2/menu/command_line.h"

#include "stage2/commands/command.h"
#include "stage2/console/console.h"
#include "stage2/menu/completion.h"
#include "stage2/menu/line_editor.h"

namespace stage2 {

void command_line(Session& session) {
  Completion completion(session);
  LineEditor editor(&completion);
  String line;
  while (editor.read("bootsim> ", line)) {
    if (const Result result = run_line(session, line); !result.ok()) print_error(result.words());
  }
}

}  // namespace stage2
