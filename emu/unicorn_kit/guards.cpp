// Overrides that keep a guest from taking the process down. They need nothing of the kit, and are in every build.
#include <cstring>

#include "emu/unicorn_kit/decoder.h"
#include "emu/unicorn_kit/kit.h"
#include "emu/unicorn_kit/upstream.h"

namespace emu::kit {

// Here, because whoever opens an engine asks, and so links the guards.
bool linked_in() {
#ifdef BOOTSIM_KIT
  return true;
#else
  return false;
#endif
}

}  // namespace emu::kit

extern "C" {

// The translator asks before each instruction whether it is to stop there; the key is the instruction's address.
void* __wrap_g_tree_lookup(void* tree, const void* key) {
  std::uint64_t address;
  std::memcpy(&address, key, sizeof address);
  emu::kit::instruction_begins(address);
  return __real_g_tree_lookup(tree, key);
}

std::uint32_t __wrap_cpu_ldub_code_x86_64(void* env, std::uint64_t address) {
  return emu::kit::code_byte_shown(address, static_cast<std::uint8_t>(__real_cpu_ldub_code_x86_64(env, address)));
}

// What MOV DR7 asks for. Nonzero: there is no room. The library would throw away the translated code that executes it,
// and keep pointers in the saved state.
int __wrap_cpu_breakpoint_insert_x86_64(void*, std::uint64_t, int, void**) { return -1; }
int __wrap_cpu_watchpoint_insert_x86_64(void*, std::uint64_t, std::uint64_t, int, void**) { return -1; }

}  // extern "C"
