#include "stage2/config/foreign.h"

namespace stage2 {
namespace {

constexpr const char* kMultiboot = "multiboot kernels and their modules are not supported";
constexpr const char* kPasswords = "there are no passwords here, and this is not started without one";
constexpr const char* kInstaller = "`bootsim install` installs the loader";
constexpr const char* kModules = "this loader has no modules: the line is not needed";

struct ForeignWord {
  const char* word;
  const char* reason;
};

constexpr ForeignWord kForeignWords[] = {
    {"com32", "Syslinux's modules (.c32) run under Syslinux alone"},
    {"insmod", kModules},
    {"rmmod", kModules},
    {"loopback", "`map` makes a drive of a file, `isoboot` boots a live system out of one"},
    {"module", kMultiboot},
    {"modulenounzip", kMultiboot},
    {"multiboot", kMultiboot},
    {"multiboot2", kMultiboot},
    {"lock", kPasswords},
    {"password", kPasswords},
    {"password_pbkdf2", kPasswords},
    {"install", kInstaller},
    {"setup", kInstaller},
    {"embed", kInstaller},
};

}  // namespace

const char* why_no_command(Text word) {
  for (const ForeignWord& known : kForeignWords)
    if (word == Text(known.word)) return known.reason;
  return nullptr;
}

}  // namespace stage2
