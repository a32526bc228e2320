#include "bios/int13.h"

#include <array>

namespace bios {

using namespace int13;

namespace {

// One row: AH, name, inputs, outputs, source, handler, describers.
constexpr Function row(std::uint8_t vector, std::uint8_t ah, std::string_view name, std::string_view inputs,
                       std::string_view outputs, std::string_view source, Handler handler,
                       DescribeArguments arguments = describe_drive, DescribeOutcome outcome = nullptr) {
  return {vector, Selector::kAh, ah, name, inputs, outputs, source, handler, arguments, outcome};
}
constexpr Function row_ax(std::uint16_t ax, std::string_view name, std::string_view inputs, std::string_view outputs,
                          std::string_view source, Handler handler, DescribeArguments arguments = describe_drive,
                          DescribeOutcome outcome = nullptr) {
  return {0x13, Selector::kAx, ax, name, inputs, outputs, source, handler, arguments, outcome};
}

constexpr std::string_view kStatus = "CF, AH status";
constexpr std::string_view kChsInputs = "AL sectors, CH cylinder, CL sector and cylinder bits 8-9, DH head, DL drive";
constexpr std::string_view kChsBuffer =
    "AL sectors, CH cylinder, CL sector and cylinder bits 8-9, DH head, DL drive, ES:BX buffer";
constexpr std::string_view kChsOutputs = "CF, AH status, AL sectors transferred";
constexpr std::string_view kPacketInputs = "DL drive, DS:SI disk address packet";
constexpr std::string_view kPacketOutputs = "CF, AH status, packet: sectors transferred";
constexpr std::string_view kParameterOutputs =
    "CF, AH status, CH and CL highest cylinder and sector, DH highest head, DL drives, floppies: BL type, ES:DI table";

constexpr auto kFunctions = std::to_array<Function>({
    row(0x13, 0x00, "reset", "DL drive", kStatus, "RBIL 13-00", handler<reset>),
    row(0x13, 0x01, "last status", "DL drive", "CF, AH status of the last call", "RBIL 13-01",
        handler<last_status, kAh, Need::kNothing>),
    row(0x13, 0x02, "read", kChsBuffer, kChsOutputs, "RBIL 13-02", handler<read_chs, kAl>, describe_chs, outcome_chs),
    row(0x13, 0x03, "write", kChsBuffer, kChsOutputs, "RBIL 13-03", handler<write_chs, kAl>, describe_chs_write,
        outcome_chs),
    row(0x13, 0x04, "verify", kChsInputs, kChsOutputs, "RBIL 13-04", handler<verify_chs, kAl>, describe_chs_verify,
        outcome_chs),
    row(0x13, 0x05, "format track", "AL sectors, CH cylinder, DH head, DL drive, ES:BX address fields", kStatus,
        "RBIL 13-05", handler<format_track>, describe_format),
    row(0x13, 0x08, "drive parameters", "DL drive", kParameterOutputs, "RBIL 13-08",
        handler<drive_parameters, kBx | kCx | kDx | kEsDi>, describe_drive, outcome_parameters),
    row(0x13, 0x09, "initialize drive", "DL drive", kStatus, "RBIL 13-09", handler<disk_only>),
    row(0x13, 0x0C, "seek", "CH cylinder, CL cylinder bits 8-9, DH head, DL drive", kStatus, "RBIL 13-0C",
        handler<seek_chs>, describe_seek),
    row(0x13, 0x0D, "reset hard disk", "DL drive", kStatus, "RBIL 13-0D", handler<disk_only>),
    row(0x13, 0x10, "test ready", "DL drive", kStatus, "RBIL 13-10", handler<test_ready>),
    row(0x13, 0x11, "recalibrate", "DL drive", kStatus, "RBIL 13-11", handler<disk_only>),
    row(0x13, 0x14, "controller diagnostic", "DL drive", kStatus, "RBIL 13-14", handler<disk_only>),
    row(0x13, 0x15, "drive type", "DL drive", "CF, AH type, hard disks: CX:DX sectors", "RBIL 13-15",
        handler<drive_type, kCx | kDx, Need::kNothing>, describe_drive, outcome_type),
    row(0x13, 0x16, "media change", "DL drive", "CF, AH 06h when changed", "RBIL 13-16", handler<change_line>),
    row(0x13, 0x18, "set media type", "CH highest cylinder, CL sectors, DL drive", "CF, AH status, ES:DI table",
        "RBIL 13-18", handler<set_media_type, kEsDi>),
    row(0x13, 0x41, "extensions check", "DL drive, BX 55AAh", "CF, AH version, BX AA55h, CX subsets", "EDD 3.0 fn 41h",
        handler<edd_check, kBx | kCx | kDx>, describe_drive, outcome_edd_check),
    row(0x13, 0x42, "extended read", kPacketInputs, kPacketOutputs, "EDD 3.0 fn 42h", handler<edd_read>, describe_edd,
        outcome_edd),
    row(0x13, 0x43, "extended write", "AL verify, DL drive, DS:SI disk address packet", kPacketOutputs,
        "EDD 3.0 fn 43h", handler<edd_write>, describe_edd_write, outcome_edd),
    row(0x13, 0x44, "extended verify", kPacketInputs, kPacketOutputs, "EDD 3.0 fn 44h", handler<edd_verify>,
        describe_edd_verify, outcome_edd),
    row(0x13, 0x45, "lock or unlock", "AL 0 lock, 1 unlock, 2 status, DL drive", "CF, AH status, AL 1 when locked",
        "EDD 3.0 fn 45h", handler<edd_lock, kAl>, describe_lock),
    row(0x13, 0x46, "eject", "AL 0, DL drive", kStatus, "EDD 3.0 fn 46h", handler<edd_eject>),
    row(0x13, 0x47, "extended seek", kPacketInputs, kStatus, "EDD 3.0 fn 47h", handler<edd_seek>, describe_edd_verify),
    row(0x13, 0x48, "extended drive parameters", "DL drive, DS:SI buffer", "CF, AH status, buffer", "EDD 3.0 fn 48h",
        handler<edd_parameters>, describe_parameter_buffer, outcome_edd_parameters),
    row(0x13, 0x49, "extended media change", "DL drive", "CF, AH 06h when changed", "EDD 3.0 fn 49h",
        handler<edd_media_change>),
    row_ax(0x4A00, "initiate emulation", "DS:SI specification packet", kStatus, "El Torito 1.0 fn 4Ah",
           handler<cd_initiate_emulation, kAh, Need::kNothing>),
    row_ax(0x4B00, "terminate emulation", "DL drive or 7Fh, DS:SI specification packet", kStatus,
           "El Torito 1.0 fn 4Bh", handler<cd_terminate_emulation, kAh, Need::kNothing>, describe_drive,
           outcome_emulation),
    row_ax(0x4B01, "emulation status", "DL drive or 7Fh, DS:SI specification packet", kStatus, "El Torito 1.0 fn 4Bh",
           handler<cd_emulation_status, kAh, Need::kNothing>, describe_drive, outcome_emulation),
    row_ax(0x4C00, "initiate emulation and boot", "DS:SI specification packet", kStatus, "El Torito 1.0 fn 4Ch",
           handler<cd_initiate_and_boot, kAh, Need::kNothing>),
    row_ax(0x4D00, "read boot catalog", "DS:SI command packet", kStatus, "El Torito 1.0 fn 4Dh",
           handler<cd_read_catalog, kAh, Need::kNothing>),
    row(0x13, 0x4E, "set hardware configuration", "AL subfunction, DL drive", "CF, AH status, AL 0", "EDD 3.0 fn 4Eh",
        handler<edd_set_hardware, kAl>, describe_subfunction),
});

constexpr auto kDisketteFunctions = std::to_array<Function>({
    row(0x40, 0x00, "reset diskette", "DL drive", kStatus, "RBIL 40", handler<reset>),
    row(0x40, 0x01, "last diskette status", "DL drive", "CF, AH status of the last call", "RBIL 40",
        handler<last_status, kAh, Need::kNothing>),
    row(0x40, 0x02, "read diskette", kChsBuffer, kChsOutputs, "RBIL 40", handler<read_chs, kAl>, describe_chs,
        outcome_chs),
    row(0x40, 0x03, "write diskette", kChsBuffer, kChsOutputs, "RBIL 40", handler<write_chs, kAl>, describe_chs_write,
        outcome_chs),
    row(0x40, 0x04, "verify diskette", kChsInputs, kChsOutputs, "RBIL 40", handler<verify_chs, kAl>,
        describe_chs_verify, outcome_chs),
    row(0x40, 0x05, "format diskette track", "AL sectors, CH cylinder, DH head, DL drive, ES:BX address fields",
        kStatus, "RBIL 40", handler<format_track>, describe_format),
    row(0x40, 0x08, "diskette parameters", "DL drive", kParameterOutputs, "RBIL 40",
        handler<drive_parameters, kBx | kCx | kDx | kEsDi>, describe_drive, outcome_parameters),
    row(0x40, 0x15, "diskette drive type", "DL drive", "CF, AH type", "RBIL 40",
        handler<drive_type, kCx | kDx, Need::kNothing>, describe_drive, outcome_type),
    row(0x40, 0x16, "diskette change", "DL drive", "CF, AH 06h when changed", "RBIL 40", handler<change_line>),
    row(0x40, 0x18, "set diskette media type", "CH highest cylinder, CL sectors, DL drive",
        "CF, AH status, ES:DI table", "RBIL 40", handler<set_media_type, kEsDi>),
});

// The quirk: whatever the specifications leave open holds the same strange value after every call, unlike
// what callers keep there. That is the upper halves, FS and GS, of which a promise made for the 80286 says
// nothing; AL; and the registers that carry results of this function, but not after this call. docs/quirks.md
// has the sources.
void clobber(emu::Registers& regs, unsigned open) {
  using emu::Gpr;
  constexpr std::uint64_t kTrash = 0xDEAD'0000;
  for (const Gpr r : {Gpr::kAx, Gpr::kBx, Gpr::kCx, Gpr::kDx, Gpr::kSi, Gpr::kDi, Gpr::kBp})
    regs[r] = kTrash | (regs[r] & 0xFFFF);
  if (open & kAl) regs.set_al(0xA1);
  if (open & kBx) regs.set_bx(0xB0B0);
  if (open & kCx) regs.set_cx(0xC0C0);
  if (open & kDx) regs.set_dx(0xD0D0);
  if (open & kEsDi) {
    regs.set_real_segment(emu::Seg::kEs, 0xE5E5);
    regs.set_di(0xD1D1);
  }
  regs.set_real_segment(emu::Seg::kFs, 0xF5F5);
  regs.set_real_segment(emu::Seg::kGs, 0x6565);
}

// Which of a function's outputs hold nothing after a call. AL counts the sectors of a failed transfer too.
unsigned open_outputs(const Request& request, Status status, unsigned outputs) {
  const unsigned without_result = status == kOk ? request.unused_outputs : outputs & ~kAl;
  return without_result | (~outputs & kAl);
}

// INT 13h/41h and up, without INT 13h/4Bh and its kind, which run() never sees with a drive.
bool is_extension(std::uint8_t ah) { return (ah >= 0x41 && ah <= 0x49) || ah == 0x4E; }

Status answer(Request& request, Body body, Need need) {
  const std::uint8_t ah = request.regs().ah();
  const bool changed = request.bios.drives().faults().begin_call();
  if (changed && request.drive) {
    request.drive->changed = true;
    if (ah != 0x15 && ah != 0x16 && ah != 0x49) {
      request.drive->changed = false;
      return kChanged;
    }
  }
  if (!request.drive && need == Need::kDrive) return kInvalid;
  if (request.drive && is_extension(ah) && !request.drive->edd) return kInvalid;
  return body(request);
}

}  // namespace

void int13::run(Bios& bios, Call& call, Body body, Need need, unsigned outputs) {
  Drives& drives = bios.drives();
  const std::uint8_t dl = call.regs.dl();
  Request request{bios, call, call.vector() == 0x40 ? drives.find_physical_floppy(dl) : drives.find(dl)};
  const Status status = answer(request, body, need);
  drives.set_status(dl, status);
  if (status == kOk) {
    call.regs.set_ah(request.ah.value_or(0));
    call.set_carry(false);
  } else {
    call.fail(status);
  }
  if (bios.quirks().clobber) clobber(call.regs, open_outputs(request, status, outputs));
  if (bios.quirks().if_lost) call.set_flag(emu::flag::kInterrupt, false);
}

std::span<const Function> int13_functions() { return kFunctions; }
std::span<const Function> int40_functions() { return kDisketteFunctions; }

std::string_view disk_status_name(std::uint8_t status) {
  switch (status) {
    case 0x00: return "ok";
    case 0x01: return "invalid parameter";
    case 0x02: return "address mark not found";
    case 0x03: return "write protected";
    case 0x04: return "sector not found";
    case 0x05: return "reset failed";
    case 0x06: return "medium changed";
    case 0x07: return "drive parameter activity failed";
    case 0x08: return "DMA overrun";
    case 0x09: return "DMA boundary crossed";
    case 0x0A: return "bad sector flag";
    case 0x0B: return "bad track flag";
    case 0x0C: return "invalid track or media";
    case 0x0D: return "invalid number of sectors on format";
    case 0x0E: return "control data address mark found";
    case 0x0F: return "DMA arbitration level out of range";
    case 0x10: return "uncorrectable CRC or ECC error";
    case 0x11: return "data corrected by ECC";
    case 0x20: return "controller failure";
    case 0x31: return "no medium in drive";
    case 0x32: return "wrong drive type in CMOS";
    case 0x40: return "seek failed";
    case 0x80: return "time-out, drive not ready";
    case 0xAA: return "drive not ready";
    case 0xB0: return "volume not locked";
    case 0xB1: return "volume locked";
    case 0xB2: return "volume not removable";
    case 0xB3: return "volume in use";
    case 0xB4: return "lock count exceeded";
    case 0xB5: return "eject request failed";
    case 0xB6: return "volume read protected";
    case 0xBB: return "undefined error";
    case 0xC0: return "media type not available";
    case 0xCC: return "write fault";
    case 0xE0: return "status register error";
    case 0xFF: return "sense operation failed";
    default: return {};
  }
}

}  // namespace bios
