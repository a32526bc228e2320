#!/usr/bin/env python3
"""Installs stage2 into a raw image for the boot tests: what `bootsim install` does, by the same contract, without its care.

    place.py IMAGE STAGE2 --boot FILE --at LBA [--keep fat16|fat32|mbr] --kind N [--volume LBA] [--area LBA+COUNT,...] [--id N]

STAGE2's sectors are written to the areas, or else looked for in the image: then it is a file of some file system there, and
every sector of it differs from all others. --at is the boot sector's LBA; --keep says what of the old sector stays.
"""
import argparse
import pathlib
import struct

SECTOR = 512
KEPT = {'fat16': (3, 0x3E), 'fat32': (3, 0x5A), 'mbr': (440, 512), None: (0, 0)}
INSTALL_ID_AT, KIND_AT, VOLUME_AT, RUNS_AT, MOST_RUNS = 0x0C, 0x10, 0x18, 0x20, 48  # firmware/common/stage2.inc


def number(text):
    return int(text, 0)


def areas(text):
    for part in text.split(','):
        lba, _, count = part.partition('+')
        yield from range(number(lba), number(lba) + number(count or '1'))


def find_sectors(image, stage2):
    """LBAs of the file's sectors, by their content."""
    size = pathlib.Path(image.name).stat().st_size
    wanted = {stage2[at:at + SECTOR]: at // SECTOR for at in range(0, len(stage2), SECTOR)}
    found = {}
    image.seek(0)
    for lba in range(size // SECTOR):
        found.setdefault(wanted.get(image.read(SECTOR)), lba)
    missing = [n for n in wanted.values() if n not in found]
    if missing:
        raise SystemExit(f'place.py: {image.name} lacks sectors {missing} of stage2')
    return [found[n] for n in range(len(stage2) // SECTOR)]


def runs_of(sectors):
    runs = []
    for lba in sectors:
        if runs and runs[-1][0] + runs[-1][1] == lba:
            runs[-1][1] += 1
        else:
            runs.append([lba, 1])
    if len(runs) > MOST_RUNS:
        raise SystemExit(f'place.py: {len(runs)} runs; a head holds {MOST_RUNS}')
    return runs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('image', type=pathlib.Path)
    parser.add_argument('stage2', type=pathlib.Path)
    parser.add_argument('--boot', type=pathlib.Path, required=True)
    parser.add_argument('--at', type=number, required=True)
    parser.add_argument('--keep', choices=[name for name in KEPT if name])
    parser.add_argument('--kind', type=number, required=True)
    parser.add_argument('--volume', type=number, default=0)
    parser.add_argument('--area', type=areas)
    parser.add_argument('--id', type=number, default=0x1D1D1D1D)
    options = parser.parse_args()

    stage2 = bytearray(options.stage2.read_bytes())
    with open(options.image, 'r+b') as image:
        count = len(stage2) // SECTOR
        sectors = list(options.area)[:count] if options.area else find_sectors(image, bytes(stage2))
        if len(sectors) < count:
            raise SystemExit(f'place.py: stage2 has {count} sectors, the areas have {len(sectors)}')
        struct.pack_into('<IB', stage2, INSTALL_ID_AT, options.id, options.kind)
        struct.pack_into('<Q', stage2, VOLUME_AT, options.volume)
        for n, (lba, length) in enumerate(runs_of(sectors[2:])):
            struct.pack_into('<QH', stage2, RUNS_AT + 10 * n, lba, length)
        for n, lba in enumerate(sectors):
            image.seek(lba * SECTOR)
            image.write(stage2[n * SECTOR:(n + 1) * SECTOR])

        boot = bytearray(options.boot.read_bytes())
        boot += bytes(SECTOR - len(boot))
        image.seek(options.at * SECTOR)
        old = image.read(SECTOR)
        first, last = KEPT[options.keep]
        boot[first:last] = old[first:last]
        boot[510:] = b'\x55\xaa'
        struct.pack_into('<IQQ', boot, boot.index(b'BSBL') + 4, options.id, sectors[0], sectors[1])
        image.seek(options.at * SECTOR)
        image.write(boot)


if __name__ == '__main__':
    main()
