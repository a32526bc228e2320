#!/usr/bin/env python3
"""Keeps the layers pointing downward, from the #include lines alone.

    check.py ROOT        exit 1 and one line per violation
    check.py --self-test plants violations in a scratch tree and expects each to be reported

ui -> bootsim -> debugger -> bios -> devices -> emu: a file may include its own layer and those to the right. tests/, fuzz/
and bench/ may include every layer but ui, tests/ui/ that one too; nobody includes firmware/. The libraries that a layer hides stay hidden.
"""
import pathlib
import re
import sys
import tempfile

LAYERS = ['emu', 'devices', 'bios', 'debugger', 'bootsim', 'ui']
USERS = ['tests', 'fuzz', 'bench']
SUFFIXES = {'.h', '.cpp', '.cc', '.hpp', '.c', '.inc'}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
# library headers -> where they may be included, as a pattern over the path in the tree
RESERVED = [
    (re.compile(r'^unicorn/'), re.compile(r'^emu/'), 'Unicorn belongs to emu/'),
    (re.compile(r'^capstone/'), re.compile(r'^debugger/disassembler'), 'Capstone belongs to debugger/disassembler'),
    (re.compile(r'^(SDL2?/|SDL\.h|imgui|GL/)'), re.compile(r'^ui/'), 'SDL, OpenGL and Dear ImGui belong to ui/'),
]


def includes(path):
    for number, line in enumerate(path.read_text(encoding='utf-8', errors='replace').splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def layer_of(root, path, quote, target):
    """The top folder that an include names, or None for a library's or the system's header."""
    beside = (path.parent / target).resolve()
    if quote == '"' and beside.is_file() and root in beside.parents:
        return beside.relative_to(root).parts[0]
    first = target.split('/')[0]
    return first if '/' in target and (first in LAYERS + USERS + ['firmware']) else None


def violations(root):
    root = root.resolve()
    for folder in LAYERS + USERS:
        for path in sorted((root / folder).rglob('*')):
            if path.suffix not in SUFFIXES or not path.is_file():
                continue
            name = path.relative_to(root).as_posix()
            for number, quote, target in includes(path):
                for header, allowed, why in RESERVED:
                    if header.search(target) and not allowed.search(name):
                        yield f'{name}:{number}: includes {target}: {why}'
                layer = layer_of(root, path, quote, target)
                if layer is None:
                    continue
                if layer == 'firmware':
                    yield f'{name}:{number}: includes {target}: firmware/ is guest code'
                elif folder in LAYERS and layer in USERS:
                    yield f'{name}:{number}: includes {target}: {folder}/ may not know {layer}/'
                elif folder in LAYERS and LAYERS.index(layer) > LAYERS.index(folder):
                    yield f'{name}:{number}: includes {target}: {folder}/ lies below {layer}/'
                elif folder in USERS and layer == 'ui' and not name.startswith('tests/ui/'):
                    yield f'{name}:{number}: includes {target}: other tests and benchmarks run without ui/'


PLANTED = {  # path -> (line, is it a violation)
    'emu/up.cpp': ('#include "devices/chip.h"', True),
    'emu/fine.cpp': ('#include <unicorn/unicorn.h>', False),
    'devices/media/up.h': ('#  include "../../bios/bios.h"', True),
    'devices/engine.cpp': ('#include <unicorn/x86.h>', True),
    'devices/fine.cpp': ('#include "emu/types.h"', False),
    'bios/sideways.cpp': ('#include "firmware/demo/demo.inc"', True),
    'bios/bios.h': ('#include <vector>', False),
    'debugger/disassembler.cpp': ('#include <capstone/capstone.h>', False),
    'debugger/trace.cpp': ('#include <capstone/capstone.h>', True),
    'bootsim/window.cpp': ('#include <SDL2/SDL.h>', True),
    'bootsim/test_helper.cpp': ('#include "tests/helper.h"', True),
    'bootsim/fine.cpp': ('#include "debugger/trace.h"', False),
    'ui/fine.cpp': ('#include <imgui.h>', False),
    'tests/emu/fine_test.cpp': ('#include "bootsim/pc.h"', False),
    'tests/engine_test.cpp': ('#include <unicorn/unicorn.h>', True),
}


def self_test():
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        for name, (line, _) in PLANTED.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(f'// a comment\n{line}\n')
        reported = {text.split(':')[0] for text in violations(root)}
    expected = {name for name, (_, bad) in PLANTED.items() if bad}
    for name in sorted(expected - reported):
        print(f'not caught: {name}: {PLANTED[name][0]}')
    for name in sorted(reported - expected):
        print(f'wrongly reported: {name}: {PLANTED[name][0]}')
    return reported == expected


def main():
    if sys.argv[1:] == ['--self-test']:
        return 0 if self_test() else 1
    if len(sys.argv) != 2 or not (pathlib.Path(sys.argv[1]) / 'emu').is_dir():
        print(__doc__)
        return 2
    found = list(violations(pathlib.Path(sys.argv[1])))
    print('\n'.join(found) if found else 'every include points downward')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
