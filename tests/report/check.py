#!/usr/bin/env python3
"""The pages of `bootsim report`, opened in Chromium, against the JSON Lines trace of the same boot.

    check.py --bootsim FILE --media DIR CASE      exit code 77: Chromium or pdftotext is not installed, or a medium has not been made
                                                  (in a CI, where $CI is set, that is a failure)
"""
import argparse
import html.parser
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import urllib.parse
import zlib

SKIPPED = 77
# A fresh profile for each page; no network, whatever a page would want of it.
BROWSER = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--disable-dev-shm-usage', '--no-first-run',
           '--host-resolver-rules=MAP * ~NOTFOUND', '--enable-logging=stderr', '--virtual-time-budget=10000']

# Filters, and what they mean: the second opinion is Python's, over the trace.
MEANINGS = {
    'cf == 1': lambda c: c['cf'] == 1,
    'drive==E0h && lba>100': lambda c: c['drive'] == 'e0' and c['lba'] is not None and c['lba'] > 100,
    'file matches "/boot/grub/*" and count == 8': lambda c: (c['file'] or '').startswith('/boot/grub/') and c['count'] == 8,
    'not (ah in {02h, 42h})': lambda c: c['ah'] not in ('02', '42'),
    'lba<=30 && lba+count>20': lambda c: None not in (c['lba'], c['count']) and c['lba'] <= 30 < 2 ** 64 and c['lba'] + c['count'] > 20,
    'call in 3..7 or call in {20, 22..}': lambda c: 3 <= c['seq'] <= 7 or c['seq'] == 20 or c['seq'] >= 22,
    'buffer == 6800:0000': lambda c: c['buffer'] == '6800:0000',
    'caller < 1000:0 && status == 0': lambda c: place(c['caller']) < 0x10000 and c['status'] == '00',
    'by != "bios" || depth > 0': lambda c: c['by'] != 'bios' and False or c['depth'] > 0,  # a pointer has no order with a text
    'lba != 16': lambda c: c['lba'] is not None and c['lba'] != 16,
    'bytes >= 2 * 4096 and time < 0x1e8480 * 100h': lambda c: (c['bytes'] or 0) >= 8192 and c['t'] < 0x1e8480 * 0x100,
    'extended read': lambda c: c['name'] == 'extended read',
}


class Case:
    def __init__(self, medium, arguments=(), filters=(), words=(), exit_code=0, screens=1):
        self.medium, self.arguments, self.filters, self.words = medium, list(arguments), list(filters), list(words)
        self.exit_code, self.screens = exit_code, screens


CASES = {
    'grub': Case('grub-rescue-cdrom.iso', ['--until', 'screen:Memtest86'], list(MEANINGS), ['GNU GRUB', '/boot/grub/i386-pc/normal.mod']),
    'memdisk': Case('memdisk-floppy.iso', ['--type-at', r'screen:CORPUS-SYSLINUX-CFG-OK[\s\S]*boot:', 'hello<Enter>', '--until',
                                           'screen:CORPUS-SYSLINUX-CAT-OK'], ['by != "bios" || depth > 0', 'cf == 1'], ['MEMDISK', 'sha256:']),
    'truncated': Case('broken-truncated-hd.img', [], ['cf == 1', 'lba != 16'], ['past-end', 'goto call 7', 'cut short'], exit_code=3),
    'unbootable': Case('broken-noeltorito.iso', [], ['cf == 1'], ['no-eltorito'], exit_code=3),
    'graphics': Case('grub-gfxterm.iso', ['--until', 'graphics:1024x768'], ['drive==E0h && lba>100'], ['1024 × 768']),
    'linux': Case('grub-linux-amd64.iso', ['--until', 'kernel'], ['extended read'], ['BOOT_IMAGE=/boot/vmlinuz', 'sha256:']),
}


def place(far):
    segment, offset = (int(part, 16) for part in far.split(':'))
    return segment * 16 + offset


class Problems(list):
    def expect(self, truth, words):
        if not truth:
            self.append(words)

    def equal(self, found, wanted, what):
        if found != wanted:
            self.append(f'{what}: {found!r} instead of {wanted!r}')


class Element:
    """As much of a document as the checks need."""
    VOID = {'meta', 'link', 'img', 'input', 'br', 'hr', 'col', 'wbr'}

    def __init__(self, name, attributes):
        self.name, self.attributes, self.children = name, attributes, []

    def all(self):
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.all()

    def find(self, name=None, **wanted):
        return [e for e in self.all() if (name is None or e.name == name) and
                all(e.attributes.get(key.replace('_', '-')) == value for key, value in wanted.items())]

    def text(self):
        return ''.join(child if isinstance(child, str) else child.text() for child in self.children)


