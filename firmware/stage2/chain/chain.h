#pragma once

#include "stage2/chain/conventions.h"
#include "stage2/relocator/relocator.h"
#include "stage2/session.h"

/// Other boot loaders: boot sectors of disks and partitions, in files, on CDs; and loaders that are files.
namespace stage2 {

struct ChainOptions {
  bool force = false;                      ///< a boot sector need not end in 55 AA
  const Convention* convention = nullptr;  ///< instead of what name and content say
  bool has_drive = false;
  u8 drive = 0;  ///< DL, instead of the drive that the loader comes from
  bool has_segment = false;
  u16 segment = 0,
      offset = 0;  ///< where a file is loaded and entered, as grub4dos's --load-segment and --load-offset
};

/// What has been read and waits for `boot`.
class Chain final : public Loaded {
 public:
  ~Chain() override;
  Result boot(Session& session) override;

  /// Memory for `length` bytes that go to `to`, below the extended BIOS data area. Null: too large.
  u8* add(u32 to, u32 length);

  Handoff handoff;

 private:
  struct Piece {
    u8* bytes;
    u32 length;
    u32 to;
  };
  Vector<Piece> pieces_;
};

/// `what` is a file, a device such as (hd0), (hd0,0) or (cd), or blocks such as (hd0,0)+1. Null when it
/// fails.
Result chain_load(Session& session, Text what, const ChainOptions& options, Chain*& chain);

}  // namespace stage2
