// A PC as conditions look at it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bootsim/conditions.h"
#include "bootsim/pc.h"

namespace bootsim {

/// `pc` and `serial`, what COM1 has sent, must outlive it.
class PcGuest : public Guest {
 public:
  PcGuest(Pc& pc, const std::string& serial) : pc_(pc), serial_(serial) {}

  const std::string& screen() override;
  std::uint64_t screen_version() override;
  std::string_view serial() override { return serial_; }
  std::optional<devices::Resolution> graphics() override;

 private:
  Pc& pc_;
  const std::string& serial_;
  std::string screen_text_;
  std::optional<std::uint64_t> screen_text_version_;
};

}  // namespace bootsim
