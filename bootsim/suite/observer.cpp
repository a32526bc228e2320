#include "bootsim/suite/observer.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>

#include <fmt/core.h>

#include "bios/drives.h"
#include "bootsim/pc.h"
#include "bootsim/suite/medium_files.h"
#include "bootsim/suite/sha256.h"

namespace bootsim {
namespace {

using devices::media::Medium;

/// Memory as expressions read it: physical addresses, which real mode's linear ones are.
class MemoryNames : public debugger::Names {
 public:
  explicit MemoryNames(const emu::Memory& memory) : memory_(memory) {}
  std::optional<debugger::Value> lookup(std::string_view) const override { return std::nullopt; }
  bool read(std::uint64_t linear, std::span<std::uint8_t> out) const override {
    memory_.read(emu::PhysAddr(linear), out);
    return true;
  }

 private:
  const emu::Memory& memory_;
};

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{}{:02X}", text.empty() ? "" : " ", byte);
  return text;
}

/// The media that are in drives, each once, in the order of the drives.
std::vector<std::shared_ptr<Medium>> media_of(Pc& pc) {
  std::vector<std::shared_ptr<Medium>> media;
  const bios::Drives& drives = pc.bios().drives();
  for (const std::uint8_t number : drives.numbers()) {
    const auto& medium = drives.find(number)->media;
    if (medium && std::find(media.begin(), media.end(), medium) == media.end()) media.push_back(medium);
  }
  return media;
}

/// Runs of bytes of one medium that were read.
using Runs = std::vector<std::pair<std::uint64_t, std::uint64_t>>;  // begin, end

std::map<const Medium*, Runs> read_runs(Pc& pc, const std::vector<CallRecord>& calls) {
  std::map<const Medium*, Runs> runs;  // looked up only
  const bios::Drives& drives = pc.bios().drives();
  for (const CallRecord& call : calls) {
    const bool reads =
        call.vector == 0x13 && (call.ah == 0x02 || call.ah == 0x42) && call.by == "bios" && call.lba && call.drive;
    const bios::Drive* drive = reads ? drives.find(*call.drive) : nullptr;
    if (!drive || !drive->media) continue;
    const std::uint64_t begin = drive->base_offset + *call.lba * drive->sector_size;
    const std::uint64_t asked = call.cf == false ? call.count.value_or(0) * drive->sector_size : 0;
    runs[drive->media.get()].emplace_back(begin, begin + call.bytes.value_or(asked));
  }
  // The BIOS itself loads the boot image of a CD.
  if (const auto& boot = drives.cd_boot()) {
    const bios::Drive* cd = drives.find(boot->cd_drive);
    const std::uint64_t begin = std::uint64_t{boot->image_lba} * devices::media::kCdSectorSize;
    if (cd && cd->media && boot->emulation() == 0) {
      const std::uint64_t sectors =
          (std::uint64_t{boot->sector_count} + 3) / 4;  // of 512 bytes, read in whole ones of 2048
      runs[cd->media.get()].emplace_back(begin, begin + sectors * devices::media::kCdSectorSize);
    }
  }
  for (auto& [medium, list] : runs) std::sort(list.begin(), list.end());
  return runs;
}

/// How many of the bytes [begin, end) the sorted runs cover.
std::uint64_t covered(const Runs& runs, std::uint64_t begin, std::uint64_t end) {
  std::uint64_t bytes = 0, at = begin;
  for (const auto& [from, to] : runs) {
    const std::uint64_t start = std::max(at, from);
    if (start >= end) break;
    if (to <= start) continue;
    bytes += std::min(to, end) - start;
    at = std::min(to, end);
  }
  return bytes;
}

std::string_view word_of(ExpectedReads::HowMuch how_much) {
  switch (how_much) {
    case ExpectedReads::HowMuch::kFully: return "fully";
    case ExpectedReads::HowMuch::kPartly: return "partly";
    case ExpectedReads::HowMuch::kSome: return "some";
    case ExpectedReads::HowMuch::kNever: return "never";
  }
  return {};
}

bool is_met(ExpectedReads::HowMuch how_much, std::uint64_t read, std::uint64_t size) {
  switch (how_much) {
    case ExpectedReads::HowMuch::kFully: return read == size;
    case ExpectedReads::HowMuch::kPartly: return read > 0 && read < size;
    case ExpectedReads::HowMuch::kSome: return read > 0;
    case ExpectedReads::HowMuch::kNever: return read == 0;
  }
  return false;
}

/// The contents of a file of the first medium that has it.
std::optional<std::vector<std::uint8_t>> contents(Pc& pc, const std::string& path) {
  for (const auto& medium : media_of(pc)) {
    if (const auto file = find_file(*medium, path)) return file_bytes(*medium, *file);
  }
  return std::nullopt;
}

/// "1048576 bytes, sha256:..."
std::string described(std::span<const std::uint8_t> bytes) {
  return fmt::format("{} bytes, sha256:{}", bytes.size(), sha256(bytes));
}

std::string first_difference(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  const std::size_t common = std::min(a.size(), b.size());
  const auto at = static_cast<std::size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin()).first - a.begin());
  return at == common ? "alike as far as both go" : fmt::format("they part at byte {} ({:X}h)", at, at);
}

}  // namespace

void SpecObserver::attach(RunHooks& hooks) {
  hooks.ended = [this](Pc& pc, const RunResult&) { look(pc); };
  if (spec_.handoff) {
    hooks.kernel_entered = [this](Pc& pc) {
      if (!handoff_) handoff_ = read_handoff(pc);
    };
  }
}

