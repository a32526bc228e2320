// INT 13h in words: arguments and results as traces show them.
#include <algorithm>

#include <fmt/core.h>

#include "bios/int13.h"

namespace bios::int13 {

namespace {

constexpr std::uint32_t kSector = devices::media::kSectorSize;
constexpr std::uint32_t kCdSector = devices::media::kCdSectorSize;

bool ok(const emu::Registers& out) { return (out.rflags & emu::flag::kCarry) == 0; }

std::uint32_t sector_size(const CallView& view) {
  if (view.sector_size != 0) return view.sector_size;
  return class_of(view.in.dl()) == DriveClass::kCd ? kCdSector : kSector;
}

void put_chs(const CallView& view, Arguments& a, bool with_buffer) {
  a.drive = view.in.dl();
  a.chs = chs_in(view.in);
  a.count = view.in.al();
  if (with_buffer) a.buffer = view.in.es_bx();
}

void put_packet(const CallView& view, Arguments& a, bool with_buffer) {
  const emu::FarPtr at = view.in.ds_si();
  a.drive = view.in.dl();
  a.lba = view.memory.read<std::uint64_t>(at.plus(8));
  a.count = view.memory.read<std::uint16_t>(at.plus(2));
  if (!with_buffer) return;
  const emu::FarPtr buffer{view.memory.read<std::uint16_t>(at.plus(6)), view.memory.read<std::uint16_t>(at.plus(4))};
  const auto size = view.memory.read<std::uint8_t>(at);
  if (size >= 0x18 && buffer == emu::FarPtr{0xFFFF, 0xFFFF}) {
    a.text = fmt::format("LBA {} +{} {} {:08X}h", *a.lba, *a.count, a.writes_medium ? "←" : "→",
                         view.memory.read<std::uint64_t>(at.plus(0x10)));
  } else {
    a.buffer = buffer;
  }
}

std::string subfunction(const CallView& view, std::string_view zero, std::string_view one, std::string_view two) {
  switch (view.in.al()) {
    case 0: return std::string(zero);
    case 1: return std::string(one);
    case 2: return std::string(two);
    default: return fmt::format("AL {:02X}h", view.in.al());
  }
}

}  // namespace

void describe_drive(const CallView& view, Arguments& a) { a.drive = view.in.dl(); }
void describe_chs(const CallView& view, Arguments& a) { put_chs(view, a, true); }
void describe_chs_verify(const CallView& view, Arguments& a) { put_chs(view, a, false); }
void describe_chs_write(const CallView& view, Arguments& a) {
  a.writes_medium = true;
  put_chs(view, a, true);
}
void describe_format(const CallView& view, Arguments& a) {
  a.drive = view.in.dl();
  a.writes_medium = true;
  a.text = fmt::format("track {}/{}, {} sectors", view.in.ch(), view.in.dh(), view.in.al());
}
void describe_seek(const CallView& view, Arguments& a) {
  const Chs chs = chs_in(view.in);
  a.drive = view.in.dl();
  a.text = fmt::format("cylinder {} head {}", chs.cylinder, chs.head);
}

void describe_edd(const CallView& view, Arguments& a) { put_packet(view, a, true); }
void describe_edd_verify(const CallView& view, Arguments& a) { put_packet(view, a, false); }
void describe_edd_write(const CallView& view, Arguments& a) {
  a.writes_medium = true;
  put_packet(view, a, true);
}

void describe_lock(const CallView& view, Arguments& a) {
  a.drive = view.in.dl();
  a.text = subfunction(view, "lock", "unlock", "status");
}
void describe_parameter_buffer(const CallView& view, Arguments& a) {
  a.drive = view.in.dl();
  const emu::FarPtr at = view.in.ds_si();
  a.text = fmt::format("buffer {:04X}:{:04X}, {} bytes", at.seg, at.off, view.memory.read<std::uint16_t>(at));
}
void describe_subfunction(const CallView& view, Arguments& a) {
  a.drive = view.in.dl();
  a.text = fmt::format("AL {:02X}h", view.in.al());
}

void outcome_chs(const CallView& view, Outcome& o) {
  if (!view.out) return;
  // After an error AL says how much came through; a careless hook may leave anything there.
  const std::uint32_t asked = view.in.al();
  const std::uint32_t done = ok(*view.out) ? asked : std::min<std::uint32_t>(asked, view.out->al());
  o.bytes = std::uint64_t{done} * sector_size(view);
}

void outcome_edd(const CallView& view, Outcome& o) {
  if (!view.out) return;
  // After an error the packet says how much came through (EDD 3.0 fn 42h). Whoever refuses the call at once, because
  // there is no such drive or no medium, leaves it as it was; that all came through and failed is only with 11h, data
  // that were corrected.
  constexpr std::uint8_t kCorrected = 0x11;
  auto count = view.memory.read<std::uint16_t>(view.in.ds_si().plus(2));
  if (!ok(*view.out) && view.asked == count && view.out->ah() != kCorrected) count = 0;
  o.bytes = std::uint64_t{count} * sector_size(view);
}

void outcome_parameters(const CallView& view, Outcome& o) {
  if (!view.out || !ok(*view.out)) return;
  const Chs highest{static_cast<std::uint32_t>(view.out->ch() | (view.out->cl() & 0xC0) << 2), view.out->dh(),
                    static_cast<std::uint32_t>(view.out->cl() & 0x3F)};
  const int drives = view.out->dl();
  o.text = fmt::format("{} cyl {} heads {} sect, {} drive{}", highest.cylinder + 1, highest.head + 1, highest.sector,
                       drives, drives == 1 ? "" : "s");
}

void outcome_type(const CallView& view, Outcome& o) {
  if (!view.out || !ok(*view.out)) return;
  switch (view.out->ah()) {
    case 0: o.text = "no such drive"; break;
    case 1: o.text = "floppy without change line"; break;
    case 2: o.text = "floppy with change line"; break;
    case 3: o.text = fmt::format("hard disk, {} sectors", std::uint32_t{view.out->cx()} << 16 | view.out->dx()); break;
    default: break;
  }
}

void outcome_edd_check(const CallView& view, Outcome& o) {
  if (!view.out || !ok(*view.out)) return;
  o.text = fmt::format("version {:02X}h, subsets {:04X}h", view.out->ah(), view.out->cx());
}

void outcome_edd_parameters(const CallView& view, Outcome& o) {
  if (!view.out || !ok(*view.out)) return;
  const emu::FarPtr at = view.in.ds_si();
  o.text = fmt::format("{} sectors of {} bytes", view.memory.read<std::uint64_t>(at.plus(16)),
                       view.memory.read<std::uint16_t>(at.plus(24)));
}

void outcome_emulation(const CallView& view, Outcome& o) {
  if (!view.out || !ok(*view.out)) return;
  const emu::FarPtr at = view.in.ds_si();
  o.text = fmt::format("media {:02X}h, drive {:02X}h, image at LBA {}", view.memory.read<std::uint8_t>(at.plus(1)),
                       view.memory.read<std::uint8_t>(at.plus(2)), view.memory.read<std::uint32_t>(at.plus(4)));
}

}  // namespace bios::int13
