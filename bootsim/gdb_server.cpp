#include "bootsim/gdb_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/core.h>

#include "bootsim/debug/shell.h"
#include "debugger/gdb/packet.h"
#include "debugger/gdb/stub.h"
#include "emu/error.h"

namespace bootsim {
namespace {

namespace gdb = debugger::gdb;

[[noreturn]] void fail(const std::string& what) {
  throw emu::Error(emu::ErrorKind::kUsage, fmt::format("--gdb: {}: {}", what, std::strerror(errno)));
}

/// A client's socket, read by a thread of its own: Ctrl-C must reach a guest that runs.
class Connection {
 public:
  Connection(int socket, debugger::Debugger& debugger)
      : socket_(socket), debugger_(debugger), reader_([this] { read(); }) {}
  ~Connection() {
    shutdown(socket_, SHUT_RDWR);
    reader_.join();
    close(socket_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The next packet; nothing when the client has gone. From here to done() a Ctrl-C behind it, or the client's end,
  /// stops the guest.
  std::optional<gdb::PacketReader::Event> wait() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return gone_ || !events_.empty(); });
    if (events_.empty()) return std::nullopt;
    Packet packet = std::move(events_.front());
    events_.pop_front();
    running_ = true;
    if (packet.interrupted || (gone_ && events_.empty())) debugger_.interrupt();
    return std::move(packet.event);
  }
  void done() {
    const std::lock_guard lock(mutex_);
    running_ = false;
    debugger_.forget_interrupt();
  }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) return;  // the reader sees the end
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

 private:
  struct Packet {
    gdb::PacketReader::Event event;
    bool interrupted = false;  // a Ctrl-C has followed it already
  };
  void read() {
    gdb::PacketReader packets;
    char bytes[4096];
    for (;;) {
      const ssize_t got = recv(socket_, bytes, sizeof bytes, 0);
      if (got < 0 && errno == EINTR) continue;
      const std::lock_guard lock(mutex_);
      if (got > 0) packets.feed({bytes, static_cast<std::size_t>(got)});
      while (auto event = packets.next()) take(std::move(*event));
      if (got <= 0 || packets.overrun()) {
        gone_ = true;
        if (running_) debugger_.interrupt();
        arrived_.notify_one();
        return;
      }
    }
  }
  void take(gdb::PacketReader::Event event) {
    if (event.kind == gdb::PacketReader::Kind::kInterrupt) {
      if (!events_.empty())
        events_.back().interrupted = true;
      else if (running_)
        debugger_.interrupt();
      return;
    }
    events_.push_back({.event = std::move(event)});
    arrived_.notify_one();
  }

  int socket_;
  debugger::Debugger& debugger_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Packet> events_;
  bool gone_ = false, running_ = false;
  std::thread reader_;
};

gdb::Stub::Farewell talk(Connection& client, debugger::Debugger& debugger,
                         const std::function<std::string(const std::string&)>& monitor) {
  std::string last;
  const auto send = [&](std::string_view payload) { client.send(last = gdb::frame(payload)); };
  gdb::Stub stub(debugger, {.monitor = monitor, .send = send});
  while (stub.farewell() == gdb::Stub::Farewell::kNone) {
    const auto event = client.wait();
    if (!event) break;
    if (event->kind == gdb::PacketReader::Kind::kResend) {
      client.send(last);
    } else if (event->kind == gdb::PacketReader::Kind::kDamaged) {
      if (stub.acknowledges()) client.send("-");
    } else {
      if (stub.acknowledges()) client.send("+");
      if (const auto reply = stub.handle(event->payload)) send(*reply);
    }
    client.done();
  }
  return stub.farewell();
}

}  // namespace

GdbAddress parse_gdb_address(std::string_view text) {
  const auto [kind, rest] = gdb::cut(text, ':');
  GdbAddress address;
  if (kind == "tcp") {
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), address.port);
    address.tcp = true;
    if (error == std::errc() && end == rest.data() + rest.size()) return address;
  } else if (kind == "unix" && !rest.empty()) {
    address.path = rest;
    if (address.path.size() < sizeof(sockaddr_un::sun_path)) return address;
    throw emu::Error(emu::ErrorKind::kUsage,
                     fmt::format("--gdb {}: a socket's path has at most {} bytes; choose a shorter one", text,
                                 sizeof(sockaddr_un::sun_path) - 1));
  }
  throw emu::Error(emu::ErrorKind::kUsage,
                   fmt::format("--gdb {}: want tcp:PORT (0 to 65535, on 127.0.0.1) or unix:PATH", text));
}

GdbServer::GdbServer(const GdbAddress& address) : address_(address) {
  listener_ = socket(address_.tcp ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener_ < 0) fail("no socket");
  if (address_.tcp) {
    const int yes = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(address_.port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&where), size) != 0 || listen(listener_, 1) != 0) {
      const int why = errno;
      close(listener_);
      errno = why;
      fail(fmt::format("port {} of 127.0.0.1", address_.port));
    }
    getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size);
    address_.port = ntohs(where.sin_port);
  } else {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::memcpy(where.sun_path, address_.path.data(), address_.path.size());
    if (bind(listener_, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0 || listen(listener_, 1) != 0) {
      const int why = errno;
      close(listener_);
      errno = why;
      fail(address_.path);
    }
  }
}

GdbServer::~GdbServer() {
  close(listener_);
  if (!address_.tcp) unlink(address_.path.c_str());
}

std::string GdbServer::address() const {
  return address_.tcp ? fmt::format("127.0.0.1:{}", address_.port) : address_.path;
}

GdbServer::End GdbServer::serve(debugger::Debugger& debugger,
                                const std::function<std::string(const std::string&)>& monitor) {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      fail("waiting for gdb");
    }
    if (address_.tcp) {
      const int yes = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    }
    Connection client(socket, debugger);
    switch (talk(client, debugger, monitor)) {
      case gdb::Stub::Farewell::kDetach: return End::kDetached;
      case gdb::Stub::Farewell::kKill: return End::kKilled;
      case gdb::Stub::Farewell::kNone: break;
    }
  }
}

GdbServer::End serve_gdb(std::string_view address, Shell& shell, const std::function<void(std::string_view)>& notice) {
  GdbServer server(parse_gdb_address(address));
  if (notice) notice(fmt::format("waiting for gdb: target remote {}", server.address()));
  std::string said;
  const auto [write, options] = shell.redirect([&said](std::string_view text) { said += text; }, {});
  const GdbServer::End end = server.serve(shell.debugger(), [&](const std::string& command) {
    said.clear();
    shell.execute(command);
    return said;
  });
  shell.redirect(write, options);
  return end;
}

}  // namespace bootsim
