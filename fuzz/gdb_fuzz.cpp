// What comes over gdb's socket, byte by byte: packets that look, write, set points, step and go back in a small PC.
// Input: the bytes. What goes back must be a packet.
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "bootsim/pc.h"
#include "debugger/debugger.h"
#include "debugger/drive_files.h"
#include "debugger/gdb/packet.h"
#include "debugger/gdb/stub.h"
#include "devices/media/memory_medium.h"
#include "fuzz/file_system_check.h"
#include "fuzz/input.h"

namespace {

namespace gdb = debugger::gdb;

/// Runs INT 13h in a loop: `continue` ends at a point or at the limit below.
std::vector<std::uint8_t> boot_sector() {
  std::vector<std::uint8_t> sector(512);
  constexpr std::array<std::uint8_t, 14> code{0xB8, 0x01, 0x02, 0xB9, 0x01, 0x00, 0xBB,
                                              0x00, 0x80, 0xCD, 0x13, 0xEB, 0xF3, 0xF4};
  std::copy(code.begin(), code.end(), sector.begin());
  sector[510] = 0x55;
  sector[511] = 0xAA;
  return sector;
}

bootsim::PcOptions pc_options() {
  bootsim::PcOptions options;
  options.machine.ram_size = 1u << 20;
  auto image = boot_sector();
  image.resize(1'474'560);
  options.media = {
      {devices::media::Attach::kFloppy, std::make_shared<devices::media::MemoryMedium>(std::move(image), "fuzz")}};
  return options;
}

bool moves(std::string_view payload) {
  return payload.starts_with("c") || payload.starts_with("vCont;c") || payload.starts_with("vCont;C") ||
         payload.starts_with("b");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bootsim::Pc pc(pc_options());
  pc.power_on();
  debugger::DriveFiles files(pc.bios().drives());
  debugger::Debugger debugger({pc.machine(), pc.bios(), pc.vga(), files}, {.history = false, .travel = {}});
  // Nobody sends Ctrl-C here.
  pc.machine().watch(2 * emu::kMillisecond, [&] { debugger.interrupt(); });
  gdb::Stub stub(debugger,
                 {.monitor = [](const std::string& command) { return command; }, .send = [](std::string_view) {}});
  gdb::PacketReader reader;
  reader.feed({reinterpret_cast<const char*>(data), size});
  int moved = 0;
  while (const auto event = reader.next()) {
    if (event->kind != gdb::PacketReader::Kind::kPacket) continue;
    if (moves(event->payload) && ++moved > 4) continue;
    if (stub.farewell() != gdb::Stub::Farewell::kNone) break;
    const auto reply = stub.handle(event->payload);
    if (!reply) continue;
    gdb::PacketReader back;
    back.feed(gdb::frame(*reply));
    const auto echoed = back.next();
    require(echoed && echoed->kind == gdb::PacketReader::Kind::kPacket && !back.next());
  }
  return 0;
}
