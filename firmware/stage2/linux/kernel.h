#pragma once

#include "stage2/linux/file_name.h"
#include "stage2/linux/placement.h"

namespace stage2 {

class Relocator;

/// A Linux kernel, or whatever speaks its protocol, with its command line and its initrds. Files are looked
/// at when they are named, and read when it is started.
class LinuxKernel final : public Loaded {
 public:
  /// Fails when `name` is no kernel or cannot take the command line. Null then.
  static Result load(Session& session, const FileName& name, Text command_line, LinuxKernel*& kernel);

  /// Behind those that are there already, at a multiple of 4 bytes.
  Result add_initrd(Session& session, const FileName& name);
  Result boot(Session& session) override;
  LinuxKernel* as_linux() override { return this; }

 private:
  struct Initrd {
    FileName name;
    u32 size = 0;
    u32 offset = 0;
  };

  Result read_header(NamedFile& file);
  Result boot_from(Session& session);
  Result load_code(NamedFile& file, const LinuxPlacement& at, Relocator& relocator);
  Result load_initrds(Session& session, const LinuxPlacement& at, LinuxBootValues& values);

  FileName name_;
  String command_line_;
  Vector<Initrd> initrds_;
  LinuxHeader header_;
};

}  // namespace stage2
