// Names of C++ and Rust functions and objects, as their programmers write them.
#pragma once

#include <string>

namespace debugger {

/// "stage2::bios_call" of "_ZN6stage29bios_callEhRNS_4RegsE": without parameters and return type, and without the hash
/// that Rust appends. Empty: the name is not mangled, or by other rules than the Itanium C++ ABI's (§5.1), which Rust's
/// "legacy" mangling keeps, too, and Rust's own. Names that grow beyond measure when they are written out are left
/// alone.
std::string demangled(const std::string& name);

}  // namespace debugger
