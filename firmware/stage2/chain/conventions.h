#pragma once

#include "lib32/types.h"
#include "stage2/base/string.h"

/// Loaders that are files: where each wants to lie, and what it wants in its registers. Compiles for the host
/// too.
namespace stage2 {

struct Convention {
  const char* name;          ///< for the user
  u16 segment;               ///< where the file is loaded, at offset 0
  u16 cs, ip;                ///< where it is entered
  u16 data_segment;          ///< DS
  u16 stack_segment, stack;  ///< SS and SP
  u32 boot_sector;           ///< where its volume's boot sector is wanted; 0: nowhere
  u16 base_pointer;          ///< BP
  bool drive_in_bl;          ///< besides DL
  bool partition_in_dh;      ///< counted from 0, FFh: none
  u16 partition_at;          ///< the same as a byte of the file; 0: nowhere
};

/// The convention for a file of that path that begins with `bytes`, of which there are `length`. Null: none
/// that we know; such a file is a boot sector, or to be loaded as one.
const Convention* find_convention(Text path, const u8* bytes, size_t length);
/// By a word for the user, such as `ntldr`: when neither name nor content says what a file is.
const Convention* convention_called(Text word);

/// isolinux.bin and isolinux-debug.bin, by name.
bool is_isolinux(Text path);

}  // namespace stage2
