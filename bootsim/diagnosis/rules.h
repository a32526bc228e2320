// The rules of a diagnosis, in the order in which they are asked; the first that knows an answer gives it.
#pragma once

#include <optional>
#include <span>

#include "bootsim/diagnosis.h"
#include "bootsim/diagnosis/evidence.h"

namespace bootsim::diagnosing {

/// What a rule says; `evidence` are numbers of disk calls.
struct Answer {
  std::string text;
  std::vector<std::uint64_t> evidence;
};
using Look = std::optional<Answer> (*)(const Evidence&);

struct Rule {
  DiagnosisRule facts;
  Look look;
};

/// Each file's rows, joined in diagnosis.cpp.
std::span<const Rule> media_rules();     // rule_media.cpp: what the BIOS did not start
std::span<const Rule> catalog_rules();   // rule_catalog.cpp: El Torito
std::span<const Rule> register_rules();  // rule_registers.cpp: other registers at the start
std::span<const Rule> pointer_rules();   // rule_pointers.cpp: tables and lists that do not fit the medium
std::span<const Rule> read_rules();      // rule_reads.cpp: the read that failed
std::span<const Rule> function_rules();  // rule_reads.cpp: calls that the BIOS does not know
std::span<const Rule> crash_rules();     // rule_crash.cpp: code that is none
std::span<const Rule> words_rules();     // rule_words.cpp: what the loader or the kernel said
std::span<const Rule> way_rules();       // rule_ways.cpp: other ways of attaching, other quirks

}  // namespace bootsim::diagnosing