class Reader(html.parser.HTMLParser):
    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.root = Element('', {})
        self.open = [self.root]
        self.feed(source)

    def handle_starttag(self, name, attributes):
        if name in ('td', 'th', 'tr'):  # their end tags may be left out
            while self.open[-1].name in ({'td', 'th'} if name != 'tr' else {'td', 'th', 'tr'}):
                self.open.pop()
        element = Element(name, {key: value or '' for key, value in attributes})
        self.open[-1].children.append(element)
        if name not in Element.VOID:
            self.open.append(element)

    def handle_startendtag(self, name, attributes):
        self.open[-1].children.append(Element(name, {key: value or '' for key, value in attributes}))

    def handle_endtag(self, name):
        if any(e.name == name for e in self.open):
            while self.open.pop().name != name:
                pass

    def handle_data(self, data):
        self.open[-1].children.append(data)


def document(source):
    return Reader(source).root


def browse(page, fragment, *options):
    """The browser's stdout; what it said of the page goes to stderr, in lines with CONSOLE."""
    with tempfile.TemporaryDirectory() as profile:
        address = page.resolve().as_uri() + fragment
        return subprocess.run([chromium(), *BROWSER, f'--user-data-dir={profile}', *options, address], capture_output=True, timeout=300)


def chromium():
    return shutil.which('chromium') or shutil.which('chromium-browser')


def opened(page, fragment, problems):
    done = browse(page, fragment, '--dump-dom')
    said = [line for line in done.stderr.decode(errors='replace').splitlines() if 'CONSOLE' in line]
    for line in said:
        problems.append(f'{fragment}: the browser says {line}')
    dom = document(done.stdout.decode())
    problems.expect(dom.find('html', data_ready='yes'), f'{fragment}: the script has not come to its end')
    return dom


def fragment(**parts):
    return '#' + urllib.parse.urlencode(parts, quote_via=urllib.parse.quote)


def shown(dom):
    return int(dom.find(id='shown')[0].attributes['data-count'])


def rows(dom):
    return [e for e in dom.find(id='rows')[0].find('tr') if 'data-call' in e.attributes]


def first_row(call):
    """The columns of a call that the page shows as the trace has them."""
    return [str(call['seq']), time_words(call['t']), call['caller'].upper(), (call['drive'] or '').upper()]


def time_words(ns):
    """Cut, as docs/trace-format.md says."""
    if ns < 10 ** 6:
        return f'{ns // 1000} µs'
    return f'{ns // 10 ** 6}.{ns // 10 ** 5 % 10} ms' if ns < 10 ** 9 else f'{ns // 10 ** 9}.{ns // 10 ** 6 % 1000:03} s'


def check_table(page, case, trace, problems):
    dom = opened(page, '', problems)
    problems.equal(shown(dom), len(trace), 'calls in the table')
    problems.expect(len(rows(dom)) <= 120, f'{len(rows(dom))} rows exist at once')
    for row, call in zip(rows(dom)[:10], trace[:10]):
        cells = [cell.text() for cell in row.find('td')]
        problems.equal(cells[:4], first_row(call), f'row of call {call["seq"]}')
    problems.expect(len(dom.find('svg')) > 0, 'there is no time line')
    for text in case.filters:
        wanted = sum(1 for call in trace if MEANINGS[text](call))
        problems.equal(shown(opened(page, fragment(filter=text), problems)), wanted, f'calls that the filter {text} shows')
    if not trace:
        return
    last = trace[-1]['seq']
    dom = opened(page, fragment(select=last, sort='#,down'), problems)
    selected = [row.attributes['data-call'] for row in rows(dom) if row.attributes.get('aria-current') == 'true']
    problems.equal(selected, [str(last)], 'the selected row')
    problems.equal([cell.text() for cell in rows(dom)[0].find('td')][:4], first_row(trace[-1]), 'the first row, sorted downward')
    problems.expect(f"goto call {last}'" in dom.find(id='call-details')[0].text(), 'the details of the call do not say how to debug it')


def check_bad_filter(page, problems):
    dom = opened(page, fragment(filter='lbb == 5'), problems)
    problems.expect('a call has no lbb' in dom.find(id='filter-note')[0].text(), 'a wrong field is not named')


def check_static(source, case, trace, problems):
    """What is readable without the script."""
    page = document(source)
    body = ' '.join(e.text() for e in page.find('body'))
    for words in case.words:
        problems.expect(words in body, f'"{words}" is not on the page')
    table = page.find(id='static-calls')[0].text()
    for call in trace[:1] + trace[-1:]:
        problems.expect(call['caller'].upper() in table and str(call['seq']) in table, f'call {call["seq"]} is not in the static table')
    problems.expect(len(page.find('figure')) >= case.screens, 'screens are missing')
    check_complete_in_itself(page, source, problems)


