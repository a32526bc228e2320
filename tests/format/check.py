#!/usr/bin/env python3
"""Every C++ file looks as .clang-format says.

    check.py ROOT         exit 1 and one line per file that does not
    check.py ROOT --fix   formats those files

Versions of clang-format differ in details; the one that counts is Debian 12's. With another, or none, the check is
skipped (exit 77).
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys

VERSION = '14'
FOLDERS = ['emu', 'devices', 'bios', 'debugger', 'bootsim', 'ui', 'firmware', 'tests', 'bench', 'fuzz', 'examples']
SKIPPED = 77


def clang_format():
    for name in (f'clang-format-{VERSION}', 'clang-format'):
        program = shutil.which(name)
        if not program:
            continue
        said = subprocess.run([program, '--version'], capture_output=True, text=True, check=True).stdout
        if re.search(rf'version {VERSION}\.', said):
            return program
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('root', type=pathlib.Path)
    parser.add_argument('--fix', action='store_true')
    args = parser.parse_args()
    program = clang_format()
    if not program:
        print(f'skipped: no clang-format {VERSION}')
        return SKIPPED
    files = sorted(path for folder in FOLDERS for suffix in ('*.cpp', '*.h') for path in (args.root / folder).rglob(suffix))
    if not files:
        sys.exit(f'no C++ below {args.root}')
    if args.fix:
        return subprocess.run([program, '-i', *files], check=False).returncode
    done = subprocess.run([program, '--dry-run', *files], capture_output=True, text=True, check=True)
    astray = sorted(set(re.findall(r'^(.*?):\d+:\d+: warning: code should be clang-formatted', done.stderr, re.M)))
    for path in astray:
        print(f'{pathlib.Path(path).relative_to(args.root)}: not as .clang-format says; ./dev format mends it')
    return 1 if astray else 0


if __name__ == '__main__':
    sys.exit(main())
