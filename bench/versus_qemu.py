#!/usr/bin/env python3
"""Boots the same media under bootsim and under QEMU, in pairs, to the first text that needs no typing.

    versus_qemu.py --bootsim FILE --media DIR [--pairs 5] [--tsv FILE] [NAME...]

A ratio below 1 means that bootsim was there sooner. Times differ between machines and hours; ratios of pairs much less.
"""
import argparse
import fnmatch
import pathlib
import statistics
import sys

import machines

HERE = pathlib.Path(__file__).resolve().parent


def measure(program, medium, pairs):
    """Medians of both, and of the pairs' ratios."""
    ours, theirs = [], []
    for _ in range(pairs):
        theirs.append(machines.run_qemu(medium))
        ours.append(machines.run_bootsim(program, medium))
    return dict(name=medium.name,
                ours=statistics.median(run.seconds for run in ours),
                theirs=statistics.median(run.seconds for run in theirs),
                ratio=statistics.median(us.seconds / them.seconds for us, them in zip(ours, theirs)),
                our_mb=max(run.peak_mb for run in ours),
                their_mb=max(run.peak_mb for run in theirs))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('names', nargs='*', metavar='NAME', help='media, as shell patterns; default all')
    parser.add_argument('--bootsim', required=True)
    parser.add_argument('--media', required=True, type=pathlib.Path)
    parser.add_argument('--pairs', type=int, default=5)
    parser.add_argument('--tsv', type=pathlib.Path)
    options = parser.parse_args()

    rows, failed = [], 0
    print('| medium | bootsim s | QEMU s | ratio | bootsim MB | QEMU MB |\n|---|---:|---:|---:|---:|---:|')
    for medium in machines.read_media(HERE / 'media.tsv', options.media):
        if options.names and not any(fnmatch.fnmatch(medium.name, name) for name in options.names):
            continue
        try:
            row = measure(options.bootsim, medium, options.pairs)
        except RuntimeError as error:
            failed += 1
            print(f'| {medium.name} | failed | | | | |\n{error}', flush=True)
            continue
        rows.append(row)
        print(f'| {row["name"]} | {row["ours"]:.3f} | {row["theirs"]:.3f} | {row["ratio"]:.2f} | {row["our_mb"]:.0f} '
              f'| {row["their_mb"]:.0f} |', flush=True)
    if rows:
        ratios = [row['ratio'] for row in rows]
        print(f'| **median of {len(rows)}, worst** | | | **{statistics.median(ratios):.2f}, {max(ratios):.2f}** | '
              f'{max(row["our_mb"] for row in rows):.0f} | {max(row["their_mb"] for row in rows):.0f} |')
    if options.tsv and rows:
        options.tsv.write_text('\n'.join(['\t'.join(rows[0])] + ['\t'.join(str(v) for v in row.values()) for row in rows]) + '\n')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
