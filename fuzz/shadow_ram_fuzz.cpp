// The host bridge's PAM registers, switched by guest and host in any order between stores, loads, copies and calls in
// C0000h-FFFFFh, against a model of what the data sheet says. Input: choices (1 byte), which pages are ROM (8 bytes),
// then operations of a kind byte and what that kind takes.
#include <algorithm>
#include <array>
#include <vector>

#include "devices/pci.h"
#include "devices/shadow_ram.h"
#include "emu/machine.h"
#include "fuzz/file_system_check.h"
#include "fuzz/input.h"

namespace {

constexpr std::uint32_t kBase = 0xC0000, kSize = 0x40000, kPage = 0x1000, kBlock = 0x4000;
constexpr std::uint8_t kMovAl = 0xB0, kRetf = 0xCB, kOutDxAl = 0xEE;

/// What is seen at C0000h-FFFFFh: one RAM and one ROM, chosen by 16 KiB (82441FX data sheet, 3.2.18; no RAM without
/// reads).
class Model {
 public:
  std::vector<std::uint8_t> rom = std::vector<std::uint8_t>(kSize, 0xFF);

  void pam(int reg, std::uint8_t value) {
    if (reg < devices::ShadowRam::kFirstRegister || reg > devices::ShadowRam::kLastRegister) return;
    const int index = reg - devices::ShadowRam::kFirstRegister;
    if (index == 0) {
      for (std::size_t block = 12; block < 16; ++block) set(block, value >> 4);
    } else {
      set(static_cast<std::size_t>(index) * 2 - 2, value);
      set(static_cast<std::size_t>(index) * 2 - 1, value >> 4);
    }
  }
  void reset() {
    attribute_.fill(0);
    filled_.fill(false);
  }
  std::uint8_t read(std::uint32_t at) const { return readable(at) ? ram_[at - kBase] : rom[at - kBase]; }
  void write(std::uint32_t at, std::uint8_t value) {
    if (readable(at) && attribute_[block_of(at)] & 2) ram_[at - kBase] = value;
  }
  bool holds(std::uint32_t at, std::initializer_list<int> bytes) const {
    for (const int byte : bytes) {
      if (at >= kBase + kSize || (byte >= 0 && read(at) != byte)) return false;
      ++at;
    }
    return true;
  }

 private:
  static std::size_t block_of(std::uint32_t at) { return (at - kBase) / kBlock; }
  bool readable(std::uint32_t at) const { return attribute_[block_of(at)] & 1; }
  void set(std::size_t block, int attribute) {
    attribute_[block] = static_cast<std::uint8_t>(attribute & 3);
    if (!(attribute & 1) || filled_[block]) return;
    filled_[block] = true;
    std::copy_n(rom.begin() + static_cast<std::ptrdiff_t>(block * kBlock), kBlock,
                ram_.begin() + static_cast<std::ptrdiff_t>(block * kBlock));
  }

  std::vector<std::uint8_t> ram_ = std::vector<std::uint8_t>(kSize);
  std::array<std::uint8_t, 16> attribute_{};
  std::array<bool, 16> filled_{};
};

/// Real-mode code and what it must leave in its log.
class Program {
 public:
  static constexpr std::uint16_t kStart = 0x1000, kLog = 0x8000, kFull = 0x5000;

  bool empty() const { return code_.empty(); }
  bool full() const { return code_.size() > kFull; }

  void pci_address(int reg) {
    emit({0x66, 0xB8}), emit32(0x80000000u | static_cast<std::uint32_t>(reg & 0xFC));  // mov eax, imm32
    emit({0xBA, 0xF8, 0x0C, 0x66, 0xEF});                                              // mov dx, 0CF8h; out dx, eax
  }
  void data_port(int reg) { emit({0xBA, 0xFC + (reg & 3), 0x0C}); }  // mov dx, 0CFCh + n
  void pam(int reg, std::uint8_t value) {
    pci_address(reg), data_port(reg);
    emit({kMovAl, value, kOutDxAl});
  }
  void pam4(int reg, std::uint32_t value) {
    pci_address(reg), data_port(0);
    emit({0x66, 0xB8}), emit32(value), emit({0x66, 0xEF});
  }
  void store(std::uint32_t at, int size, std::uint32_t value) {
    segment(0xC0, at);  // ES
    emit({0x66, 0xB8}), emit32(value);
    if (size == 4) emit({0x66});
    emit({0x26, size == 1 ? 0xA2 : 0xA3}), emit16(offset(at));  // mov es:[], al/ax/eax
  }
  void load(std::uint32_t at, std::uint32_t expected) {
    segment(0xC0, at);
    emit({0x66, 0x26, 0xA1}), emit16(offset(at));  // mov eax, es:[]
    log(expected, expected);
  }
  void copy(std::uint32_t from, std::uint32_t to, std::uint16_t count) {
    segment(0xC0, to);
    segment(0xD8, from);  // DS
    emit({0xBE}), emit16(offset(from)), emit({0xBF}), emit16(offset(to)), emit({0xB9}), emit16(count);
    emit({0xFC, 0xF3, 0xA4, 0x31, 0xC0, 0x8E, 0xD8});  // cld; rep movsb; xor ax, ax; mov ds, ax
  }
  void al(std::uint8_t value) { emit({kMovAl, value}); }
  /// A far call; the called code sets AL to either of these.
  void call(std::uint32_t at, std::uint8_t expected, std::uint8_t or_else) {
    emit({0x9A}), emit16(offset(at)), emit16(segment_of(at));
    emit({0x66, 0x0F, 0xB6, 0xC0});  // movzx eax, al
    log(expected, or_else);
  }

