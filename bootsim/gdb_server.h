// Where gdb connects: a socket of this host, and the debugger behind it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "debugger/debugger.h"

namespace bootsim {

class Shell;

/// tcp:PORT (of 127.0.0.1 only; 0: any free one) or unix:PATH.
struct GdbAddress {
  bool tcp = false;
  std::uint16_t port = 0;
  std::string path;
};

/// Throws emu::Error(kUsage).
GdbAddress parse_gdb_address(std::string_view text);

/// Listens as long as it lives. A socket file is removed again.
class GdbServer {
 public:
  /// Throws emu::Error(kUsage) when the address cannot be had.
  explicit GdbServer(const GdbAddress& address);
  ~GdbServer();
  GdbServer(const GdbServer&) = delete;
  GdbServer& operator=(const GdbServer&) = delete;

  /// As gdb's `target remote` takes it: "127.0.0.1:1234", "/tmp/boot.sock".
  std::string address() const;

  enum class End { kDetached, kKilled };
  /// Waits for gdb and does what it says until it detaches or kills. One client at a time; when a connection breaks,
  /// the next may go on where it was. `monitor` runs a command of the prompt and returns what it prints.
  End serve(debugger::Debugger& debugger, const std::function<std::string(const std::string&)>& monitor);

 private:
  GdbAddress address_;
  int listener_ = -1;
};

/// All of it: listens at `address`, says so, and serves; `monitor` is the shell's.
GdbServer::End serve_gdb(std::string_view address, Shell& shell, const std::function<void(std::string_view)>& notice);

}  // namespace bootsim
