// Rust's names, as its compilers since 1.59 may mangle them ("v0", RFC 2603).
#pragma once

#include <string>
#include <string_view>

namespace debugger {

/// "_RNvCs1234_6kernel4main" is "kernel::main": as written, without crates' hashes. Empty for what is none or is too
/// long to read.
std::string demangled_rust(std::string_view mangled);

}  // namespace debugger
