#include "emu/page_journal.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace emu {

namespace {

bool is_zero(const std::uint8_t* page) {
  std::array<std::uint64_t, 8> first;
  std::memcpy(first.data(), page, sizeof first);
  for (const std::uint64_t word : first)
    if (word) return false;
  return std::memcmp(page, page + sizeof first, PageJournal::kPage - sizeof first) == 0;
}

constexpr std::array<std::uint8_t, PageJournal::kPage> kZeros{};

}  // namespace

/// The versions of all blocks' pages.
class PageJournal::Image {
 public:
  std::vector<Tree> trees;
};

void PageJournal::add_block(std::uint8_t* host, std::uint64_t size) {
  const std::uint64_t pages = size / kPage;
  blocks_.push_back({host, size, std::vector<std::uint8_t>(pages), std::vector<VersionPtr>(), Tree()});
  blocks_.back().now.resize((pages + kLeafPages - 1) / kLeafPages);
  if (active_) blocks_.back().first.resize(pages);
}

PageJournal::VersionPtr& PageJournal::version(Block& block, const Tree& tree, std::uint64_t page) {
  if (const auto& leaf = tree[page / kLeafPages])
    if (VersionPtr& v = (*leaf)[page % kLeafPages]) return v;
  VersionPtr& first = block.first[page];
  if (!first) first = std::make_shared<Version>(bytes_);
  return first;
}

void PageJournal::set_version(Block& block, std::uint64_t page, VersionPtr version) {
  std::shared_ptr<Leaf>& leaf = block.now[page / kLeafPages];
  if (!leaf) {
    leaf = std::make_shared<Leaf>();
  } else if (leaf.use_count() > 1) {
    leaf = std::make_shared<Leaf>(*leaf);
  }
  (*leaf)[page % kLeafPages] = std::move(version);
}

/// The page is about to lose what its present version holds.
void PageJournal::keep(Block& block, std::uint64_t page) {
  const VersionPtr& now = version(block, block.now, page);
  if (now->kept()) return;
  const std::uint8_t* host = block.host + page * kPage;
  if (is_zero(host)) {
    now->zero = true;
    return;
  }
  now->contents.reset(new std::array<std::uint8_t, kPage>);
  std::memcpy(now->contents->data(), host, kPage);
  *bytes_ += kPage;
}

void PageJournal::copy_clean_pages(const std::uint8_t* host, std::uint64_t size) {
  auto* block = const_cast<Block*>(find(host));
  if (!block || size == 0) return;
  const auto offset = static_cast<std::uint64_t>(host - block->host);
  const std::uint64_t last = std::min((offset + size - 1) / kPage, block->size / kPage - 1);
  for (std::uint64_t page = offset / kPage; page <= last; ++page) {
    if (block->changed[page]) continue;
    keep(*block, page);
    block->changed[page] = 1;
    changed_.emplace_back(block - blocks_.data(), page);
  }
}

/// Finds out what changed. A page that has been compared is kept, for the next comparison.
void PageJournal::compare_all() {
  for (Block& block : blocks_) {
    for (std::uint64_t page = 0; page < block.size / kPage; ++page) {
      const VersionPtr& now = version(block, block.now, page);
      if (!now->kept()) {
        keep(block, page);
        continue;
      }
      const std::uint8_t* was = now->zero ? kZeros.data() : now->contents->data();
      if (block.changed[page] || std::memcmp(was, block.host + page * kPage, kPage) == 0) continue;
      block.changed[page] = 1;
      changed_.emplace_back(&block - blocks_.data(), page);
    }
  }
}

std::shared_ptr<const PageJournal::Image> PageJournal::save(bool told_everything) {
  if (!active_) {
    active_ = true;
    for (Block& block : blocks_) block.first.resize(block.size / kPage);
  }
  if (!told_everything) compare_all();
  for (const auto& [index, page] : changed_) {
    Block& block = blocks_[index];
    set_version(block, page, std::make_shared<Version>(bytes_));
    block.changed[page] = 0;
    if (!told_everything) keep(block, page);
  }
  changed_.clear();
  auto image = std::make_shared<Image>();
  for (const Block& block : blocks_) image->trees.push_back(block.now);
  return image;
}

void PageJournal::restore(const Image& image, bool told_everything, const Replaced& replaced) {
  if (!told_everything) compare_all();
  const auto put_back = [&](Block& block, const Tree& tree, std::uint64_t page) {
    const Version& then = *version(block, tree, page);
    if (!block.changed[page]) {
      if (version(block, block.now, page).get() == &then) return;
      keep(block, page);  // for images that are still there
    }
    std::uint8_t* host = block.host + page * kPage;
    const std::uint8_t* contents = then.contents ? then.contents->data() : kZeros.data();
    if (!then.kept() || std::memcmp(host, contents, kPage) == 0) return;
    replaced(host, contents);
    std::memcpy(host, contents, kPage);
  };
  for (const auto& [index, page] : changed_)
    if (index < image.trees.size()) put_back(blocks_[index], image.trees[index], page);
  for (std::size_t i = 0; i < image.trees.size(); ++i) {
    Block& block = blocks_[i];
    const Tree& tree = image.trees[i];
    for (std::size_t leaf = 0; leaf < tree.size(); ++leaf) {
      if (tree[leaf] == block.now[leaf]) continue;
      const std::uint64_t begin = leaf * kLeafPages, end = std::min(begin + kLeafPages, block.size / kPage);
      for (std::uint64_t page = begin; page < end; ++page)
        if (!block.changed[page]) put_back(block, tree, page);
    }
    block.now = tree;
  }
  std::erase_if(changed_, [&](const auto& entry) {
    if (entry.first >= image.trees.size()) return false;
    blocks_[entry.first].changed[entry.second] = 0;
    return true;
  });
}

}  // namespace emu
