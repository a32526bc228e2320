#!/usr/bin/env python3
"""Every rule of the diagnosis speaks for a medium with its fault, and is silent for the repaired one.

check.py --bootsim FILE --media FOLDER [--only TEXT] [--healthy]
--healthy: no medium of the corpus gets a diagnosis, not even when it is asked for what no boot shows.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cases import CASES  # noqa: E402
import cases_beginners  # noqa: E402,F401: adds to them
import cases_cds  # noqa: E402,F401
import cases_files  # noqa: E402,F401
import cases_grub  # noqa: E402,F401
import cases_loaders  # noqa: E402,F401
import cases_images  # noqa: E402,F401
import cases_media  # noqa: E402,F401
import cases_names  # noqa: E402,F401
import cases_tables  # noqa: E402,F401
import cases_volumes  # noqa: E402,F401
import cases_modes  # noqa: E402,F401
import cases_nasm  # noqa: E402,F401
import cases_programs  # noqa: E402,F401
import cases_slips  # noqa: E402,F401


def run(bootsim, path, args):
    if '--limit' not in args:
        args = [*args, '--limit', '20s']
    done = subprocess.run([bootsim, 'run', path, *args, '--json', '-'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {'exit': done.returncode, 'message': done.stderr.decode(errors='replace')}


def check_case(case, bootsim, corpus):
    """What is wrong with the answers, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        broken = run(bootsim, *case.broken(folder, corpus))
        diagnosis = broken.get('diagnosis')
        if not diagnosis:
            return f'no diagnosis; {broken.get("verdict")}: {broken.get("message")}'
        if diagnosis['rule'] != case.rule:
            return f'rule {diagnosis["rule"]} instead of {case.rule}: {diagnosis["text"]}'
        for words in case.words:
            if words not in diagnosis['text']:
                return f'"{words}" is not in: {diagnosis["text"]}'
        calls = broken['int13']['calls']
        if any(not 1 <= number <= calls for number in diagnosis['evidence']):
            return f'evidence {diagnosis["evidence"]} of {calls} calls'
        print(f'ok    {case.name}: {diagnosis["text"]}')
    with tempfile.TemporaryDirectory() as folder:
        fixed = run(bootsim, *case.fixed(folder, corpus))
        if fixed['exit'] != 0 or 'diagnosis' in fixed:
            return f'the repaired twin: exit {fixed["exit"]}, {fixed.get("message")}, {fixed.get("diagnosis")}'
    return None


def check_rules(source):
    """Every rule has a case and stands in docs/diagnosis.md as the code describes it."""
    folder = os.path.join(source, 'bootsim', 'diagnosis')
    code = ''.join(open(os.path.join(folder, name)).read() for name in sorted(os.listdir(folder)) if name.endswith('.cpp'))
    rules = re.findall(r'\{\{"([a-z0-9-]+)",\s*"([^"]+)"\}', code)
    with open(os.path.join(source, 'docs', 'diagnosis.md')) as f:
        docs = f.read()
    tested = {case.rule for case in CASES}
    problems = [f'rule {name} has no case' for name, _ in rules if name not in tested]
    problems += [f'docs/diagnosis.md does not say: | `{name}` | {what} |' for name, what in rules if f'| `{name}` | {what} |' not in docs]
    problems += [f'no rule {name}, of a case' for name in tested - {name for name, _ in rules}]
    for problem in problems:
        print(f'FAIL  {problem}')
    return len(problems)


ELSEWHERE = ['/usr/lib/ipxe/ipxe.iso']  # gives up, for want of a network card: no fault of the medium's
# This one's GRUB has no normal.mod and ends at its rescue prompt; the diagnosis that it gets is right.
UNHEALTHY = ('broken-', 'grub-gpt-fat16')


def check_kernel(bootsim, corpus):
    """Linux asks INT 13h for the sectors of drives 80h to 8Fh, of which there are none (its EDD probe): no fault."""
    kernel, initrd = os.path.join(corpus, 'vmlinuz'), os.path.join(corpus, 'initrd.gz')
    if not os.path.exists(kernel):
        return 0
    failures = 0
    for args in ([], ['--initrd', initrd]):
        result = run(bootsim, '--kernel', [kernel, *args, '--mem', '256M', '--limit', '1s'])
        good = result['exit'] == 4 and 'diagnosis' not in result
        failures += not good
        print(f'{"ok   " if good else "FAIL "} vmlinuz {" ".join(args[:1])}: {result["verdict"]} {result.get("diagnosis", "")}')
    return failures


# Guests that do not come to rest: 70 virtual seconds of them cost minutes, and show no more than these.
SHORTER = {'memtest86+ia32.iso': '10s', 'grub-linux-amd64.iso': '10s'}


def check_healthy(bootsim, corpus):
    failures = check_kernel(bootsim, corpus)
    for name in sorted(os.listdir(corpus)) + ELSEWHERE:
        if not name.endswith(('.iso', '.img')) or name.startswith(UNHEALTHY):
            continue
        for args in ([], ['--until', 'screen:NEVER SHOWN BY ANY BOOT', '--limit', SHORTER.get(name, '70s')]):
            result = run(bootsim, os.path.join(corpus, name), args)
            if 'diagnosis' not in result:
                continue
            failures += 1
            print(f'FAIL  {name} {" ".join(args)}: {result["verdict"]}: {result["diagnosis"]["rule"]}: {result["diagnosis"]["text"]}')
        print(f'ok    {name}', flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--bootsim', required=True)
    parser.add_argument('--media', required=True)
    parser.add_argument('--only', default='')
    parser.add_argument('--healthy', action='store_true')
    parser.add_argument('--source', help='the source tree: are all rules tested and documented?')
    options = parser.parse_args()
    if options.healthy:
        return 1 if check_healthy(options.bootsim, options.media) else 0
    failures = check_rules(options.source) if options.source else 0
    for case in CASES:
        if options.only not in case.name:
            continue
        if any(not os.path.exists(os.path.join(options.media, need)) for need in case.needs):
            print(f'skip  {case.name}: a medium of the corpus is missing')
            continue
        problem = check_case(case, options.bootsim, options.media)
        if problem:
            failures += 1
            print(f'FAIL  {case.name}: {problem}')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
