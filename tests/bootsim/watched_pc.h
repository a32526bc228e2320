// A PC with real media, everything observable of which can be compared.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "bootsim/attach.h"
#include "bootsim/conditions.h"
#include "bootsim/options.h"
#include "bootsim/pc.h"
#include "bootsim/typist.h"

namespace bootsim {

inline void mix(std::uint64_t& hash, std::uint64_t value) { hash = (hash ^ value) * 1099511628211u; }
inline std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) mix(hash, static_cast<std::uint8_t>(c));
  return hash;
}

/// What --type-at has to type, and where it is booted from.
struct Boot {
  std::string image;
  std::string type_at, keys;
  std::uint64_t ram = 32 << 20;
  bool public_engine = false;
};

/// Runs without a Session: by positions. Its trace and serial log go back in time with it.
class WatchedPc : private Guest, private emu::CallObserver {
 public:
  explicit WatchedPc(const Boot& boot) {
    RunOptions options;
    options.media.push_back({.path = boot.image});
    if (!boot.keys.empty()) {
      TypeStep step{.when = std::nullopt, .text = boot.keys, .keys = parse_keys(boot.keys)};
      if (!boot.type_at.empty()) step.when = parse_condition(boot.type_at);
      options.type.push_back(std::move(step));
    }
    media_ = attach_media(options, nullptr);
    PcOptions pc_options;
    pc_options.machine.ram_size = boot.ram;
    pc_options.machine.force_public_engine = boot.public_engine;
    pc_options.bios.boot_order = boot_order(options, media_);
    pc_options.media = media_.drives;
    pc_options.serial = [this](std::uint8_t byte) { serial_ += static_cast<char>(byte); };
    pc.emplace(std::move(pc_options));
    pc->power_on();
    typist_.emplace(options.type, pc->machine().clock(), pc->keyboard());
    emu::Machine& machine = pc->machine();
    machine.observe_calls(*this, std::bitset<256>().set(0x10).set(0x13).set(0x15).set(0x16).set(0x1A));
    machine.watch(emu::kMillisecond, [this] { typist_->look(*this); });
    emu::SnapshotParts& parts = machine.snapshot_parts();
    parts.add("typist", *typist_);
    parts.add(
        "serial log", [this] { return std::any(serial_.size()); },
        [this](const std::any& size) { serial_.resize(std::any_cast<std::size_t>(size)); });
    parts.add(
        "trace", [this] { return std::any(trace.size()); },
        [this](const std::any& size) { trace.resize(std::any_cast<std::size_t>(size)); });
  }

  emu::Machine& machine() { return pc->machine(); }

  /// Everything that shows, in words, so that a difference says where it is.
  std::string everything() {
    emu::Machine& m = machine();
    const emu::Registers r = m.registers();
    const emu::SystemRegisters s = m.system_registers();
    std::string text = fmt::format("time {} idle {} polls {} waiting {} mode {}\n", m.clock().now(), m.idle_time(),
                                   m.idle_polls(), m.waiting_in_bios(), static_cast<int>(m.mode()));
    text += fmt::format("rip {:x} flags {:x}", r.rip, r.rflags);
    for (const std::uint64_t g : r.gpr) text += fmt::format(" {:x}", g);
    for (const emu::Segment& g : r.segment)
      text += fmt::format(" {:x}:{:x}:{:x}:{:x}", g.selector, g.base, g.limit, g.attributes);
    text += fmt::format("\ncr {:x} {:x} {:x} {:x} efer {:x} gdt {:x}/{:x} idt {:x}/{:x}\n", s.cr0, s.cr2, s.cr3, s.cr4,
                        s.efer, s.gdt_base, s.gdt_limit, s.idt_base, s.idt_limit);
    text += fmt::format("next event {} a20 {} screen {:x} serial {} {:x} trace {} {:x} keys {}\n",
                        m.clock().next_event(), m.a20(), pc->vga().text_fingerprint(), serial_.size(), hash_of(serial_),
                        trace.size(), hash_of(trace), typist_->keys_typed());
    std::uint64_t hash = 14695981039346656037u;
    const auto& memory = m.memory();
    for (std::uint64_t at = 0; at < memory.ram_size(); at += 8)
      mix(hash, memory.read<std::uint64_t>(emu::PhysAddr(at)));
    text += fmt::format("memory {:x}", hash);
    hash = 0;
    for (std::uint64_t at = 0; at < devices::Vga::kMemorySize; at += 8) {
      std::uint64_t word;
      std::memcpy(&word, pc->vga().memory() + at, 8);
      mix(hash, word);
    }
    text += fmt::format(" video memory {:x}", hash);
    hash = 0;
    for (const emu::Region& region : memory.regions()) {
      mix(hash, region.base.value);
      mix(hash, static_cast<std::uint64_t>(region.kind));
      if (region.kind == emu::RegionKind::kRom)
        for (std::uint64_t at = 0; at < region.size; ++at) mix(hash, region.host[at]);
    }
    text += fmt::format(" map and ROM {:x}", hash);
    hash = 0;
    for (std::uint32_t port = 0; port < 0x10000; ++port)
      if (!m.ports().owner(static_cast<std::uint16_t>(port)).empty())
        mix(hash, m.ports().peek(static_cast<std::uint16_t>(port), 1));
    text += fmt::format(" ports {:x}", hash);
    hash = 0;
    for (const auto& [port, used] : m.ports().unclaimed()) mix(hash, port + used.reads * 3 + used.writes * 5);
    return text + fmt::format(" unclaimed {:x} notices {}\n", hash, pc->bios().notices().size());
  }

  std::optional<Pc> pc;
  std::string trace;

 private:
  // Guest
  const std::string& screen() override {
    screen_text_.clear();
    if (const auto text = pc->vga().text_screen())
      for (int row = 0; row < text->rows; ++row) screen_text_ += text->line(row) + '\n';
    return screen_text_;
  }
  std::uint64_t screen_version() override { return pc->vga().text_fingerprint(); }
  std::string_view serial() override { return serial_; }
  std::optional<devices::Resolution> graphics() override { return pc->vga().graphics_resolution(); }
  // CallObserver
  void call_begins(const emu::InterruptCall& call) override {
    trace += fmt::format("{} {} INT {:02X} {:04X}:{:04X} ax {:04x} dx {:04x} depth {}\n", call.sequence, call.begin,
                         call.vector, call.caller.seg, call.caller.off, call.in.ax(), call.in.dx(), call.depth);
  }
  void call_ends(const emu::InterruptCall& call) override {
    trace += fmt::format("{} ends {} ax {:04x} flags {:x} {}\n", call.sequence, call.end, call.out.ax(),
                         call.out.rflags, call.hook ? "hook" : "rom");
  }

  AttachedMedia media_;
  std::optional<Typist> typist_;
  std::string serial_, screen_text_;
};

}  // namespace bootsim
