// Versions of memory pages, kept by copy on write.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace emu {

/// What host memory that belongs to the guest (RAM, ROM, video memory) held at points in time. Nothing is kept until
/// the first save(); from then on every writer says which bytes it is about to change, and the first change of a page
/// after a save() copies what it held. An image shares all pages that did not change with its neighbours.
class PageJournal {
 public:
  static constexpr std::uint64_t kPage = 4096;

  PageJournal() = default;
  PageJournal(const PageJournal&) = delete;
  PageJournal& operator=(const PageJournal&) = delete;

  /// From now on [host, host + size) belongs to every image; whole pages. It must stay there as long as the journal.
  void add_block(std::uint8_t* host, std::uint64_t size);

  /// Between the first save() and forget_all().
  bool active() const { return active_; }
  /// Nothing has changed in this page since the last save() or restore(): whoever changes it must say so first.
  bool clean(const std::uint8_t* host) const {
    const Block* block = find(host);
    return active_ && block && !block->changed[static_cast<std::uint64_t>(host - block->host) / kPage];
  }
  /// These bytes are about to change.
  void about_to_change(const std::uint8_t* host, std::uint64_t size) {
    if (active_) copy_clean_pages(host, size);
  }

  class Image;
  /// Everything as it is now. When `told_everything` is false, writers may have changed pages without saying so, and
  /// all memory is compared (and kept).
  std::shared_ptr<const Image> save(bool told_everything);
  /// Puts back what an image holds. `replaced` is called for each page that differs, before it is overwritten: where
  /// the page lies, and its new contents.
  using Replaced = std::function<void(std::uint8_t* host, const std::uint8_t* contents)>;
  void restore(const Image& image, bool told_everything, const Replaced& replaced);

  /// Host memory of all pages kept, bytes.
  std::uint64_t bytes() const { return *bytes_; }

 private:
  static constexpr std::uint64_t kLeafPages = 64;

  /// What a page held from one save() on, until it changed. No contents: it has not changed, they are in the guest's
  /// memory.
  struct Version {
    explicit Version(std::shared_ptr<std::uint64_t> b) : bytes(std::move(b)) {}
    ~Version() {
      if (contents) *bytes -= kPage;
    }
    Version(const Version&) = delete;
    Version& operator=(const Version&) = delete;
    bool kept() const { return contents || zero; }

    std::unique_ptr<std::array<std::uint8_t, kPage>> contents;
    bool zero = false;  // contents that need no room
    std::shared_ptr<std::uint64_t> bytes;
  };
  using VersionPtr = std::shared_ptr<Version>;
  using Leaf = std::array<VersionPtr, kLeafPages>;
  /// Null leaves and null versions stand for the page's first version.
  using Tree = std::vector<std::shared_ptr<Leaf>>;
  struct Block {
    std::uint8_t* host;
    std::uint64_t size;
    std::vector<std::uint8_t> changed;  // per page, since the last save() or restore()
    std::vector<VersionPtr> first;      // what the page held at the first save(); null: still does
    Tree now;                           // the versions at the last save() or restore()
  };

  const Block* find(const std::uint8_t* host) const {
    for (const Block& b : blocks_)
      if (host >= b.host && host < b.host + b.size) return &b;
    return nullptr;
  }
  void copy_clean_pages(const std::uint8_t* host, std::uint64_t size);
  void keep(Block& block, std::uint64_t page);
  VersionPtr& version(Block& block, const Tree& tree, std::uint64_t page);
  void set_version(Block& block, std::uint64_t page, VersionPtr version);
  void compare_all();

  std::vector<Block> blocks_;
  std::vector<std::pair<std::size_t, std::uint64_t>> changed_;  // block and page, each once
  bool active_ = false;
  std::shared_ptr<std::uint64_t> bytes_ = std::make_shared<std::uint64_t>(0);
};

}  // namespace emu
