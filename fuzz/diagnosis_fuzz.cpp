// Why a medium does not boot: whatever is on it, the rules look at it within its bounds and say what people can read.
// Input: choices (1 byte), then the medium up to its last byte that is not zero.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bootsim/diagnosis.h"
#include "bootsim/report.h"
#include "fuzz/file_system_check.h"
#include "fuzz/input.h"

namespace {

using devices::media::Attach;

enum Choice : unsigned { kAttach = 3, kPublicEngine = 4, kSigned = 8, kNoEdd = 16, kTyped = 32 };
constexpr Attach kAttachments[] = {Attach::kHardDisk, Attach::kFloppy, Attach::kCd, Attach::kUsbHardDisk};

std::vector<std::uint8_t> image(Input& in, unsigned choices) {
  constexpr std::size_t kFloppySize = 1'474'560, kUnit = 2048;
  std::vector<std::uint8_t> bytes = in.rest();
  bytes.resize(std::max((bytes.size() + kUnit - 1) / kUnit * kUnit, kFloppySize));
  if (choices & kSigned) bytes[510] = 0x55, bytes[511] = 0xAA;
  return bytes;
}

/// A file of nobody's folder: a diagnosis opens its media again by their names.
class MemoryFile {
 public:
  explicit MemoryFile(const std::vector<std::uint8_t>& bytes) : handle_(memfd_create("medium", MFD_CLOEXEC)) {
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t n = write(handle_, bytes.data() + done, bytes.size() - done);
      if (n < 0 && errno != EINTR) std::abort();
      if (n > 0) done += static_cast<std::size_t>(n);
    }
  }
  ~MemoryFile() { close(handle_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(handle_); }

 private:
  int handle_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const unsigned choices = in.take<std::uint8_t>();
  const MemoryFile file(image(in, choices));
  bootsim::RunOptions options;
  options.media.push_back({.path = file.path(), .attach = kAttachments[choices & kAttach]});
  options.until.push_back(bootsim::parse_condition("screen:OK"));
  options.memory = 16u << 20;
  options.limit = 600 * emu::kMillisecond;
  options.wall_limit = 5 * emu::kSecond;  // of code that rewrites itself
  options.public_engine = choices & kPublicEngine;
  options.quirks.no_edd = choices & kNoEdd;
  // Where keys were typed, nothing is followed step by step, which takes all but a hundredth of an input's time.
  if (choices & kTyped) options.type.emplace_back();
  bootsim::RunResult result = bootsim::run(options);
  result.diagnosis = bootsim::diagnose(options, result);
  if (!result.diagnosis) return 0;
  require(!result.diagnosis->text.empty());
  require(result.diagnosis->text.find_first_of("\r\n\t\x1B") == std::string::npos);
  require(std::is_sorted(result.diagnosis->evidence.begin(), result.diagnosis->evidence.end()));
  for (const std::uint64_t call : result.diagnosis->evidence) require(call >= 1 && call <= result.disk_calls);
  require(!nlohmann::json(result.diagnosis->text).dump().empty());  // throws on bytes that are not UTF-8
  return 0;
}
