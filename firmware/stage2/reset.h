#pragma once

namespace stage2 {

/// By the keyboard controller, as every PC since the AT can; port 92h and a triple fault for those that cannot.
[[noreturn]] void restart_machine();

}  // namespace stage2
