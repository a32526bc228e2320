#!/usr/bin/env python3
"""The menu over a picture, pixel by pixel: the picture where no text is, a quarter of its brightness behind text.

    check_picture.py --media DIR [--bootsim FILE]      without --bootsim: QEMU + SeaBIOS

exit code 0: as it should be; 1: not
"""
import argparse
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'qemu'))
import picture

CELL = 16  # height of a line of text
MARGIN = 16  # two columns at each side that the menu leaves free
BLACK, GREY, WHITE, BLUE = (0, 0, 0), (0xAA,) * 3, (0xFF,) * 3, (0, 0, 0xAA)


class Case:
    """One menu. `rows` are those with text: {row: (ink, paper or None for the dimmed picture, whether there is any ink)}."""

    def __init__(self, key, screen, size, rows):
        self.key, self.screen, self.size, self.rows = key, screen, size, rows

    def behind(self, x, y):
        """The picture in the middle of the screen, black around it."""
        x, y = x - (self.screen[0] - self.size[0]) // 2, y - (self.screen[1] - self.size[1]) // 2
        return picture.place(x, y, *self.size) if 0 <= x < self.size[0] and 0 <= y < self.size[1] else BLACK

    def faults(self, pixel):
        """Sentences about pixel(x, y)."""
        width, height = self.screen
        ink_seen = dict.fromkeys(self.rows, 0)
        for y in range(height):
            row = y // CELL
            for x in range(width):
                found, behind = pixel(x, y), self.behind(x, y)
                if row not in self.rows or not MARGIN <= x < width - MARGIN:
                    wanted = (behind,)
                else:
                    ink, paper, _ = self.rows[row]
                    wanted = (ink, paper or tuple(c // 4 for c in behind))
                    ink_seen[row] += found == ink
                if found not in wanted:
                    return [f'{x},{y}: {found}, not {" or ".join(map(str, wanted))}']
        return [f'row {row}: {ink_seen[row]} pixels of text' for row, (_, _, text) in self.rows.items()
                if text != (ink_seen[row] > 100)]


def menu(rows, entries, ink=GREY, paper=None, title_ink=WHITE, help_text=False):
    """The rows of a menu: title, entries of which the first is selected, three of help, the count-down's and the keys'."""
    lines = {0: (title_ink, paper, True), 2: (BLACK, GREY, True)}
    lines.update({2 + i: (ink, paper, True) for i in range(1, entries)})
    lines.update({rows - 6: (ink, paper, help_text), rows - 5: (ink, paper, False), rows - 4: (ink, paper, False),
                  rows - 3: (title_ink, paper, False), rows - 2: (title_ink, paper, True)})
    return lines


CASES = [Case(None, (640, 480), (640, 480), menu(30, 3, help_text=True)),
         Case('8', (800, 600), (800, 600), menu(37, 1, ink=WHITE, paper=BLUE)),
         Case('3', (640, 480), (320, 200), menu(30, 1))]


def read_png(data):
    """(width, height, rows of RGB bytes) of a PNG with 8 bits a channel, not interlaced."""
    width, height, depth, kind = struct.unpack('>IIBB', data[16:26])
    channels = {2: 3, 6: 4}[kind]
    assert depth == 8
    at, packed = 8, b''
    while at < len(data):
        length, name = struct.unpack('>I4s', data[at:at + 8])
        packed += data[at + 8:at + 8 + length] if name == b'IDAT' else b''
        at += 12 + length
    raw, stride, rows = zlib.decompress(packed), width * channels, []
    before = bytes(stride)
    for y in range(height):
        line = bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        unfilter(raw[y * (stride + 1)], line, before, channels)
        rows.append(line)
        before = line
    return width, height, [bytes(b for i, b in enumerate(row) if i % channels < 3) for row in rows]


def unfilter(kind, line, above, channels):
    for i in range(len(line) if kind else 0):
        left = line[i - channels] if i >= channels else 0
        corner = above[i - channels] if i >= channels else 0
        if kind == 4:
            estimate = left + above[i] - corner
            guess = min((left, above[i], corner), key=lambda c: abs(estimate - c))
        else:
            guess = {1: left, 2: above[i], 3: (left + above[i]) // 2}[kind]
        line[i] = (line[i] + guess) & 0xFF


def read_ppm(data):
    _, size, _, pixels = data.split(b'\n', 3)
    width, height = map(int, size.split())
    return width, height, [pixels[y * width * 3:(y + 1) * width * 3] for y in range(height)]


def complaints(case, image):
    width, height, rows = image
    if (width, height) != case.screen:
        return [f'the screen has {width}x{height} pixels, not {case.screen[0]}x{case.screen[1]}']
    return case.faults(lambda x, y: tuple(rows[y][x * 3:x * 3 + 3]))


def under_bootsim(program, medium, case):
    with tempfile.TemporaryDirectory() as folder:
        shot = pathlib.Path(folder) / 'screen.png'
        keys = ['--type-at', 'graphics:640x480', case.key] if case.key else []
        subprocess.run([program, 'run', '--hd', medium, *keys, '--limit', '20s', '--quiet', '--screenshot', shot], timeout=120)
        return complaints(case, read_png(shot.read_bytes()))


def under_qemu(medium, case):
    import qemu_pc
    with qemu_pc.QemuPc(qemu_pc.drive_options([('hd', medium)]), 'x86_64', 64) as pc:
        wrong, steps = ['the menu does not come'], [case] if case.key is None else [CASES[0], case]
        for number, step in enumerate(steps):
            give_up = time.monotonic() + 60
            while time.monotonic() < give_up:
                pc.monitor.command(f'screendump "{pc.scratch}/shot.ppm"')
                wrong = complaints(step, read_ppm((pc.scratch / 'shot.ppm').read_bytes()))
                if not wrong:
                    break
                time.sleep(0.5)
            if wrong:
                return wrong
            if number + 1 < len(steps):
                pc.send_key(case.key)
        return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--media', required=True, type=pathlib.Path)
    parser.add_argument('--bootsim')
    options = parser.parse_args()
    medium = options.media / 'firmware/stage2-picture.img'
    result = 0
    for case in CASES:
        wrong = under_bootsim(options.bootsim, medium, case) if options.bootsim else under_qemu(medium, case)
        print(f'{case.size[0]}x{case.size[1]} on {case.screen[0]}x{case.screen[1]}: {"; ".join(wrong) or "as it should be"}')
        result |= bool(wrong)
    return result


if __name__ == '__main__':
    sys.exit(main())
