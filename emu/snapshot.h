// All that changes while a PC runs, kept in memory to come back to.
#pragma once

#include <any>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "emu/position.h"

namespace emu {

/// Where classes let snapshots in. A class whose state belongs to a snapshot makes this its friend and has a private
/// `auto snapshot_fields()`, a tuple of references to every member that changes while the machine runs (std::tie). They
/// must be copyable, and assigning them must have no effects elsewhere: each part puts back only what is its own.
struct SnapshotAccess {
  template <class T>
  static auto fields(T& object) {
    return object.snapshot_fields();
  }
};

/// The parts of a PC beyond CPU, memory, ports and clock, which the machine saves itself. Parts are registered while
/// the PC is assembled, by whoever assembles it; they must outlive the machine's use.
class SnapshotParts {
 public:
  using Save = std::function<std::any()>;
  using Restore = std::function<void(const std::any&)>;

  /// Any copy of a part's state. `restore` gets what `save` gave. Both must not touch guest memory, ports or the clock.
  void add(std::string_view name, Save save, Restore restore) {
    parts_.push_back({std::string(name), std::move(save), std::move(restore)});
  }
  /// An object with snapshot_fields().
  template <class T>
  void add(std::string_view name, T& object) {
    using Fields = decltype(SnapshotAccess::fields(object));
    using Copy = typename Values<Fields>::type;
    add(
        name, [&object] { return std::any(Copy(SnapshotAccess::fields(object))); },
        [&object](const std::any& saved) { SnapshotAccess::fields(object) = std::any_cast<const Copy&>(saved); });
  }

  std::vector<std::any> save() const;
  void restore(const std::vector<std::any>& saved) const;
  /// Their names, in the order of registration.
  std::vector<std::string_view> names() const;

 private:
  template <class Tuple>
  struct Values;
  template <class... T>
  struct Values<std::tuple<T...>> {
    using type = std::tuple<std::remove_cvref_t<T>...>;
  };
  struct Part {
    std::string name;
    Save save;
    Restore restore;
  };
  std::vector<Part> parts_;
};

/// A machine's whole state at one position. Immutable; shares memory pages with its neighbours. Only for the machine
/// that made it, and no longer than that lives.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  /// Of the instruction that is next.
  virtual Position position() const = 0;
};

}  // namespace emu