def check_complete_in_itself(page, source, problems):
    for element in page.all():
        for key in ('src', 'href', 'srcset', 'action', 'data', 'poster'):
            value = element.attributes.get(key, '#')
            problems.expect(value.startswith(('#', 'data:')), f'<{element.name} {key}="{value[:60]}">')
        problems.expect(not any(key.startswith('on') or key == 'style' for key in element.attributes), f'<{element.name}> with an inline handler or style')
    style = page.find('style')[0].text()
    problems.expect('url(' not in style and '@import' not in style, 'the style sheet loads something')
    problems.equal([e.attributes.get('id', 'code') for e in page.find('script')], ['boot-data', 'code'], 'scripts')
    for word in ('fetch(', 'XMLHttpRequest', 'WebSocket', 'import('):
        problems.expect(word not in page.find('script')[1].text(), f'the script has {word}')
    problems.expect(re.search(r'\b20\d\d-\d\d-\d\dT|\bwall\b', page.find('header')[0].text()) is None, 'a time of the host is on the page')


def pixels(png):
    """Width, height and the number of different rows of a picture: enough to tell a blank one."""
    at, data = 8, b''
    while at < len(png):
        length, kind = struct.unpack('>I4s', png[at:at + 8])
        if kind == b'IHDR':
            width, height = struct.unpack('>II', png[at + 8:at + 16])
        if kind == b'IDAT':
            data += png[at + 8:at + 8 + length]
        at += length + 12
    raw = zlib.decompress(data)
    line = len(raw) // height
    return width, height, len({raw[y * line:(y + 1) * line] for y in range(height)})


def check_pictures(page, folder, problems):
    for name, options in {'light': [], 'dark': ['--blink-settings=preferredColorScheme=0'], 'narrow': []}.items():
        size = '800,1600' if name == 'narrow' else '1280,1600'
        picture = folder / f'{name}.png'
        browse(page, '', f'--window-size={size}', f'--screenshot={picture}', *options)
        width, height, different = pixels(picture.read_bytes())
        problems.equal((width, height), tuple(map(int, size.split(','))), f'size of the {name} screenshot')
        problems.expect(different > 200, f'the {name} screenshot has {different} different lines')
    printed = folder / 'page.pdf'
    browse(page, '', f'--print-to-pdf={printed}', '--no-pdf-header-footer')
    problems.expect(printed.read_bytes()[:5] == b'%PDF-' and printed.stat().st_size > 20_000, 'it does not print')
    text = subprocess.run(['pdftotext', '-layout', printed, '-'], capture_output=True, text=True, timeout=60).stdout
    folded = re.search(r'<details[^>]*><summary>[^<]*</summary><pre class="text">([^<]*)', page.read_text())
    words = [word for word in html.unescape(folded[1]).split() if word.isalnum() and len(word) >= 6] if folded else []
    problems.expect(words and words[-1] in text, 'what is folded is not printed')


