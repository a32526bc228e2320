#include "bootsim/diagnosis/evidence.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>

namespace bootsim::diagnosing {
namespace {

using devices::media::Medium;

/// A loader's retries and the probes of other drives behind a read that failed for good.
constexpr std::size_t kCallsBehind = 64;
/// Of the serial log, as much as a screen holds.
constexpr std::size_t kSerialTail = 4096;
/// Bytes that are compared to recognise code that was moved: shorter pieces occur by chance.
constexpr std::size_t kProbe = 24;
constexpr std::size_t kProbedCalls = 48;

void add_lines(std::vector<std::string>& lines, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty()) lines.push_back(std::move(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// Where `wanted` is in `bytes`.
std::optional<std::size_t> position(const std::vector<std::uint8_t>& bytes, const std::vector<std::uint8_t>& wanted) {
  const auto at = std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end());
  if (at == bytes.end()) return std::nullopt;
  return static_cast<std::size_t>(at - bytes.begin());
}

/// The guest's last reads are the same few again and again.
bool goes_in_circles(const std::deque<DiskCall>& calls) {
  constexpr std::size_t kReads = 64, kDifferent = 8;
  std::set<std::pair<std::uint64_t, std::uint32_t>> different;
  std::size_t reads = 0;
  for (auto call = calls.rbegin(); call != calls.rend() && reads < kReads; ++call) {
    if (!call->reads() || !call->arguments.lba) continue;
    ++reads;
    different.emplace(*call->arguments.lba, call->buffer().value_or(0));
  }
  return reads == kReads && different.size() <= kDifferent;
}

}  // namespace

Evidence::Evidence(const RunOptions& o, const RunResult& r, Pc& p, const debugger::CallRecorder& recorder,
                   debugger::DriveFiles& files, std::optional<emu::Nanoseconds> kernel)
    : options(o),
      result(r),
      pc(p),
      calls(recorder.calls()),
      missing(recorder.missing()),
      files_(files),
      kernel_(kernel) {
  for (const std::string& line : r.screen) add_lines(lines_, line);
  const std::string_view serial = r.serial;
  add_lines(lines_, serial.substr(serial.size() - std::min(serial.size(), kSerialTail)));
}

Evidence::~Evidence() = default;

bool Evidence::reading() const {
  // So long behind its last disk call a loader may be unpacking or drawing.
  constexpr emu::Nanoseconds kThinking = 1 * emu::kSecond;
  return result.exit == exit_code::kLimit && !fatal_read() && !goes_in_circles(calls) &&
         result.virtual_time - result.last_disk_call < kThinking;
}

bool Evidence::at_work() const {
  constexpr std::uint64_t kMenuPolls = 64;
  if (reading()) return true;
  if (result.exit != exit_code::kLimit || fatal_read() || goes_in_circles(calls)) return false;
  const emu::Machine& machine = pc.machine();
  return !real_mode() || machine.waiting_in_bios() || machine.idle_polls() >= kMenuPolls;
}

bool Evidence::in_kernel() const {
  return kernel_ &&
         std::none_of(calls.begin(), calls.end(), [&](const DiskCall& call) { return call.begin > *kernel_; });
}

emu::FarPtr Evidence::place() const {
  const emu::Registers now = registers();
  const std::string& detail = pc.machine().stop_detail();
  constexpr std::string_view kAt = "the instruction at ";
  const auto at = detail.find(kAt);
  std::uint32_t linear = 0;
  if (!crashed() || at == std::string::npos) return now.cs_ip();
  const char* digits = detail.data() + at + kAt.size();
  if (std::from_chars(digits, detail.data() + detail.size(), linear, 16).ec != std::errc{} ||
      linear == now.cs_ip().linear())
    return now.cs_ip();
  const emu::FarPtr frame{memory().read<std::uint16_t>(now.ss_sp().plus(2)), memory().read<std::uint16_t>(now.ss_sp())};
  if (frame.linear() == linear) return frame;
  return {static_cast<std::uint16_t>(linear >> 4), static_cast<std::uint16_t>(linear & 0xF)};
}

std::vector<std::uint64_t> Evidence::first_call() const {
  return calls.empty() ? std::vector<std::uint64_t>{} : std::vector<std::uint64_t>{calls.front().number};
}

const DiskCall* Evidence::last_read() const {
  const auto found = std::find_if(calls.rbegin(), calls.rend(), [](const DiskCall& call) { return call.reads(); });
  return found == calls.rend() ? nullptr : &*found;
}

const DiskCall* Evidence::fatal_read() const {
  const DiskCall* failed = nullptr;
  std::size_t looked = 0;
  const auto retried = [&](const DiskCall& call) {
    if (call.in.dl() != failed->in.dl() || call.arguments.lba != failed->arguments.lba) return false;
    return call.arguments.lba || call.arguments.chs == failed->arguments.chs;
  };
  for (auto call = calls.rbegin(); call != calls.rend() && looked < kCallsBehind; ++call) {
    if (kernel_ && call->begin < *kernel_) break;  // what the loader had to read was read
    if (call->by_kernel_setup) continue;
    if (!call->reads() || call->depth > 0 || (call->count() == 0 && !call->failed())) continue;
    if (!call->failed()) break;
    if (!failed || !retried(*call)) ++looked;
    // Probes of other drives come behind the booted drive's failure; of its retries the first one is shown.
    const bool booted = call->in.dl() == boot_drive();
    if (!failed || retried(*call) || (booted && failed->in.dl() != boot_drive())) failed = &*call;
  }
  return failed;
}

const DiskCall* Evidence::first_read_after(std::uint64_t number) const {
  const auto found = std::find_if(calls.begin(), calls.end(),
                                  [&](const DiskCall& call) { return call.number > number && read_by_guest(call); });
  return found == calls.end() ? nullptr : &*found;
}

const DiskCall* Evidence::load_of(std::uint8_t dl, std::uint64_t lba) const {
  const DiskCall* found = nullptr;
  for (const DiskCall& call : calls) {
    if (call.read_well() && !call.hook && call.in.dl() == dl && call.arguments.lba == lba) found = &call;
  }
  return found;
}

std::uint8_t Evidence::boot_drive() const {
  if (bios_refused() && boot().final_failure()) return boot().final_failure()->drive;
  return boot().boot_drive().value_or(0);
}

const Medium* Evidence::medium(std::uint8_t dl) const {
  const bios::Drive* found = drive(dl);
  return found ? found->medium : nullptr;
}

const InspectReport* Evidence::report(std::uint8_t dl) const {
  const Medium* wanted = medium(dl);
  if (!wanted) return nullptr;
  for (const auto& [known, report] : reports_) {
    if (known == wanted) return report.get();
  }
  reports_.emplace_back(wanted, std::make_unique<InspectReport>(inspect(*wanted, wanted->name())));
  return reports_.back().second.get();
}

std::vector<std::uint8_t> Evidence::sectors(std::uint8_t dl, std::uint64_t lba, std::size_t count) const {
  std::vector<std::uint8_t> bytes(count);
  const bios::Drive* found = drive(dl);
  if (found && found->medium && lba < found->sectors)
    found->medium->read(found->base_offset + lba * found->sector_size, bytes);
  return bytes;
}

std::string Evidence::file_at(std::uint8_t dl, std::uint64_t lba) const { return files_.file_at(dl, lba); }

const Course& Evidence::course() const {
  if (!course_) course_ = follow_course(*this);
  return *course_;
}

// --- Memory.

std::optional<Origin> Evidence::loaded_at(std::uint32_t linear) const {
  for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
    if (!call->covers(linear) || !call->arguments.lba || call->hook) continue;
    const bios::Drive* from = drive(call->in.dl());
    if (!from || from->sector_size == 0) continue;
    const std::uint32_t into = linear - *call->buffer();
    return Origin{&*call, call->in.dl(), *call->arguments.lba + into / from->sector_size, into % from->sector_size,
                  false};
  }
  return std::nullopt;
}

std::optional<Origin> Evidence::in_boot_image(std::uint32_t linear) const {
  const auto& cd = pc.bios().drives().cd_boot();
  if (!cd || cd->emulation() != 0) return std::nullopt;
  constexpr std::uint32_t kSector = devices::media::kCdSectorSize;
  const std::uint32_t begin = std::uint32_t{cd->load_segment ? cd->load_segment : 0x7C0u} * 16;
  const std::uint32_t size = (std::uint32_t{cd->sector_count} * 512 + kSector - 1) / kSector * kSector;
  if (linear < begin || linear - begin >= size) return std::nullopt;
  const std::uint32_t into = linear - begin;
  return Origin{nullptr, cd->cd_drive, cd->image_lba + into / kSector, into % kSector, false};
}

std::optional<Origin> Evidence::moved_to(std::uint32_t linear) const {
  std::vector<std::uint8_t> wanted(kProbe);
  memory().read(emu::PhysAddr(linear), wanted);
  if (std::all_of(wanted.begin(), wanted.end(), [&](std::uint8_t b) { return b == wanted[0]; })) return std::nullopt;
  std::size_t probed = 0;
  for (const DiskCall& call : calls) {
    if (!call.read_well() || !call.arguments.lba || call.hook) continue;
    if (++probed > kProbedCalls) break;
    const bios::Drive* from = drive(call.in.dl());
    if (!from || from->sector_size == 0) continue;
    const auto at = position(sectors(call.in.dl(), *call.arguments.lba, call.bytes), wanted);
    if (!at) continue;
    return Origin{&call, call.in.dl(), *call.arguments.lba + *at / from->sector_size,
                  static_cast<std::uint32_t>(*at % from->sector_size), true};
  }
  return std::nullopt;
}

std::optional<Origin> Evidence::origin(std::uint32_t linear) const {
  if (const auto loaded = loaded_at(linear)) {
    // What lies there may have been copied over what was loaded.
    const std::vector<std::uint8_t> there = sectors(loaded->drive, loaded->lba, devices::media::kCdSectorSize);
    std::vector<std::uint8_t> now(8);
    memory().read(emu::PhysAddr(linear), now);
    if (std::equal(now.begin(), now.end(), there.begin() + loaded->offset)) return loaded;
    if (const auto moved = moved_to(linear)) return moved;
    return loaded;
  }
  if (const auto image = in_boot_image(linear)) return image;
  return moved_to(linear);
}

std::string Evidence::code_name(std::uint32_t linear) const {
  const auto from = origin(linear);
  if (!from) return "code";
  const std::string file = file_at(from->drive, from->lba);
  if (file.empty()) return "code of sector " + std::to_string(from->lba);
  return file.front() == '/' ? file : "the " + file;
}

bool Evidence::zeros(std::uint32_t linear, std::size_t count) const {
  std::vector<std::uint8_t> bytes(count);
  memory().read(emu::PhysAddr(linear), bytes);
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

// --- Runs.

Trial try_boot(const RunOptions& given, const bios::HandOver& hand_over) {
  // A guest that computes so long without a disk call (idling does not count) has lost its way, and there are
  // a dozen trials to make.
  constexpr emu::Nanoseconds kMostBusy = 250 * emu::kMillisecond;
  RunOptions options = given;
  Trial trial;
  std::uint64_t calls = 0;
  emu::Nanoseconds busy_at_call = 0;
  std::unique_ptr<debugger::DriveFiles> files;
  std::unique_ptr<debugger::CallRecorder> recorder;
  RunHooks hooks;
  hooks.assembled = [&](Pc& pc) {
    pc.bios().boot().set_hand_over(hand_over);
    files = std::make_unique<debugger::DriveFiles>(pc.bios().drives());
    recorder = std::make_unique<debugger::CallRecorder>(pc.machine().memory(), *files);
    pc.machine().observe_calls(*recorder, debugger::CallRecorder::vectors());
    pc.machine().watch(emu::kMillisecond, [&, machine = &pc.machine()] {
      const emu::Nanoseconds busy = machine->clock().now() - machine->idle_time();
      if (std::exchange(calls, recorder->count()) != recorder->count()) busy_at_call = busy;
      if (busy - busy_at_call < kMostBusy) return;
      options.limit = machine->clock().now();  // the run reads it whenever it goes on
      machine->request_stop();
    });
  };
  hooks.ended = [&](Pc&, const RunResult&) { trial.calls = recorder->calls(); };
  trial.result = run(options, hooks);
  return trial;
}

}  // namespace bootsim::diagnosing
