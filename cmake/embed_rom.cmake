# cmake -DBIN=rom.bin -DMAP=rom.map -DOUT=DIR -P embed_rom.cmake
# Turns the assembled BIOS ROM into DIR/rom_image.inc (its bytes, for an array) and its labels into DIR/rom_symbols.h.
file(SIZE ${BIN} size)
if(NOT size EQUAL 65536)
  message(FATAL_ERROR "the BIOS ROM has ${size} bytes instead of 65536: something grew over the next fixed address")
endif()
file(READ ${BIN} bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUT}/rom_image.inc "${bytes}")

# NASM's map lists "REAL-ADDRESS VIRTUAL-ADDRESS name"; local labels hold a period.
file(STRINGS ${MAP} lines REGEX "^ *[0-9A-F]+ +[0-9A-F]+ +[a-z][a-z0-9_]*$")
set(constants "")
foreach(line IN LISTS lines)
  string(REGEX MATCH "([0-9A-F]+) +([a-z][a-z0-9_]*)$" unused "${line}")
  set(offset ${CMAKE_MATCH_1})
  string(REPLACE "_" ";" words "${CMAKE_MATCH_2}")
  set(name "k")
  foreach(word IN LISTS words)
    string(SUBSTRING "${word}" 0 1 first)
    string(SUBSTRING "${word}" 1 -1 rest)
    string(TOUPPER "${first}" first)
    string(APPEND name "${first}${rest}")
  endforeach()
  string(APPEND constants "inline constexpr std::uint16_t ${name} = 0x${offset};\n")
endforeach()
file(WRITE ${OUT}/rom_symbols.h
     "// Made from bios/rom/: the offsets of its labels in segment F000h.\n#pragma once\n#include <cstdint>\n"
     "namespace bios::rom {\n${constants}}  // namespace bios::rom\n")
