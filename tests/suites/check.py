#!/usr/bin/env python3
"""`bootsim test` and its relatives from outside: options, reports, exit codes. Media are boot sectors of a few lines.

    check.py --bootsim FILE [TEST...]
"""
import argparse
import hashlib
import json
import os
import pathlib
import resource
import shutil
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

    def test_what_no_spec_is_names_its_place(self):
        for text, words in {
            'media: {floppy: %s}\n---\nmedia: {floppy: %s}\n': '3:1: a second document',
            'media: {floppy: %s}\ncalls:\n  never: 13/zz\n': '3:10: "13/zz" is no call',
            'media: {floppy: %s}\ncalls:\n  never: {call: 13/02, lba: 9..5}\n': '3:29: column 1: the range 9..5 ends before it begins',
            'media: {floppy: %s}\noptions: --mem "1M\n': '2:10: the quote " is not closed',
            'media: {floppy: %s}\noptions: --nonsense\n': '2:10: there is no option --nonsense',
            'media:\n\t- x\n': '2:2: a tab indents this line',
            '\x7fELF\x01\0': '1:1: is no text',
            'media: ' + '[' * 100000: 'nested too deep',
        }.items():
            self.spec('wrong.yaml', text)
            self.assertIn(words, self.check('boots', code=2))
        self.spec('wrong.yaml', '\ufeff---\r\nmedia: {floppy: %s}\r\nscreen: hello\r\n...\r\n')
        self.assertIn('1 of 1 passed', self.check('boots'))
        self.assertIn('--media-dir nowhere: there is no such folder', self.check('boots', '--media-dir', 'nowhere'))

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
        self.assertEqual(lines[:3], ['TAP version 13', '1..2', 'not ok 1 - cd/bad'])
        self.assertEqual((lines[3], lines[-2], lines[-1]), ('  ---', '  ...', 'ok 2 - good'))
        if prove := shutil.which('prove'):
            (self.folder / 'report.tap').write_text('\n'.join(lines) + '\n')
            run = subprocess.run([prove, '--exec', 'cat', 'report.tap'], cwd=self.folder, capture_output=True, text=True)
            self.assertIn('Failed test:  1', run.stdout + run.stderr)
            self.assertNotIn('Parse errors', run.stdout + run.stderr)

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
        self.assertNotIn('Not as its spec says', (self.folder / 'out/good/report.html').read_text())
        self.assertFalse((self.folder / 'out/good/failure.txt').exists())
        self.assertIn('FAIL', (self.folder / 'out/cd/bad/failure.txt').read_text())
        bad = (self.folder / 'out/cd/bad/report.html').read_text()
        self.assertIn('Not as its spec says', bad)
        self.assertIn('good &lt;bye&gt;', bad)


