// What loaders and kernels say on the screen or the serial port, and what the medium has of it.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "bootsim/failure_words.h"
#include "debugger/files/file_system.h"
#include "emu/text.h"

namespace bootsim::diagnosing {
namespace {

const std::string* line_with(const Evidence& evidence, std::string_view words) {
  const auto found =
      std::find_if(evidence.lines().rbegin(), evidence.lines().rend(),
                   [&](const std::string& line) { return line.find(words) != std::string::npos; });
  return found == evidence.lines().rend() ? nullptr : &*found;
}

// --- The kernel's root.

/// What kernels and initramfs scripts print when the root they were told of does not appear.
constexpr std::array<std::string_view, 12> kNoRoot = {"VFS: Unable to mount root fs",
                                                      "VFS: Cannot open root device",
                                                      "Unable to find a medium containing a live file system",
                                                      "Unable to find a live file system",
                                                      "Unable to find live medium",
                                                      "ALERT!",
                                                      "No init found",
                                                      "No root device specified",
                                                      "Could not find the ISO",
                                                      "Unable to find the live",
                                                      "ERROR: Failed to mount",
                                                      "dracut: FATAL"};

/// The drive whose sectors a hook gave: MEMDISK's, GRUB4DOS's map.
const DiskCall* hooked_read(const Evidence& evidence) {
  for (auto call = evidence.calls.rbegin(); call != evidence.calls.rend(); ++call) {
    if (call->read_well() && call->hook && call->in.dl() == evidence.boot_drive()) return &*call;
  }
  for (auto call = evidence.calls.rbegin(); call != evidence.calls.rend(); ++call) {
    if (call->read_well() && call->hook) return &*call;
  }
  return nullptr;
}

std::optional<Answer> root_not_found(const Evidence& evidence) {
  const std::string* line = nullptr;
  for (const std::string_view words : kNoRoot) {
    if ((line = line_with(evidence, words))) break;
  }
  if (!line || evidence.real_mode()) return std::nullopt;
  std::string text =
      fmt::format("The kernel runs and looks for its root with drivers of its own: \"{}\".", emu::trimmed(*line));
  if (const DiskCall* hooked = hooked_read(evidence)) {
    text += fmt::format(
        " Drive {:02X}h, of which call {} read last, is only the hook of INT 13h at {}: once the kernel is "
        "in protected mode it is gone. "
        "Tell the system where the image is (findiso=, iso-scan/filename=, img_loop=), or give MEMDISK's "
        "memory to it "
        "(the phram driver).",
        hooked->in.dl(), hooked->number, far_words(*hooked->hook));
    return Answer{text, {hooked->number}};
  }
  const DiskCall* last = evidence.last_read();
  if (evidence.pc.bios().drives().emulated()) {
    text += fmt::format(
        " Drive {:02X}h is an El Torito image that poses as a disk for BIOS calls only; no controller has "
        "it.",
        evidence.pc.bios().drives().emulated()->number);
  } else if (last) {
    text += fmt::format(
        " The loader read by BIOS, last in call {}; this PC has no disk controller for the kernel's drivers, "
        "so put what it needs into "
        "the initrd.",
        last->number);
  } else {
    text += " This PC has no disk controller for the kernel's drivers: put what it needs into the initrd.";
  }
  return Answer{text, last ? std::vector<std::uint64_t>{last->number} : std::vector<std::uint64_t>{}};
}

// --- A file that the loader looked for.

/// How loaders name a file that they did not find: what stands between `before` and `after`.
struct MissingFile {
  std::string_view before, after;
};
constexpr std::array<MissingFile, 12> kMissing = {{
    {"error: file `", "' not found"},
    {"Could not find kernel image: ", ""},
    {"Could not find ramdisk image: ", ""},
    {"Failed to load COM32 file ", ""},
    {"Failed to load libcom32.c32", ""},
    {"isolinux: Failed to load ", ""},
    {"Failed to load ", ""},
    {"Could not load kernel: ", ""},
    {"cannot open ", ""},
    {"No such file: ", ""},
    {"File not found: ", ""},
    {"file not found: ", ""},
}};
/// Words that mean a file which they do not name in full.
struct KnownFile {
  std::string_view words, file;
};
constexpr std::array<KnownFile, 6> kKnown = {{
    {"NTLDR is missing", "ntldr"},
    {"BOOTMGR is missing", "bootmgr"},
    {"Failed to load ldlinux.c32", "ldlinux.c32"},
    {"No DEFAULT or UI configuration directive found", "isolinux.cfg"},
    {"Error 15: File not found", ""},
    {"No KERNEL", "kernel.sys"},
}};

struct Sought {
  std::string line, file;
};

std::optional<Sought> sought_file(const Evidence& evidence) {
  for (const KnownFile& known : kKnown) {
    const std::string* line = line_with(evidence, known.words);
    if (line && !known.file.empty()) return Sought{std::string(emu::trimmed(*line)), std::string(known.file)};
  }
  for (const MissingFile& form : kMissing) {
    const std::string* line = line_with(evidence, form.before);
    if (!line) continue;
    std::string file = line->substr(line->find(form.before) + form.before.size());
    const std::size_t end = form.after.empty() ? file.find_first_of(" \"'") : file.find(form.after);
    file = file.substr(0, end);
    while (!file.empty() && (file.back() == '.' || file.back() == '!')) file.pop_back();
    if (!file.empty()) return Sought{std::string(emu::trimmed(*line)), file};
  }
  return std::nullopt;
}

std::string base_name(const std::string& path) {
  const auto slash = path.find_last_of("/\\)");
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::vector<std::string> paths_named(const Evidence& evidence, const std::string& name, bool& looked) {
  std::vector<std::string> paths;
  const std::uint8_t dl = evidence.boot_drive();
  const auto* medium = evidence.medium(dl);
  const InspectReport* report = evidence.report(dl);
  const auto search = [&](const FileSystemSummary& fs) {
    const auto opened = debugger::files::open_file_system(*medium, fs.offset, report->size - fs.offset);
    if (!opened || !opened->info().readable) return;
    looked = true;
    opened->visit([&](debugger::files::Entry&& entry) {
      if (entry.kind == debugger::files::EntryKind::kFile && emu::same_words(base_name(entry.path), name))
        paths.push_back(entry.path);
      return paths.size() < 8;
    });
  };
  if (!medium || !report) return paths;
  if (report->whole) search(*report->whole);
  for (const PartitionContent& p : report->partitions) {
    if (p.file_system) search(*p.file_system);
  }
  return paths;
}

std::optional<Answer> file_missing(const Evidence& evidence) {
  // A loader that goes on reading does without the file that it complained of.
  const auto sought = evidence.reading() ? std::nullopt : sought_file(evidence);
  if (!sought) return std::nullopt;
  std::string path = sought->file;
  // GRUB's menu and its whole prompt are there: it did without the module (rescue media name some that they do not have).
  if (path.ends_with(".mod") && line_with(evidence, "GNU GRUB")) return std::nullopt;
  if (const auto device = path.find(')'); path.starts_with('(') && device != std::string::npos)
    path = path.substr(device + 1);
  bool looked = false;
  const std::vector<std::string> same = paths_named(evidence, base_name(path), looked);
  if (!looked) return std::nullopt;
  const bool there = std::any_of(same.begin(), same.end(), [&](const std::string& p) { return p == path; });
  if (there) return std::nullopt;  // on some volume it is; why the loader misses it is not known
  std::vector<std::uint64_t> directories;
  for (auto call = evidence.calls.rbegin(); call != evidence.calls.rend() && directories.size() < 3; ++call) {
    if (call->reads() && call->file.ends_with('/')) directories.push_back(call->number);
  }
  std::string text = fmt::format("The loader says \"{}\"", sought->line);
  if (same.empty()) {
    text += fmt::format(", and the medium holds no file {}.", base_name(path));
  } else {
    text +=
        fmt::format("; the medium has it as {}{}.", same.front(), same.size() > 1 ? " and elsewhere" : "");
  }
  if (!directories.empty())
    text += fmt::format(" It last read the directory {} (call {}).",
                        std::find_if(evidence.calls.begin(), evidence.calls.end(),
                                     [&](const DiskCall& c) { return c.number == directories.front(); })
                            ->file,
                        directories.front());
  return Answer{text, directories};
}

// --- Boot sectors that only print.

std::optional<Answer> message_only(const Evidence& evidence) {
  const InspectReport* report = evidence.report(evidence.boot_drive());
  if (!report || !evidence.gave_up()) return std::nullopt;
  const auto is = [](const std::optional<BootCode>& code) {
    return code && code->loader == "mkfs.fat's message, not a loader";
  };
  const bool whole = is(report->first_sector);
  const bool partition = std::any_of(report->partitions.begin(), report->partitions.end(),
                                     [&](const PartitionContent& p) { return is(p.code); });
  if ((!whole && !partition) || !line_with(evidence, "not a bootable disk")) return std::nullopt;
  const DiskCall* last = evidence.last_read();
  return Answer{
      "The volume's boot sector is the one that mkfs.fat writes, which only prints this text: it is a data "
      "volume. Install a loader on it "
      "(bootsim install, syslinux --install).",
      last ? std::vector<std::uint64_t>{last->number} : std::vector<std::uint64_t>{}};
}

// --- The loader's last words, when nothing better is known.

std::optional<Answer> last_words(const Evidence& evidence) {
  if (!evidence.gave_up() && evidence.result.verdict != "not-reached") return std::nullopt;
  // A loader that waits at its menu may have complained of a font or a video mode before: that is no failure.
  const auto error = evidence.gave_up() ? error_line(evidence.lines()) : std::nullopt;
  const auto words = known_failure(evidence.lines(), Rest::kKeyWait);
  const DiskCall* last = evidence.last_read();
  if ((!error && !words) || !last || last->by_bios()) return std::nullopt;
  const std::string file = last->file.empty() ? std::string() : ", " + last->file;
  return Answer{
      fmt::format("The loader says {}; before that, {} read {}{} in call {}{}.",
                  error ? "\"" + *error + "\"" : *words, caller_words(evidence, *last), where_words(*last),
                  file, last->number, last->failed() ? ", which failed (" + status_words(*last) + ")" : ""),
      {last->number}};
}

constexpr std::array<Rule, 3> kRules = {{
    {{"root-not-found", "the kernel does not find its root: the drive was there by INT 13h only"},
     root_not_found},
    {{"file-missing", "the loader looked for a file that the medium does not have, or has elsewhere"},
     file_missing},
    {{"message-only", "the boot sector only prints a message"}, message_only},
}};
constexpr std::array<Rule, 1> kLast = {{
    {{"last-words", "what the loader said last, and what it had read"}, last_words},
}};

}  // namespace

std::span<const Rule> words_rules() { return kRules; }
std::span<const Rule> last_words_rules() { return kLast; }

}  // namespace bootsim::diagnosing
