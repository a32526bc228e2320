#!/usr/bin/env python3
"""Makes the video BIOS's fonts from the console fonts of Debian's package console-setup-linux.

usage: make_fonts.py CONSOLEFONTS_DIR OUTPUT.cpp

The *VGA8, *VGA14 and *VGA16 fonts of the package are one set of drawings, cut into PSF files by alphabet; each file has
a table that says which Unicode characters its glyphs stand for. This picks the 256 characters of code page 437 out of
them, in its order. Seven characters are in none of the files in every size: in 8x14 they are the 8x16 drawings without
their first and last lines (which are blank there), the rest are drawn below.
"""
import gzip
import os
import sys

# Searched in this order; the first file that has a character gives its glyph.
FILES = ["Uni2", "Uni1", "FullGreek", "FullCyrSlav", "Greek", "Lat15", "Lat2", "Arabic", "CyrKoi"]

GRAPHIC = " \u263a\u263b\u2665\u2666\u2663\u2660\u2022\u25d8\u25cb\u25d9\u2642\u2640\u266a\u266b\u263c" \
          "\u25ba\u25c4\u2195\u203c\u00b6\u00a7\u25ac\u21a8\u2191\u2193\u2192\u2190\u221f\u2194\u25b2\u25bc"
CP437 = GRAPHIC + bytes(range(32, 127)).decode("ascii") + "\u2302" + bytes(range(128, 256)).decode("cp437")

DRAWN = {
    8: {
        "\u25ba": "#....... ###..... #####... #######. #####... ###..... #....... ........",
        "\u25c4": "......#. ....###. ..#####. #######. ..#####. ....###. ......#. ........",
        "\u20a7": "#####... ##..##.. ##.####. #####.#. ##...##. ##..####. ##...##. ##....##",
        "\u2310": "........ ........ ........ #######. ##...... ##...... ........ ........",
        "\u221e": "........ ........ .######. ##.##.## ##.##.## .######. ........ ........",
        "\u2229": ".#####.. ##...##. ##...##. ##...##. ##...##. ##...##. ##...##. ........",
        "\u2261": "........ #######. ........ #######. ........ #######. ........ ........",
    },
    16: {
        "\u25ba": "........ #....... ##...... ###..... ####.... #####... #######. #####... "
                  "####.... ###..... ##...... #....... ........ ........ ........ ........",
        "\u25c4": "........ ......#. .....##. ....###. ...####. ..#####. #######. ..#####. "
                  "...####. ....###. .....##. ......#. ........ ........ ........ ........",
    },
}


def drawn_glyph(drawing):
    lines = [line[:8] for line in drawing.split()]
    return bytes(int(line.replace("#", "1").replace(".", "0"), 2) for line in lines)


def read_psf(path):
    """Character -> glyph, from a PSF version 1 file with a Unicode table."""
    data = gzip.open(path).read()
    if data[:2] != b"\x36\x04" or not data[2] & 2:
        sys.exit(f"{path}: not a PSF 1 font with a Unicode table")
    count, height = 512 if data[2] & 1 else 256, data[3]
    table = data[4 + count * height:]
    glyphs, index, in_sequence = {}, 0, False
    for i in range(0, len(table) - 1, 2):
        code = table[i] | table[i + 1] << 8
        if code == 0xFFFF:  # next glyph
            index, in_sequence = index + 1, False
        elif code == 0xFFFE:  # combining sequences follow
            in_sequence = True
        elif not in_sequence and index < count:
            start = 4 + index * height
            glyphs.setdefault(chr(code), data[start:start + height])
    return height, glyphs


def load_size(directory, height):
    found = {}
    for name in FILES:
        path = os.path.join(directory, f"{name}-VGA{height}.psf.gz")
        if not os.path.exists(path):
            continue
        real_height, glyphs = read_psf(path)
        if real_height != height:
            sys.exit(f"{path}: {real_height} lines a glyph, expected {height}")
        for character, glyph in glyphs.items():
            found.setdefault(character, glyph)
    for character, drawing in DRAWN.get(height, {}).items():
        found.setdefault(character, drawn_glyph(drawing))
    found[" "] = bytes(height)
    return found


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    directory, output = sys.argv[1:]
    sizes = {height: load_size(directory, height) for height in (8, 14, 16)}
    for character, glyph in sizes[16].items():
        if character not in sizes[14] and character in CP437:
            sizes[14][character] = glyph[1:15]
    text = "// Made by bios/make_fonts.py; do not edit.\n#include \"bios/fonts.h\"\n\nnamespace bios {\n"
    for height, glyphs in sizes.items():
        missing = [f"{i:02X}h U+{ord(c):04X}" for i, c in enumerate(CP437) if c not in glyphs]
        if missing:
            sys.exit(f"8x{height}: no glyph for {', '.join(missing)}; is console-setup-linux installed completely?")
        text += f"\nconst std::array<std::uint8_t, 256 * {height}> kFont8x{height} = {{\n"
        for i, c in enumerate(CP437):
            text += "    " + " ".join(f"0x{b:02X}," for b in glyphs[c]) + f"  // {i:02X}\n"
        text += "};\n"
    text += "\n}  // namespace bios\n"
    with open(output, "w", encoding="ascii") as f:
        f.write(text)


if __name__ == "__main__":
    main()
