#include "stage2/session.h"

namespace stage2 {

Text Session::variable(Text name) const {
  for (const Variable& variable : variables_)
    if (variable.name.text() == name) return variable.value;
  return {};
}

void Session::set_variable(Text name, Text value) {
  String kept = value;  // it may be part of the variable itself
  for (Variable& variable : variables_)
    if (variable.name.text() == name) {
      variable.value = move(kept);
      return;
    }
  variables_.push_back({name, move(kept)});
}

void Session::unset_variable(Text name) {
  for (size_t i = 0; i < variables_.size(); ++i)
    if (variables_[i].name.text() == name) return variables_.erase(i);
}

void Session::set_root(const Device& device) {
  root_ = device;
  set_variable("root", device_name(device));
}

void Session::set_loaded(Loaded* loaded) {
  delete loaded_;
  loaded_ = loaded;
}

}  // namespace stage2
