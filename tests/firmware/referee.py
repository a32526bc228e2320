#!/usr/bin/env python3
"""Boots the medium of a boot spec (docs/specs.md) under QEMU + SeaBIOS and wants what the spec wants of the screen and COM1.

    referee.py --media DIR SPEC.yaml...      exit code 0: QEMU agrees; 1: it does not; 77: QEMU cannot do what a spec asks
    referee.py --media DIR --list SPEC...    only says which specs are refereed, and why others are not

The spec's calls, exit code and reason are bootsim's business: QEMU has no words for them. Its keys are typed, its `until`,
`screen` and `serial` patterns must come.
"""
import argparse
import pathlib
import re
import shlex
import sys
import time

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'qemu'))
import qemu_pc

SAMPLE = 0.05    # seconds between two looks
TIME_OUT = 120   # seconds for each step; Linux takes a third of it on a busy machine
KINDS = ('cd', 'hd', 'floppy', 'usb-hd')
FLOPPY_SIZES = {kib * 1024 for kib in (160, 180, 320, 360, 640, 720, 1200, 1440, 1680, 1722, 2880)}
KERNEL_OPTIONS = {'--kernel': '-kernel', '--initrd': '-initrd', '--append': '-append'}
NO_MATTER = {'--limit', '--wall-limit', '--fail-on'}  # options about bootsim's own limits

# The monitor's names of keys (QEMU's QKeyCode).
NAMED_KEYS = {'Enter': 'ret', 'Esc': 'esc', 'Tab': 'tab', 'Backspace': 'backspace', 'Up': 'up', 'Down': 'down', 'Left': 'left',
              'Right': 'right', 'Home': 'home', 'End': 'end', 'PgUp': 'pgup', 'PgDn': 'pgdn', 'Ins': 'insert', 'Del': 'delete',
              'Shift': 'shift', 'Ctrl': 'ctrl', 'Alt': 'alt', 'lt': 'shift-comma', 'Space': 'spc',
              **{f'F{n}': f'f{n}' for n in range(1, 13)}}
PLAIN = {' ': 'spc', '\n': 'ret', '-': 'minus', '=': 'equal', '[': 'bracket_left', ']': 'bracket_right', ';': 'semicolon',
         "'": 'apostrophe', '`': 'grave_accent', '\\': 'backslash', ',': 'comma', '.': 'dot', '/': 'slash'}
SHIFTED = dict(zip('!@#$%^&*()_+{}:"~|<>?', '1234567890-=[];\'`\\,./'))


class CannotReferee(Exception):
    """The spec asks for what QEMU cannot do."""


def character_key(char):
    if char in SHIFTED:
        return 'shift-' + character_key(SHIFTED[char])
    if char.isalpha():
        return ('shift-' if char.isupper() else '') + char.lower()
    return PLAIN.get(char, char)


def parse_keys(text):
    """[(monitor's key, hold in ms or None)] of the language of --type."""
    keys = []
    for name, char in re.findall(r'<([^<>]+)>|([\s\S])', text):
        if char:
            keys.append((character_key(char), None))
            continue
        name, _, hold = name.partition(':')
        milliseconds = None
        if hold:
            number, unit = re.fullmatch(r'(\d+)(ms|s)', hold).groups()
            milliseconds = int(number) * (1000 if unit == 's' else 1)
        parts = [NAMED_KEYS.get(part) or character_key(part).removeprefix('shift-') for part in re.split(r'-(?=.)', name)]
        keys.append(('-'.join(parts), milliseconds))
    return keys


