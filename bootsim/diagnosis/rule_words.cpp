// What loaders and kernels say on the screen or the serial port, and what the medium has of it.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/sought.h"
#include "bootsim/diagnosis/words.h"
#include "bootsim/failure_words.h"
#include "emu/text.h"

namespace bootsim::diagnosing {
namespace {

const std::string* line_with(const Evidence& evidence, std::string_view words) {
  const auto found = std::find_if(evidence.lines().rbegin(), evidence.lines().rend(),
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
        " Drive {:02X}h, of which call {} read last, is only the hook of INT 13h at {}: once the kernel is in "
        "protected mode it is gone. Tell the system where the image is (findiso=, iso-scan/filename=, img_loop=), or "
        "give MEMDISK's memory to it (the phram driver).",
        hooked->in.dl(), hooked->number, far_words(*hooked->hook));
    return Answer{text, {hooked->number}};
  }
  const DiskCall* last = evidence.last_read();
  if (evidence.pc.bios().drives().emulated()) {
    text += fmt::format(
        " Drive {:02X}h is an El Torito image that poses as a disk for BIOS calls only; no controller has it.",
        evidence.pc.bios().drives().emulated()->number);
  } else if (last) {
    text += fmt::format(
        " The loader read by BIOS, last in call {}; this PC has no disk controller for the kernel's drivers, so put "
        "what it needs into the initrd.",
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
    {"Loading ", "... failed: No such file"},
    {"Loading ", "...failed: No such file"},
    {"Loading ", " failed: No such file"},
    {"error: file `", "' not found"},
    {"Could not find kernel image: ", ""},
    {"Could not find ramdisk image: ", ""},
    {"isolinux: Failed to load ", ""},
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
constexpr std::array<KnownFile, 5> kKnown = {{
    {"NTLDR is missing", "ntldr"},
    {"BOOTMGR is missing", "bootmgr"},
    {"Failed to load ldlinux.c32", "ldlinux.c32"},
    {"Error 15: File not found", ""},
    {"No KERNEL", "kernel.sys"},
}};

/// The last line of that form, and the name in it.
std::optional<Sought> sought_by(const Evidence& evidence, const MissingFile& form) {
  for (auto line = evidence.lines().rbegin(); line != evidence.lines().rend(); ++line) {
    const std::size_t before = line->find(form.before);
    if (before == std::string::npos) continue;
    std::string file = line->substr(before + form.before.size());
    const std::size_t end = form.after.empty() ? file.find_first_of(" \"'") : file.find(form.after);
    if (!form.after.empty() && end == std::string::npos) continue;
    file = file.substr(0, end);
    while (!file.empty() && (file.back() == '.' || file.back() == '!')) file.pop_back();
    if (!file.empty()) return Sought{std::string(emu::trimmed(*line)), file};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Sought> sought_file(const Evidence& evidence) {
  for (const KnownFile& known : kKnown) {
    const std::string* line = line_with(evidence, known.words);
    if (line && !known.file.empty()) return Sought{std::string(emu::trimmed(*line)), std::string(known.file)};
  }
  if (const std::string module = failed_module(evidence); !module.empty())
    return Sought{"Failed to load " + module, module};
  for (const MissingFile& form : kMissing) {
    if (auto sought = sought_by(evidence, form)) return sought;
  }
  return std::nullopt;
}

namespace {

/// Where SYSLINUX and ISOLINUX look for what has no path (core/fs, search_directories).
bool in_loaders_folder(const std::string& path) {
  constexpr std::array<std::string_view, 5> kFolders = {"/boot/isolinux/", "/isolinux/", "/boot/syslinux/",
                                                        "/syslinux/", "/"};
  const std::string folder = emu::lower(path.substr(0, path.size() - base_name(path).size()));
  return std::find(kFolders.begin(), kFolders.end(), folder) != kFolders.end();
}

std::optional<Answer> file_missing(const Evidence& evidence) {
  const auto sought = sought_file(evidence);
  if (!sought) return std::nullopt;
  // A loader that goes on reading does without the file that it complained of, unless it complains again and
  // again.
  const auto complaints = std::count_if(evidence.lines().begin(), evidence.lines().end(), [&](const std::string& line) {
    return line.find(sought->line) != std::string::npos;
  });
  if (evidence.reading() && complaints < 2) return std::nullopt;
  std::string path = sought->file;
  // GRUB's menu and its whole prompt are there: it did without the module (rescue media name some that they
  // do not have).
  const bool stopped =
      !evidence.lines().empty() && evidence.lines().back().find("Press any key to continue") != std::string::npos;
  if (path.ends_with(".mod") && !stopped && (line_with(evidence, "GNU GRUB") || !line_with(evidence, "grub rescue>")))
    return std::nullopt;
  if (const auto device = path.find(')'); path.starts_with('(') && device != std::string::npos)
    path = path.substr(device + 1);
  const auto found = paths_named(evidence, base_name(path));
  if (!found) return std::nullopt;
  const std::vector<std::string>& same = *found;
  // SYSLINUX looks for modules beside itself, and in folders of its own, too.
  const bool module = path.ends_with(".c32") && path.find('/') == std::string::npos;
  const bool there = std::any_of(same.begin(), same.end(),
                                 [&](const std::string& p) { return p == path || (module && in_loaders_folder(p)); });
  if (there) return std::nullopt;  // on some volume it is; why the loader misses it is not known
  std::vector<std::uint64_t> directories;
  for (auto call = evidence.calls.rbegin(); call != evidence.calls.rend() && directories.size() < 3; ++call) {
    if (call->reads() && call->file.ends_with('/')) directories.push_back(call->number);
  }
  std::string text = fmt::format("The loader says \"{}\"", sought->line);
  if (same.empty()) {
    text += fmt::format(", and the medium holds no file {}.", base_name(path));
  } else {
    text += fmt::format("; the medium has it as {}{}.", same.front(), same.size() > 1 ? " and elsewhere" : "");
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
    return code && code->loader.ends_with("'s message, not a loader");
  };
  const bool whole = is(report->first_sector);
  const bool partition = std::any_of(report->partitions.begin(), report->partitions.end(),
                                     [&](const PartitionContent& p) { return is(p.code); });
  if ((!whole && !partition) || !line_with(evidence, "not a bootable disk")) return std::nullopt;
  const auto ntfs = [](const std::optional<FileSystemSummary>& fs) { return fs && fs->info.type == "NTFS"; };
  const bool by_mkntfs =
      ntfs(report->whole) || std::any_of(report->partitions.begin(), report->partitions.end(),
                                         [&](const PartitionContent& p) { return is(p.code) && ntfs(p.file_system); });
  const DiskCall* last = evidence.last_read();
  return Answer{
      fmt::format(
          "The volume's boot sector is the one that {} writes, which only prints this text: it is a data volume. "
          "Install a loader on it ({}).{}{}",
          by_mkntfs ? "mkntfs" : "mkfs.fat",
          by_mkntfs ? "in a FAT or ext partition: few loaders start from NTFS" : "bootsim install, syslinux --install",
          report->uefi_boots ? " UEFI boots it: it has what UEFI looks for." : "", image_file_words(evidence)),
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
  return Answer{fmt::format("The loader says {}; before that, {} read {}{} in call {}{}.",
                            error ? "\"" + *error + "\"" : *words, caller_words(evidence, *last), where_words(*last),
                            file, last->number, last->failed() ? ", which failed (" + status_words(*last) + ")" : ""),
                {last->number}};
}

constexpr std::array<Rule, 3> kRules = {{
    {{"root-not-found", "the kernel does not find its root: the drive was there by INT 13h only"}, root_not_found},
    {{"file-missing", "the loader looked for a file that the medium does not have, or has elsewhere"}, file_missing},
    {{"message-only", "the boot sector only prints a message"}, message_only},
}};
constexpr std::array<Rule, 1> kLast = {{
    {{"last-words", "what the loader said last, and what it had read"}, last_words},
}};

}  // namespace

std::span<const Rule> words_rules() { return kRules; }
std::span<const Rule> last_words_rules() { return kLast; }

}  // namespace bootsim::diagnosing
