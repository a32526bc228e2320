#!/usr/bin/env python3
"""Draws a test picture: picture.py FILE.bmp WIDTH HEIGHT BITS. Sixteen flat squares of a colour each (place() says which),
so that whoever looks at the screen knows what must be there."""
import struct
import sys

# Bright and dark, none of them a text colour of VGA, nor a quarter of another one.
COLOURS = [(0xF8, 0xFC, 0xF8), (0xE8, 0x20, 0x10), (0x18, 0xD4, 0x28), (0x20, 0x30, 0xE8),
           (0xF0, 0xE0, 0x18), (0xC8, 0x28, 0xD0), (0x28, 0xC0, 0xD8), (0x70, 0x78, 0x80)]


def place(x, y, width, height):
    """The colour of a pixel: squares of a quarter of the width and height."""
    return COLOURS[(x * 4 // width + y * 4 // height * 3) % len(COLOURS)]


def bitmap(width, height, bits):
    stride = (width * bits + 31) // 32 * 4
    palette = b''.join(struct.pack('<BBBB', b, g, r, 0) for r, g, b in COLOURS) if bits == 8 else b''
    rows = []
    for y in reversed(range(height)):  # from the bottom up
        row = bytearray()
        for x in range(width):
            r, g, b = place(x, y, width, height)
            row += bytes([COLOURS.index((r, g, b))]) if bits == 8 else bytes([b, g, r, 0][:bits // 8])
        rows.append(bytes(row).ljust(stride, b'\0'))
    pixels = b''.join(rows)
    start = 14 + 40 + len(palette)
    return (struct.pack('<2sIHHI', b'BM', start + len(pixels), 0, 0, start) +
            struct.pack('<IiiHHIIiiII', 40, width, height, 1, bits, 0, len(pixels), 2835, 2835, len(palette) // 4, 0) +
            palette + pixels)


if __name__ == '__main__':
    with open(sys.argv[1], 'wb') as file:
        file.write(bitmap(*map(int, sys.argv[2:5])))
