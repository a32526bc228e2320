// Names of partition types.
#pragma once

#include <cstdint>
#include <string>

#include "devices/media/partition_table.h"

namespace devices::media {

/// The name of a GPT partition type, or its GUID as text.
std::string gpt_type_name(const Guid& type);

}  // namespace devices::media
