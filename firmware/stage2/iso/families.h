#pragma once

#include "lib32/fs/file_system.h"
#include "stage2/base/format.h"

/// Live systems that boot from an ISO file on a disk when their kernel is told where the file is. Compiles
/// for the host too.
namespace stage2 {

/// A path may end in `*`, which stands for the rest of a name.
struct IsoFamily {
  const char* name;
  const char* marker;        ///< what its ISOs have and others have not
  const char* kernels[4];    ///< the first that is there
  const char* microcode[3];  ///< those that are there, before the initrd
  const char* initrds[5];    ///< the first that is there
  const char* parameters;    ///< with ${isofile} and the like
};

/// What an ISO boots with.
struct IsoBoot {
  const IsoFamily* family = nullptr;
  String kernel;
  Vector<String> initrds;
};

/// `name` is the ISO's, for messages; `wanted` a family's name, or empty: whichever it is.
Result find_iso_boot(Text name, lib32::FileSystem& iso, Text wanted, IsoBoot& found);

}  // namespace stage2
