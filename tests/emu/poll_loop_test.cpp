#include "emu/poll_loop.h"

#include <gtest/gtest.h>

#include <vector>

namespace emu {
namespace {

bool looks16(std::vector<std::uint8_t> code) { return only_looks(code, false); }
bool looks32(std::vector<std::uint8_t> code) { return only_looks(code, true); }

TEST(PollLoop, ReadingTheTickCounterAndComparingIsLooking) {
  EXPECT_TRUE(looks16({0xA1, 0x6C, 0x04, 0x39, 0xC3, 0x74, 0xF9}));              // mov ax,[46Ch]; cmp bx,ax; je
  EXPECT_TRUE(looks16({0x66, 0x3B, 0x06, 0x6C, 0x04, 0x74, 0xF9}));              // cmp eax,[46Ch]; je
  EXPECT_TRUE(looks16({0x1E, 0x26, 0x8B, 0x16, 0x6C, 0x04, 0x1F, 0xC3}));        // push/pop ds, mov dx,es:[46Ch]; ret
  EXPECT_TRUE(looks32({0x83, 0x3D, 0x6C, 0x04, 0x00, 0x00, 0x05, 0x72, 0xF7}));  // cmp dword [46Ch],5; jb
  EXPECT_TRUE(looks32({0xF3, 0x90, 0xEB, 0xFC}));                                // pause; jmp
}

TEST(PollLoop, StoresPortsAndHaltsAreMoreThanLooking) {
  EXPECT_FALSE(looks16({0xFF, 0x06, 0x00, 0x05, 0xEB, 0xFA}));  // inc word [500h]
  EXPECT_FALSE(looks16({0xA3, 0x00, 0x05}));                    // mov [500h],ax
  EXPECT_FALSE(looks16({0x89, 0x07}));                          // mov [bx],ax
  EXPECT_FALSE(looks16({0x01, 0x07}));                          // add [bx],ax
  EXPECT_FALSE(looks16({0x83, 0x07, 0x01}));                    // add word [bx],1
  EXPECT_FALSE(looks16({0xE4, 0x60}));                          // in al,60h
  EXPECT_FALSE(looks16({0xF4}));                                // hlt
  EXPECT_FALSE(looks16({0xF3, 0xAB}));                          // rep stosw
  EXPECT_FALSE(looks16({0xCD, 0x16}));                          // int 16h
}

TEST(PollLoop, InstructionCutOffByTheEndOfTheBlockIsNotUnderstood) {
  EXPECT_FALSE(looks16({0xA1, 0x6C}));
  EXPECT_FALSE(looks16({0x3B, 0x06}));
  EXPECT_FALSE(looks16({0x66}));
}

}  // namespace
}  // namespace emu
