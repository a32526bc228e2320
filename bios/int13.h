// What the files of INT 13h share: statuses, the frame around every handler, and sector transfers.
#pragma once

#include <cstdint>
#include <optional>

#include "bios/bios.h"
#include "bios/call.h"
#include "bios/call_table.h"
#include "bios/drives.h"

namespace bios::int13 {

/// AH on return (RBIL table 00234; B0h-B6h and 31h from EDD 3.0).
enum Status : std::uint8_t {
  kOk = 0x00,
  kInvalid = 0x01,  ///< function or parameter
  kWriteProtected = 0x03,
  kSectorNotFound = 0x04,
  kChanged = 0x06,
  kDmaBoundary = 0x09,  ///< or more than 64 KiB
  kBadTrack = 0x0C,     ///< no such track on this medium
  kNoMedia = 0x31,
  kSeekFailed = 0x40,
  kTimeOut = 0x80,  ///< a diskette drive that is not ready
  kNotReady = 0xAA,
  kNotLocked = 0xB0,
  kLocked = 0xB1,
  kNotRemovable = 0xB2,
  kTooManyLocks = 0xB4,
};

/// Registers in which some call of a function returns results. All others keep their value (IBM AT Technical
/// Reference, fixed disk BIOS: registers are preserved unless they return information).
enum Outputs : unsigned {
  kAh = 0,  ///< carries the status of every call
  kAl = 1u << 0,
  kBx = 1u << 1,
  kCx = 1u << 2,
  kDx = 1u << 3,
  kEsDi = 1u << 4,
};

/// A call in progress.
struct Request {
  Bios& bios;
  Call& call;
  Drive* drive;                         ///< null only for functions that do without
  std::optional<std::uint8_t> ah = {};  ///< instead of 0 in AH on success (INT 13h/15h, 41h)
  unsigned unused_outputs = 0;          ///< Outputs in which this call, though it succeeds, returns nothing

  emu::Registers& regs() { return call.regs; }
  emu::Memory& memory() { return bios.memory(); }
};

using Body = Status (*)(Request&);
enum class Need { kDrive, kNothing };

/// Everything that happens around a function's body: fault injection, the drive look-up, AH, CF, 40:41 or
/// 40:74, quirks.
void run(Bios& bios, Call& call, Body body, Need need, unsigned outputs);

/// Makes a call table handler of a body.
template <Body body, unsigned outputs = kAh, Need need = Need::kDrive>
void handler(Bios& bios, Call& call) {
  run(bios, call, body, need, outputs);
}

enum class Operation { kRead, kWrite, kVerify };

/// Where a transfer goes: a real-mode address (through the A20 gate, running on linearly past the segment's
/// end, as BIOSes do that normalise the pointer) or, with the 24-byte packet, a bus address.
struct Buffer {
  std::uint64_t address = 0;
  bool real_mode = true;
};

struct Transferred {
  Status status = kOk;
  std::uint64_t sectors = 0;  ///< done before the status
};

/// Is there a medium, and has nobody changed it? The status that every access to the medium begins with.
Status medium_status(Drive& drive);
/// Moves sectors. What lies in front of the end of the medium, or of an injected fault, is transferred; then
/// comes 04h "sector not found" or the fault's status. Takes virtual time.
Transferred transfer(Request& request, Operation operation, std::uint64_t lba, std::uint64_t count, Buffer buffer);
/// Did the drive say no, rather than the BIOS before it asked?
bool refused_by_drive(const Transferred& done);

/// INT 13h/02h-04h.
Status read_chs(Request& request);
Status write_chs(Request& request);
Status verify_chs(Request& request);
/// Sector number of a CHS address that lies in the drive's geometry, else nothing. Sector counts from 1.
std::optional<std::uint64_t> lba_of(const devices::media::Geometry& geometry, const Chs& chs);
/// The CHS address in CX and DH.
Chs chs_in(const emu::Registers& regs);

/// Functions by room.
Status reset(Request& request);
Status last_status(Request& request);
Status format_track(Request& request);
Status drive_parameters(Request& request);
Status drive_type(Request& request);
Status change_line(Request& request);
Status set_media_type(Request& request);
Status seek_chs(Request& request);
Status disk_only(Request& request);  ///< 09h, 0Dh, 11h, 14h: nothing to do on these drives
Status test_ready(Request& request);

Status edd_check(Request& request);
Status edd_read(Request& request);
Status edd_write(Request& request);
Status edd_verify(Request& request);
Status edd_seek(Request& request);
Status edd_parameters(Request& request);
Status edd_lock(Request& request);
Status edd_eject(Request& request);
Status edd_media_change(Request& request);
Status edd_set_hardware(Request& request);

Status cd_initiate_emulation(Request& request);
Status cd_terminate_emulation(Request& request);
Status cd_emulation_status(Request& request);
Status cd_initiate_and_boot(Request& request);
Status cd_read_catalog(Request& request);

/// Describers for the call table.
void describe_drive(const CallView& view, Arguments& a);
void describe_chs(const CallView& view, Arguments& a);
void describe_chs_write(const CallView& view, Arguments& a);
void describe_chs_verify(const CallView& view, Arguments& a);
void describe_format(const CallView& view, Arguments& a);
void describe_edd(const CallView& view, Arguments& a);
void describe_edd_write(const CallView& view, Arguments& a);
void describe_edd_verify(const CallView& view, Arguments& a);
void describe_seek(const CallView& view, Arguments& a);
void describe_lock(const CallView& view, Arguments& a);
void describe_parameter_buffer(const CallView& view, Arguments& a);
void describe_subfunction(const CallView& view, Arguments& a);
void outcome_chs(const CallView& view, Outcome& o);
void outcome_edd(const CallView& view, Outcome& o);
void outcome_parameters(const CallView& view, Outcome& o);
void outcome_type(const CallView& view, Outcome& o);
void outcome_edd_check(const CallView& view, Outcome& o);
void outcome_edd_parameters(const CallView& view, Outcome& o);
void outcome_emulation(const CallView& view, Outcome& o);

}  // namespace bios::int13
