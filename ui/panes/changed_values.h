// Which values are other than at the stop before.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace ui {

class ChangedValues {
 public:
  /// The guest has stopped anew: what is noted from here on is compared with what was noted since the call before.
  void begin_stop() {
    before_ = std::move(now_);
    now_.clear();
  }
  /// A value at this stop.
  void note(std::string key, std::string value) { now_.insert_or_assign(std::move(key), std::move(value)); }
  /// Known at the stop before, and other than now.
  bool changed(const std::string& key) const {
    const auto now = now_.find(key), before = before_.find(key);
    return now != now_.end() && before != before_.end() && now->second != before->second;
  }
  void forget() {
    before_.clear();
    now_.clear();
  }

 private:
  std::unordered_map<std::string, std::string> before_, now_;
};

}  // namespace ui
