#!/usr/bin/env python3
"""The broken media of the rules' tests, as inputs of fuzz/diagnosis_fuzz.cpp: a byte of choices, then the medium up to its last
byte that is not zero. Large media are left out.

seeds.py --media FOLDER --out FOLDER
"""
import argparse
import os
import re
import tempfile

from check import CASES

ATTACHED = {'hd': 0, 'floppy': 1, 'cd': 2, 'usb-hd': 3}
TYPED = 32  # nothing is followed step by step
MOST = 200_000


def choices(path, args):
    words = ' '.join(args)
    given = re.search(r'--as (\S+)', words)
    how = given.group(1) if given else 'cd' if path.endswith('.iso') else 'hd'
    return ATTACHED.get(how, 0) | (16 if 'no-edd' in words else 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--media', required=True)
    parser.add_argument('--out', required=True)
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    for number, case in enumerate(CASES):
        if any(not os.path.exists(os.path.join(options.media, need)) for need in case.needs):
            continue
        with tempfile.TemporaryDirectory() as folder:
            path, args = case.broken(folder, options.media)
            if not isinstance(path, str) or not os.path.isfile(path) or os.path.getsize(path) > 64 << 20:
                continue
            with open(path, 'rb') as f:
                data = f.read().rstrip(b'\0')
        if len(data) <= MOST:
            for typed in (0, TYPED):
                name = f'{number:03}-{re.sub("[^A-Za-z0-9]+", "-", case.name)}-{typed}'
                with open(os.path.join(options.out, name), 'wb') as f:
                    f.write(bytes([choices(path, args) | typed]) + data)


if __name__ == '__main__':
    main()
