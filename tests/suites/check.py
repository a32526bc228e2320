#!/usr/bin/env python3
"""`bootsim test` and its relatives from outside: options, reports, exit codes. Media are boot sectors of a few lines.

    check.py --bootsim FILE [TEST...]
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

BOOTSIM = ''
HELLO = '''bits 16
org 0x7c00
xor ax, ax
mov ds, ax
mov es, ax
mov si, text
.print: lodsb
or al, al
jz .read
mov ah, 0x0e
int 0x10
jmp .print
.read: mov ax, 0x0201
mov bx, 0x8000
mov cx, 2
xor dh, dh
int 0x13
cli
hlt
text: db "hello", 0
times 510 - ($ - $$) db 0
dw 0xaa55
times 1474560 - ($ - $$) db 0
'''
PASSES = 'media: {floppy: %s}\nscreen: hello\ncalls:\n  - {call: 13/02, lba: 1, cf: 0}\n'
FAILS = 'media: {floppy: %s}\nscreen: "good <bye> & so on"\n'


class Suite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.media = tempfile.TemporaryDirectory()
        cls.image = cls.assemble('hello.img', HELLO)

    @classmethod
    def tearDownClass(cls):
        cls.media.cleanup()

    @classmethod
    def assemble(cls, name, source):
        folder = pathlib.Path(cls.media.name)
        (folder / 'source.asm').write_text(source)
        subprocess.run(['nasm', '-f', 'bin', '-o', folder / name, folder / 'source.asm'], check=True)
        return folder / name

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def spec(self, name, text=PASSES):
        path = self.folder / 'boots' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace('%s', str(self.image)))
        return path

    def bootsim(self, *arguments, code=0, env=None):
        clean = {k: v for k, v in os.environ.items() if 'SHARD' not in k and k != 'XML_OUTPUT_FILE'}
        run = subprocess.run([BOOTSIM, *map(str, arguments)], capture_output=True, text=True, errors='replace', cwd=self.folder,
                             env={**clean, **(env or {})}, timeout=120)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run.stdout + run.stderr

    def check(self, *arguments, **how):
        return self.bootsim('test', *arguments, **how)

    def names(self, *arguments, **how):
        return self.check('boots', '--list', *arguments, **how).split()


class Selection(Suite):
    def test_a_folder_means_all_specs_below_it(self):
        for name in ['b.yaml', 'a.yaml', 'deep/er/c.yaml', 'deep/no.yml', 'readme.txt']:
            self.spec(name)
        self.assertEqual(self.names(), ['a', 'b', 'deep/er/c'])
        self.assertEqual(self.names('--filter', 'er/'), ['deep/er/c'])
        self.assertEqual(self.names('--filter', '?', '--filter', 'deep/*'), ['a', 'b', 'deep/er/c'])
        self.assertEqual(self.check('boots/deep', '--list').split(), ['er/c'])
        self.assertIn('3 of 3 passed', self.check('boots', '-j2'))

    def test_shards_share_a_suite_out(self):
        for i in range(7):
            self.spec(f'{i}.yaml')
        parts = [self.names('--shard', f'{i}/3') for i in (1, 2, 3)]
        self.assertEqual(sorted(sum(parts, [])), self.names())
        status = self.folder / 'status'
        env = {'TEST_TOTAL_SHARDS': '3', 'TEST_SHARD_INDEX': '1', 'TEST_SHARD_STATUS_FILE': str(status)}
        self.assertEqual(self.names(env=env), parts[1])
        self.assertTrue(status.exists())
        self.assertEqual(self.names(env={'GTEST_TOTAL_SHARDS': '3', 'GTEST_SHARD_INDEX': '2'}), parts[2])
        self.assertEqual(self.names('--shard', '1/3', env=env), parts[0])
        self.check('boots', '--list', code=2, env={'TEST_TOTAL_SHARDS': '3'})
        self.assertIn('0 of 0 passed', self.check('boots', '--shard', '9/9'))

    def test_what_cannot_be_meant_is_refused(self):
        self.check('nowhere', code=2)
        self.check(code=2)
        self.spec('a.yaml')
        self.check('boots', '--filter', 'zzz', code=2)
        self.check('boots', '--shard', '0/3', code=2)
        self.check('boots', '--tap', '--json', '-', code=2)

    def test_a_wrong_spec_names_its_place_and_nothing_runs(self):
        self.spec('a.yaml')
        self.spec('wrong.yaml', 'media: {floppy: %s}\nscren: x\n')
        text = self.check('boots', code=2)
        self.assertIn('boots/wrong.yaml:2:1: unknown key "scren"', text)
        self.assertNotIn('ok    a', text)


class Reports(Suite):
    def setUp(self):
        super().setUp()
        self.spec('good.yaml')
        self.spec('cd/bad.yaml', FAILS)

    def test_text(self):
        text = self.check('boots', code=1)
        self.assertIn('ok    good', text)
        self.assertIn('FAIL  cd/bad', text)
        self.assertIn('hello', text)
        self.assertIn('1 of 2 passed', text)

    def test_junit(self):
        self.check('boots', '--junit', 'report.xml', code=1)
        suite = xml.etree.ElementTree.parse(self.folder / 'report.xml').getroot().find('testsuite')
        self.assertEqual((suite.get('tests'), suite.get('failures')), ('2', '1'))
        cases = {case.get('name'): case for case in suite.findall('testcase')}
        self.assertIsNone(cases['good'].find('failure'))
        self.assertIn('good <bye> & so on', cases['bad'].find('failure').text)
        self.assertEqual(cases['bad'].get('classname'), 'bootsim.cd')
        self.check('boots', '--shard', '2/2', env={'XML_OUTPUT_FILE': str(self.folder / 'bazel.xml')})
        self.assertTrue(xml.etree.ElementTree.parse(self.folder / 'bazel.xml').getroot().tag == 'testsuites')

    def test_tap(self):
        lines = self.check('boots', '--tap', code=1).splitlines()
        self.assertEqual(lines[:3], ['TAP version 14', '1..2', 'not ok 1 - cd/bad'])
        self.assertEqual((lines[3], lines[-2], lines[-1]), ('  ---', '  ...', 'ok 2 - good'))

    def test_github(self):
        errors = [line for line in self.check('boots', '--github', code=1).splitlines() if line.startswith('::error ')]
        self.assertEqual(len(errors), 1)
        self.assertIn('file=boots/cd/bad.yaml', errors[0])

    def test_json(self):
        report = json.loads(self.check('boots', '--json', '-', code=1))
        self.assertEqual((report['passed'], report['failed']), (1, 1))
        bad, good = report['specs']
        self.assertEqual((bad['name'], bad['passed'], good['passed']), ('cd/bad', False, True))
        self.assertIn('good <bye>', bad['differences'][0]['text'])
        self.assertEqual(good['run']['verdict'], 'halted')

    def test_keep(self):
        self.check('boots', '--keep', 'out', code=1)
        self.assertIn('hello', (self.folder / 'out/good/screen.txt').read_text())
        self.assertIn('"lba":1,', (self.folder / 'out/good/trace.jsonl').read_text())
        self.assertFalse((self.folder / 'out/good/failure.txt').exists())
        self.assertIn('FAIL', (self.folder / 'out/cd/bad/failure.txt').read_text())


def main():
    global BOOTSIM
    parser = argparse.ArgumentParser()
    parser.add_argument('--bootsim', required=True)
    options, rest = parser.parse_known_args()
    BOOTSIM = os.path.abspath(options.bootsim)
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == '__main__':
    main()
