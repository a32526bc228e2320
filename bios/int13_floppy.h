// INT 13h on drives of the floppy controller: what the 82077AA and the 8237 can and cannot do.
#pragma once

#include "bios/int13.h"

namespace bios::int13 {

/// A transfer by CHS. The controller is asked for multi-track transfers, as every BIOS does: they run on from
/// head 0 to head 1 and end with the cylinder (04h "sector not found"). The 8237 cannot cross a 64 KiB
/// boundary (09h).
Transferred floppy_access(Request& request, Operation operation, const Chs& chs, std::uint32_t count, Buffer buffer);
Status format_floppy_track(Request& request);
/// INT 13h/00h: the BIOS forgets where the heads are.
void reset_floppies(Request& request);

}  // namespace bios::int13
