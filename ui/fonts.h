// The fonts in the program (cmake/EmbedFonts.cmake).
#pragma once

extern "C" {
extern const unsigned char bootsim_font_sans[], bootsim_font_sans_end[];
extern const unsigned char bootsim_font_strong[], bootsim_font_strong_end[];
extern const unsigned char bootsim_font_mono[], bootsim_font_mono_end[];
}