  void run(emu::Machine& machine) {
    if (code_.empty()) return;
    emit({0xEB, 0xFE});  // jmp $, with interrupts off
    machine.memory().write(emu::PhysAddr(kStart), code_);
    start(machine, {0, kStart});
    require(machine.run(machine.clock().now() + 100 * emu::kMillisecond) == emu::StopReason::kDeadLoop);
    for (std::size_t i = 0; i < log_.size(); ++i) {
      const auto got = machine.memory().read<std::uint32_t>(emu::PhysAddr(kLog + 4 * i));
      require(got == log_[i][0] || got == log_[i][1]);
    }
    code_.clear();
    log_.clear();
  }
  static void start(emu::Machine& machine, emu::FarPtr at) {
    emu::Registers registers;
    for (const emu::Seg s : {emu::Seg::kDs, emu::Seg::kEs, emu::Seg::kSs, emu::Seg::kFs, emu::Seg::kGs})
      registers.set_real_segment(s, 0);
    registers.set_real_segment(emu::Seg::kCs, at.seg);
    registers.rip = at.off;
    registers.set_sp(kStart);
    machine.set_registers(registers);
  }
  /// So that nothing in the window crosses the end of a segment.
  static std::uint16_t segment_of(std::uint32_t at) { return static_cast<std::uint16_t>((at - 0x8000) >> 4); }
  static std::uint16_t offset(std::uint32_t at) { return static_cast<std::uint16_t>(0x8000 + (at & 0xF)); }

 private:
  void emit(std::initializer_list<int> bytes) {
    for (const int byte : bytes) code_.push_back(static_cast<std::uint8_t>(byte));
  }
  void emit16(std::uint16_t v) { emit({v & 0xFF, v >> 8}); }
  void emit32(std::uint32_t v) { emit16(static_cast<std::uint16_t>(v)), emit16(static_cast<std::uint16_t>(v >> 16)); }
  void segment(int modrm, std::uint32_t at) {
    emit({0xB8}), emit16(segment_of(at)), emit({0x8E, modrm});  // mov ax, imm16; mov es/ds, ax
  }
  void log(std::uint32_t expected, std::uint32_t or_else) {
    emit({0x66, 0xA3}), emit16(static_cast<std::uint16_t>(kLog + 4 * log_.size()));  // mov [], eax
    log_.push_back({expected, or_else});
  }

  std::vector<std::uint8_t> code_;
  std::vector<std::array<std::uint32_t, 2>> log_;
};

class Chipset {
 public:
  explicit Chipset(Input& in) : in_(in), machine_({16u << 20, (in.take<std::uint8_t>() & 1) != 0}) {
    map_roms(in.take<std::uint64_t>());
    machine_.on_reset([this] {
      pci_.reset();
      shadow_.reset();
    });
    machine_.reset();
  }

  void run() {
    for (int i = 0; !in_.empty() && i < 400; ++i) {
      if (program_.full()) program_.run(machine_);
      switch (in_.take<std::uint8_t>() % 12) {
        case 0:
        case 1: pam(); break;
        case 2: pam4(); break;
        case 3:
        case 4: store(); break;
        case 5: load(); break;
        case 6: copy(); break;
        case 7: call(); break;
        case 8: call_that_switches(); break;
        case 9: host_access(); break;
        case 10: reset(); break;
        default:
          if (in_.take<std::uint8_t>() == 0) return run_wild();
          program_.run(machine_);
      }
    }
    program_.run(machine_);
    std::vector<std::uint8_t> seen(kSize);
    machine_.memory().read(emu::PhysAddr(kBase), seen);
    for (std::uint32_t i = 0; i < kSize; ++i) require(seen[i] == model_.read(kBase + i));
  }

 private:
  /// Neighbouring pages are one ROM. Each begins with a routine that tells which it is.
  void map_roms(std::uint64_t pages) {
    for (std::uint32_t first = 0, last; first < kSize / kPage; first = last + 1) {
      for (last = first; last < kSize / kPage && pages >> last & 1; ++last) {
        const auto page = model_.rom.begin() + static_cast<std::ptrdiff_t>(last * kPage);
        std::fill_n(page, kPage, static_cast<std::uint8_t>(0x40 + last));
        std::copy_n(std::array{kMovAl, static_cast<std::uint8_t>(last), kRetf}.begin(), 3, page);
      }
      if (last > first)
        machine_.memory().map_rom(emu::PhysAddr(kBase + first * kPage),
                                  std::span(model_.rom).subspan(first * kPage, (last - first) * kPage), "ROM");
    }
  }

