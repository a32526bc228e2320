// Unicorn's uc_open() names the start of every architecture that it knows, so a static link takes all of
// them: 20 MB of program, and 70,000 addresses for the loader to set at every start. A PC needs one. These
// take the others' place; the link asks for this file by the symbol arm_uc_init (emu/CMakeLists.txt).
#include <cstdlib>

// uc_open(UC_ARCH_X86, ...), the only call there is, reaches none of them.
#define BOOTSIM_ABSENT_ARCHITECTURE(name)                                  \
  extern "C" [[noreturn]] void name##_uc_init() { std::abort(); }          \
  extern "C" [[noreturn]] void name##_context_reg_read() { std::abort(); } \
  extern "C" [[noreturn]] void name##_context_reg_write() { std::abort(); }

BOOTSIM_ABSENT_ARCHITECTURE(arm)
BOOTSIM_ABSENT_ARCHITECTURE(arm64)
BOOTSIM_ABSENT_ARCHITECTURE(m68k)
BOOTSIM_ABSENT_ARCHITECTURE(mips)
BOOTSIM_ABSENT_ARCHITECTURE(mips64)
BOOTSIM_ABSENT_ARCHITECTURE(mips64el)
BOOTSIM_ABSENT_ARCHITECTURE(mipsel)
BOOTSIM_ABSENT_ARCHITECTURE(ppc)
BOOTSIM_ABSENT_ARCHITECTURE(ppc64)
BOOTSIM_ABSENT_ARCHITECTURE(riscv32)
BOOTSIM_ABSENT_ARCHITECTURE(riscv64)
BOOTSIM_ABSENT_ARCHITECTURE(s390)
BOOTSIM_ABSENT_ARCHITECTURE(sparc)
BOOTSIM_ABSENT_ARCHITECTURE(sparc64)
BOOTSIM_ABSENT_ARCHITECTURE(tricore)