void SpecObserver::look(Pc& pc) {
  look_at_memory(pc);
  if (!spec_.reads.empty()) look_at_reads(pc);
  if (spec_.handoff) look_at_handoff(pc);
}

void SpecObserver::look_at_memory(Pc& pc) {
  const MemoryNames names(pc.machine().memory());
  for (const ExpectedMemory& wanted : spec_.memory) {
    if (!wanted.bytes) {
      if (!wanted.expression.holds(names)) differs(wanted.place, "memory: " + wanted.expression.why_not(names));
      continue;
    }
    const auto where = wanted.expression.evaluate(names);
    const auto linear = !where                                       ? std::nullopt
                        : where->kind == debugger::Value::Kind::kFar ? names.linear(where->selector, where->number)
                                                                     : std::optional(where->number);
    if (!linear) {
      differs(wanted.place, fmt::format("memory: {} is no address", wanted.expression.text()));
      continue;
    }
    std::vector<std::uint8_t> bytes(wanted.bytes->size());
    names.read(*linear, bytes);
    if (bytes != *wanted.bytes) {
      differs(wanted.place, fmt::format("memory: {} should hold {}, but holds {}", wanted.expression.text(),
                                        hex(*wanted.bytes), hex(bytes)));
    }
  }
}

void SpecObserver::look_at_reads(Pc& pc) {
  const auto runs = read_runs(pc, calls_());
  for (const ExpectedReads& wanted : spec_.reads) {
    bool found = false;
    for (const auto& medium : media_of(pc)) {
      const auto file = find_file(*medium, wanted.file);
      if (!file) continue;
      found = true;
      std::uint64_t read = 0, size = 0;
      const auto list = runs.find(medium.get());
      for (const auto& extent : file->extents) {
        const std::uint64_t length = std::min(extent.length, file->size - std::min(file->size, extent.file_offset));
        size += length;
        if (list != runs.end()) read += covered(list->second, extent.offset, extent.offset + length);
      }
      if (!is_met(wanted.how_much, read, size)) {
        differs(wanted.place, fmt::format("reads: {} should be read {}; {} of its {} bytes were", wanted.file,
                                          word_of(wanted.how_much), read, size));
      }
      break;
    }
    if (!found) differs(wanted.place, fmt::format("reads: no medium has a file {}", wanted.file));
  }
}

void SpecObserver::look_at_handoff(Pc& pc) {
  const ExpectedHandoff& wanted = *spec_.handoff;
  if (wanted.entered != handoff_.has_value()) {
    return differs(wanted.place, wanted.entered
                                     ? "handoff: no Linux kernel was entered"
                                     : fmt::format("handoff: a Linux kernel was entered, command line \"{}\"",
                                                   handoff_->command_line));
  }
  if (!handoff_) return;
  if (wanted.command_line && !wanted.command_line->matches(handoff_->command_line)) {
    differs(wanted.place, fmt::format("handoff: the command line is \"{}\", which /{}/ does not match",
                                      handoff_->command_line, wanted.command_line->source()));
  }
  if (wanted.kernel) compare_kernel(pc);
  if (!wanted.initrds.empty()) compare_initrd(pc);
}

/// The file's protected-mode code follows its boot sector and setup, whose sectors setup_sects (1F1h) counts; syssize
/// (1F4h) counts its paragraphs. What lies behind it (a signature) is not loaded.
void SpecObserver::compare_kernel(Pc& pc) {
  const ExpectedHandoff& wanted = *spec_.handoff;
  const auto file = contents(pc, *wanted.kernel);
  if (!file || file->size() < 0x200)
    return differs(wanted.place, fmt::format("handoff: no medium has a kernel {}", *wanted.kernel));
  const std::size_t sectors = ((*file)[0x1F1] == 0 ? 4u : (*file)[0x1F1]) + 1u;
  std::uint32_t paragraphs = 0;
  std::memcpy(&paragraphs, &(*file)[0x1F4], sizeof paragraphs);
  const auto rest = std::span(*file).subspan(std::min(file->size(), sectors * 512));
  const auto code =
      rest.first(static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), std::uint64_t{paragraphs} * 16)));
  const auto loaded = std::span(handoff_->code).first(std::min(handoff_->code.size(), code.size()));
  if (!std::equal(code.begin(), code.end(), loaded.begin(), loaded.end())) {
    differs(wanted.place, fmt::format("handoff: the code at {:X}h is not that of {}: {} there, {} in the file; {}",
                                      handoff_->code_address, *wanted.kernel, described(loaded), described(code),
                                      first_difference(loaded, code)));
  }
}

void SpecObserver::compare_initrd(Pc& pc) {
  const ExpectedHandoff& wanted = *spec_.handoff;
  const std::string found = described(handoff_->initrd);
  if (wanted.initrds.front().starts_with("sha256:")) {
    if (!found.ends_with(wanted.initrds.front())) {
      differs(wanted.place, fmt::format("handoff: the initrd should be {}, but is {}", wanted.initrds.front(), found));
    }
    return;
  }
  std::vector<std::uint8_t> files;
  for (const std::string& path : wanted.initrds) {
    const auto bytes = contents(pc, path);
    if (!bytes) return differs(wanted.place, fmt::format("handoff: no medium has a file {}", path));
    files.resize((files.size() + 3) / 4 * 4);  // initramfs buffers begin at multiples of 4
    files.insert(files.end(), bytes->begin(), bytes->end());
  }
  if (files == handoff_->initrd) return;
  differs(wanted.place,
          fmt::format("handoff: the initrd at {:X}h is not what the medium holds: {} there, {} on the medium; {}",
                      handoff_->initrd_address, found, described(files), first_difference(handoff_->initrd, files)));
}

}  // namespace bootsim
