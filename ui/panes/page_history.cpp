#include "ui/panes/page_history.h"

#include <utility>

namespace ui {

void PageHistory::stop(const Read& read) {
  std::swap(before_, last_);
  const auto take = [&](std::uint64_t number) {
    Page& page = last_[number];
    if (!read(number * kPage, page)) last_.erase(number);
  };
  std::erase_if(last_,
                [&](const auto& page) { return page.first >= kAlways / kPage && !others_.contains(page.first); });
  for (std::uint64_t number = 0; number < kAlways / kPage; ++number) take(number);
  for (const std::uint64_t number : others_) take(number);
}

void PageHistory::looked_at(std::uint64_t linear, std::uint64_t size) {
  for (std::uint64_t number = linear / kPage; size > 0 && number <= (linear + size - 1) / kPage; ++number) {
    if (number < kAlways / kPage) continue;
    if (others_.size() >= kMostOthers && !others_.contains(number)) others_.clear();
    others_.insert(number);
  }
}

std::optional<std::uint8_t> PageHistory::byte(const Pages& pages, std::uint64_t linear) {
  const auto found = pages.find(linear / kPage);
  return found == pages.end() ? std::nullopt : std::optional(found->second[linear % kPage]);
}

}  // namespace ui
