#include "stage2/linux/kernel.h"

#include "lib32/memory.h"
#include "stage2/bios.h"
#include "stage2/console/console.h"
#include "stage2/linux/command_line.h"
#include "stage2/memory/map.h"
#include "stage2/relocator/hand_off.h"

namespace stage2 {
namespace {

constexpr u32 kBdaMemorySize = 0x413;  // KiB below the extended BIOS data area
constexpr u16 kSetupSegments = 0x20;   // setup lies behind the boot sector
constexpr u32 kInitrdAlignment = 4096, kInitrdPadding = 4;
constexpr u64 kFourGiB = u64{1} << 32;
constexpr u32 kMiB = 1 << 20;
constexpr u32 kHighestFound = 0xf0000000;

class FreeMemory final : public LinuxMemory {
 public:
  bool is_free(u32 at, u32 length) override {
    const size_t mark = high_memory_mark();
    const bool taken = take_high(at, length);
    high_memory_release(mark);
    return taken;
  }
  u32 find(u32 length, u32 alignment) override {
    const u32 step = lib32::max<u32>(alignment, 64 * 1024);
    for (u32 at = lib32::max(kMiB, step); at < kHighestFound; at += step)
      if (is_free(at, length)) return at;
    return 0;
  }
};

u32 low_memory_end() { return u32{*physical<const volatile u16>(kBdaMemorySize)} << 10; }

String kib(u64 bytes) { return format("{} KiB", (bytes + 1023) >> 10); }

// Memory that is the heap's while this object lives.
class Bytes {
 public:
  explicit Bytes(u32 size) : bytes_(new u8[size]) {}
  ~Bytes() { delete[] bytes_; }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  u8* get() { return bytes_; }
  u32 address() const { return reinterpret_cast<u32>(bytes_); }

