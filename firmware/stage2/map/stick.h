#pragma once

#include "stage2/session.h"

namespace stage2 {

/// Some BIOSes present a USB stick as the floppy drive 00h although it has a partition table. Says so, in a
/// line, with what to do about it.
void tell_of_stick_as_floppy(Session& session);

}  // namespace stage2
