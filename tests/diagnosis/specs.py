#!/usr/bin/env python3
"""No boot of tests/boots that succeeds gets a diagnosis, not even when it is ended before it is done.

specs.py --bootsim FILE --media FOLDER --boots FOLDER [--only TEXT] [--part I/N]
Each spec that expects exit 0 is run again with half of its virtual time as its limit, and with a goal that it never reaches.
"""
import argparse
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

import yaml

NEVER = 'screen:NEVER SHOWN BY ANY BOOT'
# These have shown what they are for when they fail, and the diagnosis is right: GRUB without its normal.mod, GRUB's CD with
# registers that the BIOS spoils. So is what is said of sectors that --fail-read makes unreadable.
UNHEALTHY = {'grub-gpt-fat16', 'quirk-clobber-grub-cd'}
BEHIND = 3.0   # seconds behind the goal


def specs(folder, only, part):
    """Those that are to succeed: name and contents."""
    index, count = part
    paths = [p for p in sorted(glob.glob(os.path.join(folder, '*.yaml'))) if re.search(only, os.path.basename(p))]
    for path in paths[index - 1::count]:
        with open(path) as f:
            spec = yaml.safe_load(f)
        name = os.path.splitext(os.path.basename(path))[0]
        if '--fail-read' in spec.get('options', ''):
            continue
        if name not in UNHEALTHY and spec.get('exit', 0) == 0 and 'reason' not in spec and 'profiles' not in spec:
            yield name, spec


def bare(spec, **changes):
    """The boot alone, without expectations."""
    return {**{k: spec[k] for k in ('media', 'options', 'type', 'until', 'kernel', 'files', 'fail_on') if k in spec}, **changes}


def with_option(spec, option):
    return (spec.get('options', '') + ' ' + option).strip()


def run(bootsim, media, boots):
    """The runs of several specs, by name."""
    with tempfile.TemporaryDirectory() as folder:
        for name, spec in boots.items():
            with open(os.path.join(folder, name + '.yaml'), 'w') as f:
                yaml.safe_dump(spec, f)
        report = os.path.join(folder, 'report.json')
        done = subprocess.run([bootsim, 'test', folder, '--media-dir', media, '--json', report, '-j2'],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            with open(report) as f:
                return {s['name']: s.get('run', {}) for s in json.load(f)['specs']}
        except OSError:
            sys.exit(done.stdout.decode())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--bootsim', required=True)
    parser.add_argument('--media', required=True)
    parser.add_argument('--boots', required=True)
    parser.add_argument('--only', default='')
    parser.add_argument('--part', default='1/1')
    options = parser.parse_args()
    part = tuple(int(n) for n in options.part.split('/'))
    healthy = dict(specs(options.boots, options.only, part))
    whole = run(options.bootsim, options.media, {name: bare(spec) for name, spec in healthy.items()})
    variants = {}
    for name, spec in healthy.items():
        seconds = whole.get(name, {}).get('virtual_ns', 0) / 1e9
        if whole.get(name, {}).get('exit') != 0 or '--limit' in spec.get('options', ''):
            continue
        variants[f'{name}.half'] = bare(spec, options=with_option(spec, f'--limit {seconds / 2:.3f}s'))
        variants[f'{name}.never'] = bare(spec, until=NEVER, options=with_option(spec, f'--limit {seconds + BEHIND:.3f}s'))
    ended = run(options.bootsim, options.media, variants)
    failures = 0
    for name, result in sorted({**whole, **ended}.items()):
        diagnosis = result.get('diagnosis')
        if diagnosis:
            failures += 1
            print(f'FAIL  {name}: {result["verdict"]}: {diagnosis["rule"]}: {diagnosis["text"]}')
    print(f'{len(ended)} boots of {len(healthy)} specs were ended early, {failures} got a diagnosis')
    return 1 if failures or not ended else 0


if __name__ == '__main__':
    sys.exit(main())
