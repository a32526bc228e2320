#pragma once

#include "stage2/base/format.h"
#include "stage2/config/words.h"
#include "stage2/disk/volumes.h"

/// What a user's commands act upon and leave behind.
namespace stage2 {

class Session;
class LinuxKernel;

/// Something a command has loaded and `boot` starts: a kernel, a boot sector, …
class Loaded {
 public:
  virtual ~Loaded() = default;
  /// Starts it. Returns only when that failed.
  virtual Result boot(Session& session) = 0;
  /// What `initrd` adds to; null: this takes none.
  virtual LinuxKernel* as_linux() { return nullptr; }
};

struct Variable {
  String name;
  String value;
};

class Session final : public VariableSource {
 public:
  Session(u8 drive, bool is_cd) : volumes(drive, is_cd), boot_drive(drive) {}

  Text variable(Text name) const override;
  void set_variable(Text name, Text value);
  void unset_variable(Text name);
  const Vector<Variable>& variables() const { return variables_; }

  /// Takes over `loaded` and frees what was loaded before; null: nothing is loaded any more.
  void set_loaded(Loaded* loaded);
  Loaded* loaded() const { return loaded_; }

  /// The device that paths without one are meant on; ${root} shows it.
  const Device& root() const { return root_; }
  void set_root(const Device& device);

  Volumes volumes;
  bool left_a_menu = false;  ///< set when the user leaves a menu: nothing is on the screen that he has not seen
  const u8 boot_drive;       ///< INT 13h number of the drive that stage2 came from

 private:
  Vector<Variable> variables_;
  Loaded* loaded_ = nullptr;
  Device root_;
};

}  // namespace stage2
