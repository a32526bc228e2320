#!/usr/bin/env python3
"""packaging/spec.schema.json and the reader of specs say the same: every spec of ours fits both, every wrong one fits neither, and
the keys of one are the keys of the other.

    schema.py --bootsim FILE --schema FILE SPEC...      exit code 77: python3-jsonschema is not installed
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

try:
    import jsonschema
except ImportError:
    sys.exit(77)

# Each is refused by the reader for one thing that a schema can see.
WRONG = ['media: a\nscren: x', 'media: {tape: a}', 'media: a\nexit: 256', 'media: a\nexit: ok', 'media: a\nuntil: nonsense',
         'media: a\ncalls: {sometimes: [13/42]}', 'media: a\ncalls: [{lba: 3}]', 'media: a\ncalls: [{call: 13/42, lab: 3}]',
         'media: a\ncalls: [13/]', 'media: a\ncalls: {at-most: [{call: 13/42}]}', 'media: a\ncalls: {never: }', 'media: a\ncalls: [any]',
         'media: a\nreads: {/x: sometimes}', 'media: a\nmemory: {at: 0}', 'media: a\nhandoff: windows',
         'media: a\nhandoff: {comand-line: x}', 'media: a\ngolden: {calls: int13}', 'media: {build: a, nasm: b}',
         'media: a\ntype: {at: halt}', 'media: a\nverdict: []', 'media: a\nprofiles: some', '- a']
RIGHT = ['media: {floppy: {nasm: a.asm, size: 1440K}}\ncalls: {exact: [any, {any: "*"}, {any: 3}, 13/42], never: [{call: 13/03}]}',
         'media: [{cd: a}, {hd: none}]\ncalls: [{call: 13/42, lba: $a}, {call: 13/42, lba: $a + 1, drive: [80, e0], if: lba < 9}]',
         'media: a\nsectors: <= 600\ndisk-calls: 5\nvirtual-ms: 1..9\nreads: {/a: fully, /b: never}\nverdict: [waits, idle]',
         'media: a\nmemory: ["word [40:13] == 639", {at: "0000:7dfe", bytes: 55 AA}]\nhandoff: {command-line: x, initrd: [/a, /b]}',
         'media: a\ncalls: {never: 13/03, prefix: any, at-most: {call: 13/42, times: 1}}', 'media: a\ncalls: 13/42',
         'media: a\nprofiles: all', 'media: a\nprofiles: {except: [no-edd, clobber]}', 'media: a\nprofiles: [dl=00]',
         'media: {build: make, file: x}\ngolden: {file: x, calls: all}\ncalls: {at-most: [{call: 13/42, times: 3, cf: 1}]}']


def refusal(bootsim, text):
    """What the reader says of a spec, empty when it takes it."""
    with tempfile.TemporaryDirectory() as folder:
        spec = pathlib.Path(folder) / 'spec.yaml'
        spec.write_text(text)
        run = subprocess.run([bootsim, 'test', '--list', spec], capture_output=True, text=True)
        return run.stderr if run.returncode == 2 else ''


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--bootsim', required=True)
    parser.add_argument('--schema', type=pathlib.Path, required=True)
    parser.add_argument('specs', nargs='+', type=pathlib.Path)
    options = parser.parse_args()
    schema = json.loads(options.schema.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    wrong = []

    def check(name, text, expected):
        errors = [e.message for e in validator.iter_errors(yaml.safe_load(text))]
        complaint = refusal(options.bootsim, text)
        if bool(errors) == expected or bool(complaint) == expected:
            wrong.append(f'{name}:\n  schema: {errors[:2]}\n  reader: {complaint}')

    for spec in options.specs:  # the reader's own opinion of them is another test
        errors = [f'{list(e.absolute_path)}: {e.message}' for e in validator.iter_errors(yaml.safe_load(spec.read_text()))]
        if errors:
            wrong.append(f'{spec}: {errors[:2]}')
    for text in RIGHT:
        check(repr(text), text, True)
    for text in WRONG:
        check(repr(text), text, False)

    known = re.search(r'unknown key "x": (.*)', refusal(options.bootsim, 'media: a\nx: 1')).group(1).split()
    if sorted(known) != sorted(schema['properties']):
        wrong.append(f'keys: the reader knows {known}, the schema {list(schema["properties"])}')
    calls = re.search(r'in a call: (.*)', refusal(options.bootsim, 'media: a\ncalls: [{call: 13/42, x: 1}]')).group(1).split()
    if sorted(calls) != sorted(schema['$defs']['callMap']['properties']):
        wrong.append(f'keys of a call: the reader knows {calls}, the schema {list(schema["$defs"]["callMap"]["properties"])}')
    print('\n'.join(wrong))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
