// Options of a run, written as words again.
#include <fmt/core.h>

#include "bootsim/quirks.h"
#include "bootsim/suite/command_line.h"

namespace bootsim {
namespace {

using devices::media::Attach;

void add(Arguments& words, std::string_view option, std::string value) {
  words.emplace_back(option);
  words.push_back(std::move(value));
}

void add_media(Arguments& words, const RunOptions& options) {
  for (const MediumOption& medium : options.media) {
    if (medium.is_image) {
      words.push_back(medium.path);
      if (medium.attach) add(words, "--as", std::string(attach_word(*medium.attach)));
    } else {
      const Attach attach = medium.attach.value_or(Attach::kHardDisk);
      add(words, fmt::format("--{}", attach_word(attach)), medium.path.empty() ? "none" : medium.path);
    }
  }
}

std::string size_words(std::uint64_t bytes) {
  if (bytes % (1u << 30) == 0) return fmt::format("{}G", bytes >> 30);
  if (bytes % (1u << 20) == 0) return fmt::format("{}M", bytes >> 20);
  return fmt::format("{}K", bytes >> 10);
}

/// In units that leave no rest.
std::string time_words(emu::Nanoseconds time) {
  if (time % emu::kSecond == 0) return fmt::format("{}s", time / emu::kSecond);
  if (time % emu::kMillisecond == 0) return fmt::format("{}ms", time / emu::kMillisecond);
  return fmt::format("{}us", time / emu::kMicrosecond);
}

std::string boot_order_words(const std::vector<bios::BootTarget>& order) {
  using Kind = bios::BootTarget::Kind;
  std::string text;
  for (const bios::BootTarget& target : order) {
    if (!text.empty()) text += ',';
    switch (target.kind) {
      case Kind::kFloppy: text += "floppy"; break;
      case Kind::kHardDisk: text += "hd"; break;
      case Kind::kCd: text += "cd"; break;
      case Kind::kDriveNumber: text += fmt::format("{:02X}h", target.drive); break;
      case Kind::kKernel: break;  // --kernel says so itself
    }
  }
  return text;
}

std::string quirk_words(const bios::Quirks& quirks) {
  std::string text;
  for (const QuirkRow& row : quirk_rows()) {
    if (row.flag && quirks.*row.flag) text += fmt::format("{}{}", text.empty() ? "" : ",", row.name);
  }
  if (quirks.handover_dl) text += fmt::format("{}dl={:02x}", text.empty() ? "" : ",", *quirks.handover_dl);
  return text;
}

void add_fault(Arguments& words, const bios::Fault& fault) {
  if (fault.on == bios::Fault::On::kMediaChange)
    return add(words, "--fail-read", fmt::format("media-change={}", fault.call.value_or(1)));
  std::string spec, status = fmt::format(":{:02x}", fault.status);
  const auto part = [&](const std::string& text) { spec += fmt::format("{}{}", spec.empty() ? "" : ",", text); };
  if (fault.call) part(fmt::format("call={}{}", *fault.call, status));
  if (fault.lba_first)
    part(fmt::format("lba={}-{}{}", *fault.lba_first, fault.lba_last.value_or(*fault.lba_first), status));
  if (fault.every) part(fmt::format("every={}{}", *fault.every, status));
  if (fault.short_transfer) part("short");
  add(words, fault.on == bios::Fault::On::kRead ? "--fail-read" : "--fail-write", spec);
}

void add_machine(Arguments& words, const RunOptions& options) {
  const RunOptions plain;
  if (!options.boot_order.empty()) add(words, "--boot", boot_order_words(options.boot_order));
  if (options.el_torito_entry) add(words, "--entry", fmt::format("{}", *options.el_torito_entry));
  if (options.kernel) {
    add(words, "--kernel", options.kernel->kernel);
    for (const std::string& initrd : options.kernel->initrds) add(words, "--initrd", initrd);
    if (!options.kernel->command_line.empty()) add(words, "--append", options.kernel->command_line);
  }
  if (options.memory != plain.memory) add(words, "--mem", size_words(options.memory));
  if (!options.bios_rom.empty()) add(words, "--bios", options.bios_rom);
  for (const std::string& rom : options.option_roms) add(words, "--option-rom", rom);
  if (const std::string quirks = quirk_words(options.quirks); !quirks.empty()) add(words, "--quirk", quirks);
  for (const bios::Fault& fault : options.faults) add_fault(words, fault);
  if (!options.rtc.empty()) add(words, "--rtc", options.rtc);
  if (options.public_engine) words.emplace_back("--public-engine");
}

}  // namespace

Arguments run_arguments(const RunOptions& options) {
  Arguments words;
  add_media(words, options);
  add_machine(words, options);
  for (const Condition& condition : options.until) add(words, "--until", condition.text);
  for (const Condition& condition : options.fail_on) add(words, "--fail-on", condition.text);
  for (const TypeStep& step : options.type) {
    if (step.when) {
      words.insert(words.end(), {"--type-at", step.when->text, step.text});
    } else {
      add(words, "--type", step.text);
    }
  }
  if (options.limit != RunOptions{}.limit) add(words, "--limit", time_words(options.limit));
  return words;
}

}  // namespace bootsim
