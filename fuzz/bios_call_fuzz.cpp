// Every row of the call table, and every trap of the ROM, with arbitrary registers, memory and ports: handlers, what
// the tracer says of the call, and all trace formats. Input: records of a kind byte and what that kind takes.
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bios/call_table.h"
#include "bootsim/pc.h"
#include "debugger/drive_files.h"
#include "debugger/trace.h"
#include "devices/media/memory_medium.h"
#include "fuzz/file_system_check.h"
#include "fuzz/input.h"

namespace {

using devices::media::Attach, devices::media::MemoryMedium;

class Calls {
 public:
  explicit Calls(Input& in) : in_(in), pc_(options(in)), files_(pc_.bios().drives()) {
    writers_ = {debugger::make_text_writer(), debugger::make_json_lines_writer(), debugger::make_perfetto_writer()};
    pc_.power_on();
    emu::Registers regs = stack();
    pc_.bios().on_trap(0xF0, regs);  // POST
  }

  void run() {
    for (int i = 0; !in_.empty() && i < 64; ++i) {
      switch (in_.take<std::uint8_t>() % 8) {
        case 0: port_out(); break;
        case 1: port_in(); break;
        case 2: wait(); break;
        case 3: memory(); break;
        case 4: trap(); break;
        default: call(); break;
      }
    }
    if (const auto screen = pc_.vga().text_screen()) require(screen->lines().size() < 1000);
    pc_.vga().render();
  }

 private:
  static bootsim::PcOptions options(Input& in) {
    const auto choices = in.take<std::uint8_t>();
    bootsim::PcOptions o;
    o.machine.ram_size = choices & 1 ? 1u << 20 : 16u << 20;
    o.bios.quirks.clobber = choices & 2;
    o.bios.quirks.no_e820 = choices & 4;
    const auto image = [&](std::size_t size) {
      return std::make_shared<MemoryMedium>(std::vector<std::uint8_t>(size, 0xA5), "fuzz");
    };
    o.media = {{Attach::kFloppy, image(1'474'560)}, {Attach::kHardDisk, image(4 << 20)}, {Attach::kCd, image(1 << 20)}};
    return o;
  }

  /// The state in which the ROM's stubs trap: a stack that an INT has pushed to.
  static emu::Registers stack() {
    emu::Registers regs;
    regs.set_real_segment(emu::Seg::kCs, 0xF000);
    regs.set_real_segment(emu::Seg::kSs, 0);
    regs.set_sp(0x7000);
    return regs;
  }

  emu::Registers registers() {
    emu::Registers regs = stack();
    const auto ax = in_.take<std::uint16_t>();
    for (int i = 0; i < 8; ++i) regs.gpr[static_cast<std::size_t>(i)] = in_.take<std::uint32_t>();
    regs.set_ax(ax);
    for (const emu::Seg segment : {emu::Seg::kDs, emu::Seg::kEs})
      regs.set_real_segment(segment, in_.take<std::uint16_t>());
    if (in_.take<std::uint8_t>() & 1) {
      regs.set_sp(0x7000);
    } else {
      regs.set_real_segment(emu::Seg::kSs, in_.take<std::uint16_t>());
    }
    return regs;
  }

  void call() {
    const auto vectors = bios::vectors_with_functions();
    const std::uint8_t vector = vectors[in_.take<std::uint8_t>() % vectors.size()];
    const auto rows = bios::functions_of(vector);
    emu::Registers regs = registers();
    const bios::Function& row = rows[in_.take<std::uint8_t>() % rows.size()];
    if (row.selector == bios::Selector::kAx) regs.set_ax(row.number);
    if (row.selector == bios::Selector::kAh) regs.set_ah(static_cast<std::uint8_t>(row.number));
    const auto structure = in_.bytes(in_.take<std::uint8_t>() & 0x3F);
    const bool at_es_di = in_.take<std::uint8_t>() & 1;
    pc_.machine().memory().write(at_es_di ? regs.es_di() : regs.ds_si(), structure);

    emu::InterruptCall record;
    record.vector = vector;
    record.in = regs;
    const bios::Function* function = bios::find_function(vector, regs.ax());
    require(function != nullptr);
    bios::Arguments arguments;
    if (function->describe_arguments) function->describe_arguments({record.in, nullptr, guest_memory()}, arguments);
    debugger::complete_arguments(arguments, files_);
    pc_.bios().on_trap(vector, regs);
    record.out = regs;
    record.finished = true;
    bios::Outcome outcome;
    if (function->describe_outcome) function->describe_outcome({record.in, &record.out, guest_memory()}, outcome);
    write(
        {.sequence = 1, .call = record, .function = function, .arguments = arguments, .outcome = outcome, .file = {}});
  }

  void write(const debugger::TracedCall& traced) {
    for (const auto& writer : writers_) {
      line_.clear();
      writer->call(line_, traced);
      require(!line_.empty());
      if (writer == writers_[1]) require(nlohmann::json::parse(line_).is_object());
    }
  }

  void trap() {
    emu::Registers regs = registers();
    pc_.bios().on_trap(in_.take<std::uint8_t>(), regs);
  }
  void port_out() {
    const auto port = in_.take<std::uint16_t>();
    pc_.machine().ports().out(port, in_.take<std::uint32_t>(), 1 << in_.take<std::uint8_t>() % 3);
  }
  void port_in() {
    const auto port = in_.take<std::uint16_t>();
    pc_.machine().ports().in(port, 1 << in_.take<std::uint8_t>() % 3);
  }
  void wait() {
    pc_.machine().clock().advance(in_.take<std::uint16_t>() * emu::kMicrosecond);
    pc_.machine().clock().run_due_events();
  }
  void memory() {
    const emu::PhysAddr at(in_.take<std::uint32_t>() & 0xFFFFF);
    pc_.machine().memory().write(at, in_.bytes(in_.take<std::uint8_t>()));
  }
  const emu::Memory& guest_memory() { return pc_.machine().memory(); }

  Input& in_;
  bootsim::Pc pc_;
  debugger::DriveFiles files_;
  std::array<std::unique_ptr<debugger::TraceWriter>, 3> writers_;
  std::string line_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  Calls(in).run();
  return 0;
}