  /// Mostly where pages meet; the last dword of the window at the most.
  std::uint32_t address() {
    const std::uint32_t page = in_.take<std::uint8_t>() % (kSize / kPage), where = in_.take<std::uint8_t>();
    constexpr std::array<std::uint32_t, 8> kPlaces = {0, 1, 4, 0x7FE, 0xFFC, 0xFFD, 0xFFE, 0xFFF};
    const std::uint32_t offset = where < kPlaces.size() ? kPlaces[where] : where * 16;
    return std::min(kBase + page * kPage + offset, kBase + kSize - 4);
  }
  int pam_register() { return 0x58 + in_.take<std::uint8_t>() % 8; }

  void pam() {
    const int reg = pam_register();
    const auto value = in_.take<std::uint8_t>();
    program_.pam(reg, value);
    model_.pam(reg, value);
  }
  void pam4() {
    const int reg = pam_register() & 0xFC;
    const auto value = in_.take<std::uint32_t>();
    program_.pam4(reg, value);
    for (int i = 0; i < 4; ++i) model_.pam(reg + i, static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void store() {
    const std::uint32_t at = address();
    const int form = in_.take<std::uint8_t>() % 5, size = form < 3 ? 1 << form : 4;
    std::uint32_t value = in_.take<std::uint32_t>();
    if (form == 3) value = kMovAl | (value & 0xFF) << 8 | kRetf << 16;  // what call() calls
    if (form == 4) value = kOutDxAl | kMovAl << 8 | (value & 0xFF) << 16 | std::uint32_t{kRetf} << 24;
    program_.store(at, size, value);
    for (int i = 0; i < size; ++i)
      model_.write(at + static_cast<std::uint32_t>(i), static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void load() {
    const std::uint32_t at = address();
    std::uint32_t expected = 0;
    for (std::uint32_t i = 0; i < 4; ++i) expected |= std::uint32_t{model_.read(at + i)} << (8 * i);
    program_.load(at, expected);
  }
  void copy() {
    const std::uint32_t from = address(), to = address();
    const std::uint32_t count =
        std::min<std::uint32_t>(in_.take<std::uint16_t>() % 0x5000, kBase + kSize - std::max(from, to));
    program_.copy(from, to, static_cast<std::uint16_t>(count));
    for (std::uint32_t i = 0; i < count; ++i) model_.write(to + i, model_.read(from + i));
  }
  void call() {
    const std::uint32_t at = address();
    if (!model_.holds(at, {kMovAl, -1, kRetf})) return;
    program_.call(at, model_.read(at + 1), model_.read(at + 1));
  }
  /// Code that switches the memory it lies in. What it left behind must be code again; what the CPU had fetched may be
  /// used.
  void call_that_switches() {
    const std::uint32_t at = address();
    const int reg = pam_register();
    const auto value = in_.take<std::uint8_t>();
    if (!model_.holds(at, {kOutDxAl, kMovAl, -1, kRetf})) return;
    Model after = model_;
    after.pam(reg, value);
    if (!after.holds(at + 1, {kMovAl, -1, kRetf})) return;
    program_.pci_address(reg), program_.data_port(reg), program_.al(value);
    program_.call(at, after.read(at + 2), model_.read(at + 2));
    model_ = std::move(after);
  }
  void host_access() {
    program_.run(machine_);
    const int reg = pam_register();
    const auto value = in_.take<std::uint8_t>();
    machine_.ports().out(0xCF8, 0x80000000u | static_cast<std::uint32_t>(reg & 0xFC), 4);
    machine_.ports().out(static_cast<std::uint16_t>(0xCFC + (reg & 3)), value, 1);
    model_.pam(reg, value);
    const std::uint32_t at = address();
    std::vector<std::uint8_t> bytes = in_.bytes(in_.take<std::uint8_t>());
    bytes.resize(std::min<std::size_t>(bytes.size(), kBase + kSize - at));
    machine_.memory().write(emu::PhysAddr(at), bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i) model_.write(at + static_cast<std::uint32_t>(i), bytes[i]);
    machine_.memory().read(emu::PhysAddr(at), bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i) require(bytes[i] == model_.read(at + static_cast<std::uint32_t>(i)));
  }
  void reset() {
    program_.run(machine_);
    machine_.reset();
    model_.reset();
  }
  /// Whatever lies there runs as code; what comes of it is not foreseen.
  void run_wild() {
    program_.run(machine_);
    const std::uint32_t at = address();
    Program::start(machine_, {Program::segment_of(at), Program::offset(at)});
    machine_.run(machine_.clock().now() + emu::kMillisecond);
  }

  Input& in_;
  emu::Machine machine_;
  devices::PciBus pci_{machine_.ports()};
  devices::ShadowRam shadow_{machine_.memory(), pci_.host_bridge()};
  Model model_;
  Program program_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  Chipset(in).run();
  return 0;
}
