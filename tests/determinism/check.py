#!/usr/bin/env python3
"""Two runs of a medium give the same trace, byte for byte, whatever else is asked for.

    check.py --bootsim FILE --media DIR [NAME...]

The first run traces every interrupt in JSON Lines. The others show the screen, follow progress, write the serial port and
a summary; their traces have to be the first one's. Then every medium of bench/media.tsv runs twice in each other format.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'bench'))
import machines

SYSLINUX = ['--type-at', r'screen:boot:', 'hello<Enter>', '--until', 'screen:CAT-OK']
MEDIA = {
    'grub-rescue-cdrom.iso': ['--cd', '--type-at', r'screen:GNU GRUB', 'c', '--type-at', 'screen:grub>', 'ls<Enter>',
                              '--until', r'screen:ls\s+\('],
    'syslinux-fat12-1440.img': ['--floppy', *SYSLINUX],
    'syslinux-gptmbr-fat32.img': ['--hd', *SYSLINUX],
    'memdisk-floppy.iso': ['--cd', *SYSLINUX],
    'memtest86+ia32.iso': ['--cd', '--until', 'screen:Status: Testing'],
    'broken-truncated.iso': ['--cd'],
}
VARIANTS = {
    'the same again': ['--quiet'],
    'screen, progress and serial': ['--screen', '--progress', '--serial', '/dev/null'],
    'a summary': ['--json', '/dev/null', '--limit', '119s'],
}


def trace(program, medium, how, extra, output, form='jsonl'):
    kind, *conditions = how
    output.unlink(missing_ok=True)
    result = subprocess.run([program, 'run', kind, medium, *conditions, f'--trace={output}', '--trace-format', form,
                             '--trace-calls', 'all', *extra],
                            stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
    return result.returncode, output.read_bytes() if output.exists() else b''


def first_difference(first, again):
    pairs = zip(first.splitlines() + [b'(end)'], again.splitlines() + [b'(end)'])
    return next((f'\n    {a.decode()}\n    {b.decode()}' for a, b in pairs if a != b), '')


def other_formats(program, folder, output):
    """Every medium, twice, as text and for Perfetto. How many did not repeat themselves."""
    failures = 0
    table = pathlib.Path(__file__).resolve().parents[2] / 'bench' / 'media.tsv'
    for medium in machines.read_media(table, folder):
        where = 'serial' if medium.serial else 'screen'
        how = [f'--{medium.kind}', '--mem', f'{medium.memory}M', '--until', f'{where}:{medium.pattern}']
        for form in ('text', 'perfetto'):
            runs = [trace(program, medium.path, how, ['--quiet'], output, form) for _ in range(2)]
            if runs[0][0] != 0 or len(runs[0][1].splitlines()) < 3:
                failures += 1
                print(f'{medium.name}: {form}: exit {runs[0][0]}, and no trace to speak of')
            elif runs[0] != runs[1]:
                failures += 1
                print(f'{medium.name}: {form}: exit {runs[0][0]} and {runs[1][0]}; first difference:'
                      f'{first_difference(runs[0][1], runs[1][1])}')
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bootsim', required=True)
    parser.add_argument('--media', required=True, type=pathlib.Path)
    parser.add_argument('names', nargs='*', help='media; default all')
    options = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        output = pathlib.Path(scratch) / 'trace.jsonl'
        for name in options.names or MEDIA:
            first_exit, first = trace(options.bootsim, options.media / name, MEDIA[name], ['--quiet'], output)
            if len(first.splitlines()) < 2:  # the header and a call
                failures += 1
                print(f'{name}: exit {first_exit}, and no trace to speak of')
                continue
            for variant, extra in VARIANTS.items():
                code, again = trace(options.bootsim, options.media / name, MEDIA[name], extra, output)
                if (code, again) == (first_exit, first):
                    continue
                failures += 1
                print(f'{name}: {variant}: exit {first_exit} and {code}; first difference:{first_difference(first, again)}')
        if not options.names:
            failures += other_formats(options.bootsim, options.media, output)
    print(f'{failures} differences')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
