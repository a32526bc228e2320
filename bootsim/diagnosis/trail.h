// Where the CPU was after the last disk call: the boot once more, in small steps of virtual time.
#pragma once

#include <optional>
#include <vector>

#include "bootsim/diagnosis/evidence.h"

namespace bootsim::diagnosing {

struct Step;

/// Starts of blocks of code, in the order in which they ran; the same address twice in a row is left out.
struct Trail {
  std::vector<emu::FarPtr> places;
  std::vector<emu::FarPtr> stacks;  ///< SS:SP there
};

/// How much of the way is wanted.
enum class Part { kEnd, kBeginning };

/// The last blocks of a real-mode boot that crashed. Nothing when they cannot be had: keys were typed, the
/// guest reset, or too much ran behind the last disk call. Or the first ones behind that call, however much
/// ran then.
std::optional<Trail> follow(const Evidence& evidence, Part part = Part::kEnd);

/// The block that jumped to what is no code: the last one on the trail that lies in what was loaded.
std::optional<emu::FarPtr> last_sound_place(const Evidence& evidence, const Trail& trail);

/// " It came there from the MBR at 0000:0623."; nothing when that is not known.
std::string came_from_words(const Evidence& evidence);
/// " The code before it …" when the CPU came to this place without a jump, from the instruction before it.
std::string ran_on_words(const Evidence& evidence, std::uint32_t linear);
/// " It took that address from …": where a jump or call through memory found it.
std::string taken_from_words(const Evidence& evidence, const Step& from);
/// " … segment and offset have changed places …": which slip leads to this address, where no code is; else
/// nothing.
std::string misread_address_words(const Evidence& evidence, const emu::FarPtr& at);

}  // namespace bootsim::diagnosing
