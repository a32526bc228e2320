#include "lib32/types.h"

namespace lib32 {

Quotient divide(u64 dividend, u32 divisor) {
#ifdef __i386__
  // Two DIVs; the first one's remainder is less than the divisor, so the second cannot overflow.
  const u32 high = static_cast<u32>(dividend >> 32);
  u32 low = static_cast<u32>(dividend);
  const u32 high_quotient = high / divisor;
  u32 remainder = high % divisor;
  __asm__("divl %2" : "+a"(low), "+d"(remainder) : "rm"(divisor) : "cc");
  return {static_cast<u64>(high_quotient) << 32 | low, remainder};
#else
  return {dividend / divisor, static_cast<u32>(dividend % divisor)};
#endif
}

}  // namespace lib32