def run(bootsim, *arguments):
    return subprocess.run([bootsim, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, timeout=600)


def trace_of(bootsim, medium, arguments, folder):
    path = folder / 'trace.jsonl'
    run(bootsim, 'run', medium, *arguments, '--quiet', f'--trace={path}', '--trace-format', 'jsonl')
    calls = [json.loads(line) for line in path.read_text().splitlines()[1:]]
    return sorted(calls, key=lambda call: call['seq'])


def check_case(bootsim, media, name, folder, problems):
    case = CASES[name]
    medium, page = media / case.medium, folder / 'boot.html'
    if not medium.exists():
        return skip(f'{medium} has not been made')
    done = run(bootsim, 'report', medium, *case.arguments, '-o', page, '--quiet')
    problems.equal(done.returncode, case.exit_code, 'exit code')
    source = page.read_text()
    again = run(bootsim, 'report', medium, *case.arguments, '-o', '-', '--quiet')
    problems.expect(again.stdout == page.read_bytes(), 'a second report differs from the first')
    trace = trace_of(bootsim, medium, case.arguments, folder)
    check_static(source, case, trace, problems)
    check_table(page, case, trace, problems)
    if name in ('grub', 'truncated'):
        check_pictures(page, folder, problems)
        check_bad_filter(page, problems)
    print(f'{name}: {len(trace)} calls, {len(source)} bytes')
    return 0


HOSTILE = '</script><script>document.documentElement.dataset.owned=1</script><!--<img src=x onerror=alert(1)>'
SECTOR = '''bits 16
org 0x7c00
jmp short start
nop
db "MSDOS5.0"
dw 512
db 1
dw 1
db 2
dw 224, 2880
db 0xf0
dw 9, 18, 2, 0, 0, 0, 0
db 0, 0, 0x29
dd 1
db "<b onclick>"
db "FAT12   "
start:
xor ax, ax
mov ds, ax
mov es, ax
mov ss, ax
mov sp, 0x7c00
mov si, text
.next: lodsb
or al, al
jz .read
mov ah, 0x0e
int 0x10
mov dx, 0x3f8
out dx, al
jmp .next
.read: mov ax, 0x0201
mov bx, 0x8000
mov cx, 0x0010
mov dx, 0x0100
int 0x13
mov ah, 0
int 0x16
text: db `%s`, 0
times 510 - ($ - $$) db 0
dw 0xaa55
'''


def hostile_floppy(folder):
    """A FAT12 floppy whose name, label, file and words are markup. The file is at LBA 33, CHS 0/1/16."""
    source = folder / 'sector.asm'
    source.write_text(SECTOR % HOSTILE)
    image = folder / "<i>&'\"x.img"
    subprocess.run(['nasm', '-f', 'bin', source, '-o', folder / 'sector.bin'], check=True)
    disk = bytearray(1474560)
    disk[:512] = (folder / 'sector.bin').read_bytes()
    for fat in (512, 512 * 10):
        disk[fat:fat + 6] = b'\xf0\xff\xff\x00\xf0\xff'           # cluster 2 is the last of its file
    root = 19 * 512
    disk[root:root + 12] = b'<SCRIPT>&"\'\x20'                    # the label's and the file's names are not what DOS allows
    disk[root + 26:root + 28] = struct.pack('<H', 2)
    disk[root + 28:root + 32] = struct.pack('<I', 512)
    image.write_bytes(disk)
    return image


def check_hostile(bootsim, _, __, folder, problems):
    image, page = hostile_floppy(folder), folder / 'boot.html'
    run(bootsim, 'report', image, '--fail-on', f'screen:{HOSTILE}NEVER', '-o', page, '--quiet')
    source = page.read_text()
    check_complete_in_itself(document(source), source, problems)
    text = ' '.join(e.text() for e in document(source).find('body'))
    for words in (HOSTILE[:60], '<i>&\'"x.img', '<SCRIPT>'):
        problems.expect(words in text, f'{words} is not on the page as text')
    for part in ('', fragment(filter=HOSTILE), fragment(select=2)):
        dom = opened(page, part, problems)
        problems.expect(not dom.find('html', data_owned='1'), 'the guest has written the page')
        problems.equal(len(dom.find('script')), 2, 'scripts')
        problems.expect(not any('onerror' in e.attributes or 'onclick' in e.attributes for e in dom.all()), 'the guest has made an element')
    return 0


def check_command(bootsim, media, _, folder, problems):
    """Exit codes, names, and pages of boots that never began."""
    empty = folder / 'empty.iso'
    empty.write_bytes(b'')
    page = folder / 'boot.html'
    problems.equal(run(bootsim, 'report').returncode, 2, 'exit code without an IMAGE')
    problems.equal(run(bootsim, 'report', empty, '-o').returncode, 2, 'exit code of -o alone')
    problems.equal(run(bootsim, 'report', empty, '-o', folder / 'no' / 'such.html').returncode, 2, 'exit code when the page cannot be written')
    problems.equal(run(bootsim, 'report', empty, '-o', '-', '--json', '-').returncode, 2, 'exit code of two outputs on stdout')
    done = run(bootsim, 'report', empty, '-o', page)
    problems.equal(done.returncode, 6, 'exit code of an empty file')
    problems.expect('empty' in ' '.join(e.text() for e in document(page.read_text()).find('header')), 'the page does not say what is wrong')
    opened(page, '', problems)
    floppy = hostile_floppy(folder)
    subprocess.run([bootsim, 'report', floppy, '--quiet'], cwd=folder, stdin=subprocess.DEVNULL, timeout=60)
    problems.expect((folder / f'{floppy.name}.html').exists(), 'the page is not named after the image')
    summary = folder / 'summary.json'
    run(bootsim, 'report', floppy, '--json', summary, '-o', page)
    problems.equal(json.loads(summary.read_text())['verdict'], 'waits', 'verdict in --json')
    return 0


def skip(words):
    print(f'skipped: {words}')
    return 1 if os.environ.get('CI') else SKIPPED


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bootsim', required=True, type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument('--media', required=True, type=pathlib.Path)
    parser.add_argument('case', choices=[*CASES, 'hostile', 'command'])
    options = parser.parse_args()
    if not chromium() or not shutil.which('pdftotext'):
        return skip('Chromium or pdftotext is not installed (packaging/packages.txt)')
    problems = Problems()
    check = {'hostile': check_hostile, 'command': check_command}.get(options.case, check_case)
    with tempfile.TemporaryDirectory() as folder:
        result = check(options.bootsim, options.media, options.case, pathlib.Path(folder), problems)
    for problem in problems:
        print(f'FAIL  {problem}')
    return 1 if problems else result


if __name__ == '__main__':
    sys.exit(main())
