#pragma once

#include "stage2/base/format.h"

/// The header of a Linux kernel for the PC (Documentation/arch/x86/boot.rst of the kernel, "The Real-Mode
/// Kernel Header"). MEMDISK, Memtest86+, iPXE's .lkrn and GRUB's lnxboot have it too. Compiles for the host
/// too.
namespace stage2 {

/// Offsets in the image, and the protocol from which on a field exists.
enum LinuxField : u32 {
  kCommandLineMagicAt = 0x020,   // before 2.02
  kCommandLineOffsetAt = 0x022,  // before 2.02
  kSetupSectsAt = 0x1f1,
  kSysSizeAt = 0x1f4,  // 16 bits before 2.04
  kVidModeAt = 0x1fa,
  kBootFlagAt = 0x1fe,
  kMagicAt = 0x202,
  kVersionAt = 0x206,
  kTypeOfLoaderAt = 0x210,
  kLoadFlagsAt = 0x211,
  kSetupMoveSizeAt = 0x212,  // before 2.02
  kCode32StartAt = 0x214,
  kRamdiskImageAt = 0x218,
  kRamdiskSizeAt = 0x21c,
  kHeapEndPtrAt = 0x224,         // 2.01
  kExtLoaderVerAt = 0x226,       // 2.02
  kExtLoaderTypeAt = 0x227,      // 2.02
  kCmdLinePtrAt = 0x228,         // 2.02
  kInitrdAddrMaxAt = 0x22c,      // 2.03
  kKernelAlignmentAt = 0x230,    // 2.05
  kRelocatableKernelAt = 0x234,  // 2.05
  kMinAlignmentAt = 0x235,       // 2.10
  kCmdlineSizeAt = 0x238,        // 2.06
  kPrefAddressAt = 0x258,        // 2.10
  kInitSizeAt = 0x260,           // 2.10
  kLinuxHeaderEnd = 0x264,
};

struct LinuxHeader {
  u16 protocol = 0;            ///< 0: older than 2.00, without "HdrS"
  bool loaded_high = false;    ///< bzImage: the protected-mode code belongs at 1 MiB; else zImage, at 64 KiB
  u32 real_mode_bytes = 0;     ///< boot sector and setup
  u32 code_bytes = 0;          ///< the rest of the file
  u32 command_line_limit = 0;  ///< characters, without the zero
  u32 initrd_addr_max = 0;     ///< the highest byte an initrd may have
  bool relocatable = false;
  u32 alignment = 0;      ///< preferred
  u32 min_alignment = 0;  ///< required; equal to `alignment` when the protocol does not tell
  u64 pref_address = 0;   ///< 0: none
  u32 init_size = 0;      ///< memory needed from where it runs on; 0: not told

  bool takes_initrd() const { return protocol != 0; }
  /// "2.15", or "older than 2.00"
  String protocol_name() const;
};

/// Reads the header from the first `length` bytes of a file; `name` and `file_size` are the file's. Says what
/// is wrong with files that are no kernels, are truncated or contradict themselves.
Result parse_linux_header(Text name, const u8* bytes, size_t length, u64 file_size, LinuxHeader& header);

}  // namespace stage2
