#pragma once

#include "stage2/menu/line_editor.h"
#include "stage2/session.h"

namespace stage2 {

/// Commands as the first word, then devices and the names in directories.
class Completion final : public Completer {
 public:
  explicit Completion(Session& session) : session_(session) {}
  Vector<String> complete(Text line) override;

 private:
  void add_devices(Text word, Vector<String>& answers);
  void add_files(Text word, Vector<String>& answers);

  Session& session_;
};

}  // namespace stage2