 private:
  u8* bytes_;
};

// Whole reads of the disk, with a dot for each few MiB: large files from slow BIOSes take a while.
Result load_showing(NamedFile& file, u64 offset, u32 to, u32 length) {
  constexpr u32 kDot = kDiskBufferBytes * 64;
  for (u32 done = 0; done < length;) {
    const u32 part = lib32::min(length - done, kDot);
    if (Result result = file.load(offset + done, physical<void>(to + done), part); !result.ok()) {
      put('\n');
      return result;
    }
    done += part;
    put('.');
  }
  return {};
}

Handoff linux_handoff(const LinuxPlacement& at) {
  Handoff handoff;
  handoff.ds = handoff.es = handoff.fs = handoff.gs = handoff.ss = at.segment;
  handoff.esp = at.heap_end;
  handoff.cs = u16(at.segment + kSetupSegments);
  handoff.interrupts = false;
  return handoff;
}

}  // namespace

Result LinuxKernel::read_header(NamedFile& file) {
  u8 bytes[kLinuxHeaderEnd];
  const u32 length = u32(lib32::min<u64>(sizeof bytes, file.size()));
  if (Result result = file.load(0, bytes, length); !result.ok()) return result;
  return parse_linux_header(file.name(), bytes, length, file.size(), header_);
}

Result LinuxKernel::load(Session& session, const FileName& name, Text command_line, LinuxKernel*& kernel) {
  kernel = nullptr;
  NamedFile file;
  if (Result result = file.open(session, name); !result.ok()) return result;
  auto* loading = new LinuxKernel;
  loading->name_ = name;
  if (name.image.empty()) loading->name_.path = file.name();  // with its device, whatever becomes the root
  loading->command_line_ = command_line;
  LinuxPlacement at;
  Result result = loading->read_header(file);
  if (result.ok()) result = place_linux_low(file.name(), loading->header_, low_memory_end(), at);
  if (result.ok() && command_line.size > at.command_line_room)
    result = fail("the command line has {} characters; {} takes at most {} (boot protocol {})", command_line.size,
                  file.name(), at.command_line_room, loading->header_.protocol_name());
  if (!result.ok()) {
    delete loading;
    return result;
  }
  print("{}: {}, boot protocol {}, {}\n", file.name(), loading->header_.loaded_high ? "bzImage" : "zImage",
        loading->header_.protocol_name(), kib(file.size()));
  kernel = loading;
  return {};
}

Result LinuxKernel::add_initrd(Session& session, const FileName& name) {
  NamedFile file;
  if (Result result = file.open(session, name); !result.ok()) return result;
  if (!header_.takes_initrd())
    return fail("{} takes no initrd: its boot protocol is {}", name_.path, header_.protocol_name());
  if (file.size() == 0) return fail("{} is empty", file.name());
  Initrd initrd;
  initrd.name = name;
  if (name.image.empty()) initrd.name.path = file.name();
  u64 offset = initrds_.empty() ? 0 : u64{initrds_.back().offset} + initrds_.back().size;
  offset = (offset + kInitrdPadding - 1) & ~u64{kInitrdPadding - 1};
  if (offset + file.size() >= kFourGiB - kInitrdAlignment) return fail("{} is too large for an initrd", file.name());
  initrd.offset = u32(offset);
  initrd.size = u32(file.size());
  print("{}: initrd, {}\n", file.name(), kib(file.size()));
  initrds_.push_back(move(initrd));
  return {};
}

// Straight to its place, unless something of ours is there.
Result LinuxKernel::load_code(NamedFile& file, const LinuxPlacement& at, Relocator& relocator) {
  const LinuxExtent extent = linux_extent(header_, at);
  u32 address = at.code;
  if (!header_.loaded_high || !take_high(at.code, extent.end - extent.begin)) {
    address = allocate_high(header_.code_bytes, 16, 0xfffff000);
    if (address == 0) return fail("{}: not enough memory for its {}", file.name(), kib(header_.code_bytes));
  }
  relocator.move(address, at.code, header_.code_bytes);
  return load_showing(file, header_.real_mode_bytes, address, header_.code_bytes);
}

Result LinuxKernel::load_initrds(Session& session, const LinuxPlacement& at, LinuxBootValues& values) {
  if (initrds_.empty()) return {};
  const u32 size = initrds_.back().offset + initrds_.back().size;
  const u64 end = lib32::min(memory_end(command_line_, kFourGiB - kInitrdAlignment), u64{header_.initrd_addr_max} + 1);
  const u32 base = allocate_high(size, kInitrdAlignment, u32(lib32::min(end, kFourGiB - kInitrdAlignment)));
  if (base == 0)
    return fail("{} of initrd do not fit into the free memory below {:x}h, above the kernel", kib(size), end);
  const LinuxExtent extent = linux_extent(header_, at);
  if (overlap(base, size, extent.begin, extent.end - extent.begin))
    return fail("{} of initrd do not fit above the kernel, which needs memory up to {:x}h", kib(size), extent.end);
  u32 end_of_last = 0;
  for (const Initrd& initrd : initrds_) {
    NamedFile file;
    if (Result result = file.open(session, initrd.name); !result.ok()) return result;
    if (file.size() != initrd.size) return fail("{} is not the file it was any more", file.name());
    while (end_of_last < initrd.offset) *physical<u8>(base + end_of_last++) = 0;
    end_of_last = initrd.offset + initrd.size;
    if (Result result = load_showing(file, 0, base + initrd.offset, initrd.size); !result.ok()) return result;
  }
  values.initrd = base;
  values.initrd_bytes = size;
  return {};
}

Result LinuxKernel::boot_from(Session& session) {
  NamedFile file;
  if (Result result = file.open(session, name_); !result.ok()) return result;
  if (Result result = read_header(file); !result.ok()) return result;
  LinuxPlacement at;
  FreeMemory memory;
  if (Result result = place_linux_low(file.name(), header_, low_memory_end(), at); !result.ok()) return result;
  if (Result result = place_linux_code(file.name(), header_, memory, at); !result.ok()) return result;

  Relocator relocator;
  LinuxBootValues values;
  Bytes real_mode(header_.real_mode_bytes);
  if (Result result = file.load(0, real_mode.get(), header_.real_mode_bytes); !result.ok()) return result;
  if (Result result = load_code(file, at, relocator); !result.ok()) return result;
  if (Result result = load_initrds(session, at, values); !result.ok()) return result;
  if (values.initrd != 0) relocator.keep(values.initrd, values.initrd_bytes);

  values.command_line_length = u32(command_line_.size());
  values.has_video_mode = video_mode(command_line_, values.video_mode);
  fill_linux_header(header_, at, values, real_mode.get());
  relocator.move(real_mode.address(), at.real_mode(), header_.real_mode_bytes);
  relocator.move(reinterpret_cast<u32>(command_line_.c_str()), at.command_line(), u32(command_line_.size()) + 1);
  put('\n');
  return hand_off(session, relocator, linux_handoff(at));
}

Result LinuxKernel::boot(Session& session) {
  const size_t mark = high_memory_mark();
  Result result = boot_from(session);
  high_memory_release(mark);
  return result;
}

}  // namespace stage2