class Expectations(Suite):
    """What needs a real boot: the rest is in tests/bootsim/suite."""

    def differences(self, text):
        self.spec('x.yaml', 'media: {floppy: %s}\n' + text)
        run = subprocess.run([BOOTSIM, 'test', 'boots/x.yaml', '--json', '-'], capture_output=True, text=True, cwd=self.folder, timeout=120)
        self.assertLess(run.returncode, 2, run.stderr)
        return [(d['line'], d['text']) for d in json.loads(run.stdout)['specs'][0]['differences']]

    def test_memory(self):
        self.assertEqual(self.differences('memory: ["word [40:13] == 639", {at: "0000:7dfe", bytes: 55 AA}, {at: 0x7C2B + 0, text: h}]'
                                          .replace('0x7C2B', '0x%X' % (0x7C00 + self.image.read_bytes().index(b'hello')))), [])
        found = self.differences('memory:\n  - byte [0x7dfe] == 0x56\n  - {at: 0x7dfe, bytes: 55 AB}\n')
        self.assertEqual([line for line, _ in found], [3, 4])
        self.assertIn('not so: byte [0x7dfe] == 0x56 (byte [07DFEh] is 85)', found[0][1])
        self.assertIn('holds 55 AA', found[1][1])

    def test_reads(self):
        disk = self.folder / 'disk.img'
        subprocess.run(['mkfs.fat', '-C', '-F', '12', disk, '1440'], check=True, capture_output=True)
        for name, size in [('ONE', 512), ('TWO', 1024), ('THREE', 512)]:
            (self.folder / name).write_bytes(bytes(size))
            subprocess.run(['mcopy', '-i', disk, self.folder / name, '::' + name], check=True)
        # 1 reserved sector, 2 FATs of 9, 14 of the root directory: ONE is LBA 33 = C/H/S 0/1/16, TWO 34 and 35.
        read_two = ('bits 16\norg 0x7c3e\nxor ax, ax\nmov es, ax\nmov ax, 0x0202\nmov bx, 0x8000\nmov cx, 16\nmov dh, 1\n'
                    'int 0x13\ncli\nhlt\n')
        code = self.assemble('code.bin', read_two).read_bytes()
        image = bytearray(disk.read_bytes())
        image[62:62 + len(code)] = code
        disk.write_bytes(image)
        spec = f'media: {{floppy: {disk}}}\nreads: {{/ONE: fully, /TWO: %s, /THREE: %s, /FOUR: never}}\nsectors: 3'
        self.spec('x.yaml', spec % ('partly', 'never'))
        text = self.check('boots/x.yaml', code=1)
        self.assertIn('no medium has a file /FOUR', text)
        self.assertNotIn('should', text)
        self.spec('x.yaml', spec % ('fully', 'some'))
        text = self.check('boots/x.yaml', code=1)
        self.assertIn('/TWO should be read fully; 512 of its 1024 bytes were', text)
        self.assertIn('/THREE should be read some; 0 of its 512 bytes were', text)

    def test_golden(self):
        self.spec('x.yaml', 'media: {floppy: %s}\ngolden: x.golden.jsonl\n')
        self.assertIn('does not exist; --bless', self.check('boots', code=1))
        self.assertIn('new, 2 calls', self.check('boots', '--bless'))
        self.assertIn('1 of 1 passed', self.check('boots'))
        golden = self.folder / 'boots/x.golden.jsonl'
        recorded = golden.read_text()
        self.assertNotIn('"t":', recorded)
        golden.write_text(recorded.replace('"lba":0,', '"lba":5,'))
        text = self.check('boots', code=1)
        self.assertIn('1 call changed, none gone, none new:\n      call 1 (13/02 read): lba was 5, is 0\n', text)
        self.assertIn("-e 'goto call 1'", text)
        self.assertIn('lba was 5, is 0', self.check('boots', '--bless'))
        self.assertEqual(golden.read_text(), recorded)
        golden.write_text(recorded.splitlines()[0].replace('"lba":0,', '"lba":5,').replace('"ah":"02"', '"ah":"03"') + '\n' + recorded)
        text = self.check('boots', code=1)
        self.assertIn('no calls changed, 1 gone, none new:\n      gone: #1 13/03', text)
        self.assertIn("-e 'goto call 1'", text)
        (self.folder / 'boots/folder').mkdir()
        self.spec('x.yaml', PASSES + 'golden: folder\n')
        self.assertIn('is a directory', self.check('boots', code=1))
        self.spec('x.yaml', PASSES + 'golden: x.golden.jsonl\n')
        golden.write_text('nothing')
        self.assertIn('x.golden.jsonl is no trace', self.check('boots', code=1))
        self.spec('x.yaml', 'media: {floppy: %s}\ngolden: x.golden.jsonl\nexit: 3\n')
        golden.write_text('')
        self.assertIn('not blessed', self.check('boots', '--bless', code=1))

    def test_media_are_built(self):
        (self.folder / 'boots').mkdir()
        (self.folder / 'boots/a.asm').write_text(HELLO.replace('times 1474560 - ($ - $$) db 0\n', ''))
        self.spec('nasm.yaml', 'media: {floppy: {nasm: a.asm, size: 1440K}}\nscreen: hello\n')
        self.assertIn('1 of 1 passed', self.check('boots'))
        self.spec('command.yaml', 'media: {build: "nasm -f bin -o boot.img $SPEC_DIR/a.asm", size: 1440K}\nscreen: hello\n')
        self.assertIn('command.yaml:1:8: this medium is made by a command', self.check('boots', code=2))
        self.assertIn('2 of 2 passed', self.check('boots', '--build'))
        self.spec('command.yaml', 'media: {build: "echo no rule; exit 2"}\nexit: 6\n')
        text = self.check('boots/command.yaml', '--build', code=1)
        self.assertIn('failed with exit code 2', text)
        self.assertIn('no rule', text)
        self.spec('command.yaml', 'media: {build: "true"}\n')
        self.assertIn('left no file', self.check('boots/command.yaml', '--build', code=1))

    def test_a_medium_that_is_built_is_built_again_to_look_closer(self):
        (self.folder / 'boots').mkdir()
        (self.folder / 'boots/a.asm').write_text(HELLO.replace('times 1474560 - ($ - $$) db 0\n', ''))
        end = 'size: 1440K}\nuntil: halt\ncalls: {never: {call: 13/02, lba: 1}}\n'
        self.spec("it's.yaml", 'media: {nasm: a.asm, ' + end)
        self.spec('one.yaml', 'media: {build: "nasm -f bin -o boot.img \\"$SPEC_DIR/a.asm\\"", ' + end)
        self.spec('two.yaml', 'media: {build: "touch x; nasm -f bin -o boot.img $SPEC_DIR/a.asm", file: boot.img, ' + end)
        text = self.check('boots', '--build', code=1)
        commands = [line.removeprefix('look closer: ') for line in text.splitlines() if line.startswith('look closer: ')]
        self.assertEqual(len(commands), 3, text)
        path = f'{pathlib.Path(BOOTSIM).parent}:{os.environ["PATH"]}'
        for command in commands:
            self.assertNotIn('--until', command)
            run = subprocess.run(command, shell=True, cwd=self.folder, env={**os.environ, 'PATH': path, 'TMPDIR': str(self.folder)},
                                 stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
            self.assertEqual(run.returncode, 0, f'{command}\n{run.stdout}{run.stderr}')
            self.assertIn('INT 13h/02h read: drive 00h CHS 0/0/2 (LBA 1) +1', run.stdout)

    def test_handoff(self):
        setup = bytes.fromhex('faf4')
        image = bytearray(512 * 5 + 8192)
        image[0x1F1] = 4
        image[0x1F4:0x1F8] = (8192 // 16).to_bytes(4, 'little')
        image[0x1FE:0x20B] = b'\x55\xaa' + b'\xeb\x66' + b'HdrS' + (0x020F).to_bytes(2, 'little') + bytes(3)
        image[0x211] = 1
        image[0x22C:0x230] = b'\xff\xff\xff\x7f'
        image[0x238:0x23C] = (2047).to_bytes(4, 'little')
        image[0x268:0x26A] = setup
        (self.folder / 'vmlinuz').write_bytes(image)
        (self.folder / 'initrd').write_bytes(b'x' * 5000)
        digest = hashlib.sha256(b'x' * 5000).hexdigest()
        head = f'media: [{{kernel: {self.folder}/vmlinuz}}, {{initrd: {self.folder}/initrd}}]\noptions: --append "quiet splash"\n'
        self.spec('x.yaml', head + f'handoff: {{command-line: ^quiet, initrd: "sha256:{digest}"}}\n')
        self.check('boots/x.yaml')
        self.spec('x.yaml', head + f'handoff: {{command-line: loud, initrd: "sha256:{digest[:-1]}"}}\n')
        text = self.check('boots/x.yaml', code=1)
        self.assertIn('the command line is "quiet splash', text)
        self.assertIn(f'5000 bytes, sha256:{digest}', text)
        self.spec('x.yaml', head + 'handoff: never\n')
        self.assertIn('a Linux kernel was entered', self.check('boots/x.yaml', code=1))
        self.spec('x.yaml', 'media: {floppy: %s}\nhandoff: linux\n')
        self.assertIn('no Linux kernel was entered', self.check('boots/x.yaml', code=1))


    def test_profiles(self):
        self.spec('x.yaml', PASSES + 'profiles: {except: [if-lost, dl=ff]}\n')
        names = self.names()
        self.assertEqual(names[:2], ['x', 'x[no-edd]'])
        self.assertNotIn('x[if-lost]', names)
        self.assertIn(f'{len(names)} of {len(names)} passed', self.check('boots', '-j2'))
        self.assertEqual(self.names('--filter', 'clobber'), ['x[clobber]'])
        self.spec('x.yaml', PASSES + 'profiles: [no-such]\n')
        self.assertIn('x.yaml:5:11: "no-such" is not a quirk', self.check('boots', code=2))

    def test_a_failure_says_why_and_how_to_look_closer(self):
        self.spec('x.yaml', 'media: {floppy: %s}\noptions: --fail-read lba=1:10\ncalls: {prefix: [13/02, {call: 13/02, lba: 1, cf: 0}]}\n')
        text = self.check('boots', code=1)
        self.assertIn(f"look closer: bootsim debug --floppy {self.image} --fail-read lba=1:10 -e 'goto call 2'", text)
        self.assertIn('[cf is 1, not 0]', text)
        self.assertIn('hello', text)


class Relatives(Suite):
    """record, diff, matrix."""

    def test_a_recorded_spec_passes(self):
        (self.folder / 'boots').mkdir()
        for name, options in [('plain', []), ('failing', ['--fail-read', 'call=1']), ('exact', ['--exact']), ('golden', ['--golden']),
                              ('goal', ['--until', "screen:hel{2}o", '--type', "it's<Enter>", '--mem', '32M'])]:
            self.bootsim('record', '--floppy', self.image, *options, '-o', f'boots/{name}.yaml')
        self.assertIn('5 of 5 passed', self.check('boots'))
        text = (self.folder / 'boots/plain.yaml').read_text()
        self.assertIn('screen: hello', text)
        self.assertIn('verdict: halted', text)
        self.assertIn('options: --mem 32M'.replace('--mem 32M', "'--mem 32M'"), (self.folder / 'boots/goal.yaml').read_text())
        self.assertIn('media:', self.bootsim('record', self.image))
        self.bootsim('record', code=2)
        self.assertIn('is a directory', self.bootsim('diff', '/', '/', code=2))
        self.bootsim('record', self.image, '--golden', code=2)

    def test_no_disk_is_told_to_be_an_odd_floppy(self):
        image = self.folder / 'small.img'
        image.write_bytes(self.image.read_bytes()[:65536])
        self.assertIn("no floppy's size", self.bootsim('run', '--floppy', image))
        self.assertNotIn("no floppy's size", self.bootsim('run', '--hd', image))

    def test_a_record_is_short(self):
        # It looks for 16 hard disks, and says what a kernel may say.
        source = HELLO.replace('"hello", 0', '"[    4.484839] Run /init", 0').replace('cli\nhlt', '''mov dl, 0x80
            .probe: mov ah, 0x41
            mov bx, 0x55aa
            int 0x13
            inc dl
            cmp dl, 0x90
            jb .probe
            cli
            hlt''')
        image = self.assemble('probes.img', source)
        text = self.bootsim('record', '--floppy', image, '--quiet')
        self.assertIn(r"screen: '\[ *[0-9.]+\] Run /init'", text)
        self.assertEqual(text.count('13/41'), 1, text)
        (self.folder / 'x.yaml').write_text(text)
        self.assertIn('1 of 1 passed', self.check('x.yaml'))

    def trace(self, name, *options):
        self.bootsim('run', '--floppy', self.image, f'--trace={name}', '--trace-format', 'jsonl', '--quiet', *options)

    def test_diff(self):
        self.trace('a.jsonl')
        self.trace('b.jsonl')
        self.assertIn('2 and 2 calls: 2 alike', self.bootsim('diff', 'a.jsonl', 'b.jsonl'))
        lines = (self.folder / 'a.jsonl').read_text().splitlines()
        shifted = [line.replace('"t":', '"t":1') for line in lines]
        (self.folder / 'later.jsonl').write_text('\n'.join(shifted))
        self.bootsim('diff', 'a.jsonl', 'later.jsonl')
        changed = lines[:-1] + [lines[-1].replace('"cf":0,"status":"00"', '"cf":1,"status":"04"')]
        self.assertNotEqual(changed, lines)
        (self.folder / 'changed.jsonl').write_text('\n'.join(changed))
        self.assertIn('call 2 (13/02 read sectors): cf was 0, is 1; status was 00, is 04'.replace('read sectors', 'read'),
                      self.bootsim('diff', 'a.jsonl', 'changed.jsonl', code=1))
        self.bootsim('diff', 'a.jsonl', 'changed.jsonl', '--ignore', 'cf,status')
        (self.folder / 'fewer.jsonl').write_text('\n'.join([lines[0], lines[2]]))
        self.assertIn('gone: #1', self.bootsim('diff', 'a.jsonl', 'fewer.jsonl', code=1))
        self.assertIn('new:  #1', self.bootsim('diff', 'fewer.jsonl', 'a.jsonl', code=1))
        self.bootsim('diff', 'a.jsonl', code=2)
        self.bootsim('diff', 'a.jsonl', 'nowhere.jsonl', code=2)
        (self.folder / 'text').write_text('no trace')
        self.bootsim('diff', 'a.jsonl', 'text', code=2)

    def test_matrix(self):
        gives_up = self.assemble('gives-up.img', HELLO.replace('cli\nhlt', 'jc .bad\ncli\nhlt\n.bad: int 0x18'))
        text = self.bootsim('matrix', gives_up, '-j2', '--json', 'matrix.json', code=1)
        rows = json.loads((self.folder / 'matrix.json').read_text())
        self.assertEqual(len(text.splitlines()), len(rows) + 1)
        self.assertEqual({row['attached'] for row in rows}, {'floppy', 'usb-floppy'})
        by_name = {(row['attached'], row['profile']): row for row in rows}
        self.assertTrue(by_name['floppy', None]['as_good'])
        self.assertTrue(by_name['floppy', 'no-edd']['as_good'])
        self.assertIsNone(by_name['floppy', 'no-edd']['parts'])
        other = by_name['floppy', 'dl=ff']  # the boot sector trusts DL
        self.assertIn('drive was 00, is ff', other['parts'])
        self.assertEqual(other['call'], 2)
        self.assertFalse(other['as_good'])
        self.assertIn('! boot-failed (loader-gave-up)', text)
        self.bootsim('matrix', self.image, '--as', 'floppy', '--json', 'all.json')
        self.assertEqual(len(json.loads((self.folder / 'all.json').read_text())), len(rows) / 2)
        self.bootsim('matrix', code=2)


class Speed(Suite):
    def test_500_boots_take_less_than_10_seconds_of_processor_time(self):
        """5 s on two processors that have nothing else to do."""
        for i in range(500):
            self.spec(f'{i:03}.yaml')
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertIn('500 of 500 passed', self.check('boots', '-j2'))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertLess(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 10)


def main():
    global BOOTSIM
    parser = argparse.ArgumentParser()
    parser.add_argument('--bootsim', required=True)
    parser.add_argument('--no-speed', action='store_true', help='for builds that are slow by nature')
    options, rest = parser.parse_known_args()
    if options.no_speed:
        del globals()['Speed']
    BOOTSIM = os.path.abspath(options.bootsim)
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == '__main__':
    main()