def as_list(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def condition(text):
    where, _, pattern = text.partition(':')
    if where not in ('screen', 'serial'):
        raise CannotReferee(f'the condition {text}')
    return where, pattern


def identify(path):
    """The kind of a medium that the spec does not name."""
    with open(path, 'rb') as file:
        file.seek(32769)
        if file.read(5) == b'CD001':
            return 'cd'
    return 'floppy' if path.stat().st_size in FLOPPY_SIZES else 'hd'


class Spec:
    """What QEMU needs to know of a spec."""

    def __init__(self, path, folders):
        self.name = path.stem
        data = yaml.safe_load(path.read_text())
        self.folders = [path.parent, *folders]
        self.media, self.options, self.memory = [], [], 128
        self.order = None
        for entry in as_list(data.get('media')):
            self.add_medium(entry)
        self.read_options(data.get('options'))
        self.type = [step if isinstance(step, dict) else {'keys': step} for step in as_list(data.get('type'))]
        for step in self.type:
            step['at'] = condition(step['at']) if step.get('at') else None
        self.until = [condition(text) for text in as_list(data.get('until'))]
        self.wanted = [('screen', text) for text in as_list(data.get('screen'))]
        self.wanted += [('serial', text) for text in as_list(data.get('serial'))]
        if not self.until and not self.wanted:
            raise CannotReferee('text to wait for (neither until nor screen nor serial)')

    def find(self, name):
        for folder in self.folders:
            if (folder / name).exists():
                return folder / name
        raise RuntimeError(f'{self.name}: there is no {name}; ./dev test builds the media')

    def add_medium(self, entry):
        kind, name = next(iter(entry.items())) if isinstance(entry, dict) else (None, entry)
        if '--' + str(kind) in KERNEL_OPTIONS:
            self.options += [KERNEL_OPTIONS['--' + kind], self.find(name)]
        elif name == 'none' or (kind and kind not in KINDS):
            raise CannotReferee(f'the medium {kind}: {name}')
        else:
            path = self.find(name)
            self.media.append((kind or identify(path), path))

    def read_options(self, options):
        words = shlex.split(options) if isinstance(options, str) else [str(word) for word in as_list(options)]
        while words:
            name, _, value = words.pop(0).partition('=')
            value = value or (words.pop(0) if words and not words[0].startswith('--') else None)
            if name == '--mem':
                self.memory = value
            elif name == '--boot':
                self.boot_order(value)
            elif name == '--as' and value in KINDS:
                self.media[-1] = (value, self.media[-1][1])
            elif name in KERNEL_OPTIONS:
                self.options += [KERNEL_OPTIONS[name], value if name == '--append' else self.find(value)]
            elif name not in NO_MATTER:
                raise CannotReferee(f'{name} {value or ""}'.strip())

    def boot_order(self, value):
        letters = {'cd': 'd', 'hd': 'c', 'usb-hd': 'c', 'floppy': 'a', '80h': 'c', '0x80': 'c', '00h': 'a', '0x00': 'a'}
        if not all(part in letters for part in value.split(',')):
            raise CannotReferee(f'--boot {value}')
        self.order = ''.join(letters[part] for part in value.split(','))

    def qemu_options(self):
        order = self.order
        if order is None and self.media:
            first = qemu_pc.ORDER[self.media[0][0]]
            order = first + 'acd'.replace(first, '')
        options = list(qemu_pc.drive_options(self.media)) + self.options
        if self.media and self.media[0][0] == 'usb-hd' and self.order is None:
            options = [f'{o},bootindex=0' if o == 'usb-storage,drive=usb0' else o for o in map(str, options)]
        # Keys that are typed at once need a keyboard: SeaBIOS has it when it offers its boot menu.
        menu = ',menu=on,splash-time=1500' if self.types_at_once() else ''
        return options + (['-boot', f'order={order}{menu}'] if order else [])

    def types_at_once(self):
        return bool(self.type) and self.type[0]['at'] is None


def wait(pc, conditions, every, what):
    """Until all (or any) of the conditions hold; raises with the screen when they do not."""
    give_up = time.monotonic() + TIME_OUT
    while not (all if every else any)([pc.shows(where, pattern) for where, pattern in conditions]):
        if pc.process.poll() is not None:
            raise RuntimeError('QEMU ended')
        if time.monotonic() > give_up:
            words = ', '.join(f'{where}:{pattern}' for where, pattern in conditions)
            raise RuntimeError(f'{what}: {words} did not come; the screen:\n{pc.screen()}\nCOM1:\n{pc.serial()[-2000:]}')
        time.sleep(SAMPLE)


def type_keys(pc, keys):
    for key, hold in keys:
        pc.send_key(key, hold)
        time.sleep(max(0.15, (hold or 0) / 1000 + 0.05))  # sendkey comes back at once; it holds a key for 100 ms


def type_at_once(pc, keys):
    """SeaBIOS's boot menu takes one key and ends; the rest is for whatever boots. A held Shift is no key to it."""
    wait(pc, [('screen', 'Press ESC for boot menu')], True, 'SeaBIOS')
    if not all(key in ('shift', 'ctrl', 'alt') for key, _ in keys):
        pc.send_key('spc', 1)  # the monitor queues keys: the next one is down 1 ms later, before the boot
    type_keys(pc, keys)


def referee(spec):
    with qemu_pc.QemuPc(spec.qemu_options(), 'x86_64', spec.memory) as pc:
        for number, step in enumerate(spec.type):
            keys = parse_keys(step['keys'])
            if step['at'] is None and number == 0:
                type_at_once(pc, keys)
            else:
                if step['at']:
                    wait(pc, [step['at']], True, 'before typing')
                type_keys(pc, keys)
        if spec.until:
            wait(pc, spec.until, False, 'until')
        if spec.wanted:
            wait(pc, spec.wanted, True, 'in the end')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('specs', nargs='+', type=pathlib.Path, metavar='SPEC')
    parser.add_argument('--media', action='append', default=[], type=pathlib.Path, help='folders of media')
    parser.add_argument('--list', action='store_true')
    options = parser.parse_args()
    result = 0
    for path in options.specs:
        try:
            spec = Spec(path, options.media)
            if options.list:
                print(f'{path.stem}: refereed')
                continue
            start = time.monotonic()
            referee(spec)
            print(f'{path.stem}: QEMU agrees, {time.monotonic() - start:.1f} s')
        except CannotReferee as reason:
            print(f'{path.stem}: not refereed, QEMU has no {reason}')
            result = result or 77
        except RuntimeError as error:
            print(f'{path.stem}: {error}')
            result = 1
    return 0 if options.list else result


if __name__ == '__main__':
    sys.exit(main())
