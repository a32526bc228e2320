#!/usr/bin/env python3
"""Asks bootsim and QEMU with SeaBIOS the same questions and compares the answers.

    compare.py --bootsim FILE [--keep DIR]      exit 0 when every difference is listed in allowed.yaml and those are at
                                                most 2 % of the questions
    compare.py --qemu-only [--keep DIR]         runs the referee alone and prints its answers
    compare.py --self-test                      checks that differences are noticed

questions.asm is assembled into a floppy; a hard disk and a CD with known contents are made beside it. Both machines
get 128 MB, the three media, COM1 to COM4, LPT1 and a clock that starts at the same minute.
"""
import argparse
import concurrent.futures
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
END = 'end of questions'
CLOCK = '2024-05-06T07:08:00'
AT_MOST = 0.02  # of the questions may be answered otherwise
TIME_OUT = 120  # seconds, for either side
QUIET = 6  # seconds: once in some dozens of runs, QEMU's disk answers the reset (hd0 00) only after SeaBIOS's 32 s


def make_media(folder):
    floppy, disk, cd = folder / 'questions.img', folder / 'disk.img', folder / 'cd.iso'
    subprocess.run(['nasm', '-f', 'bin', '-I', f'{HERE}/', HERE / 'questions.asm', '-o', floppy], check=True)
    # 8 x 16 x 63 sectors, each of its own contents; one partition that ends at head 15, sector 63
    sectors = bytearray(b''.join(struct.pack('<I', n * 2654435761 & 0xFFFFFFFF) * 128 for n in range(8 * 16 * 63)))
    sectors[446:512] = (bytes([0x80, 1, 1, 0, 0x06, 15, 63, 7]) + struct.pack('<II', 63, 8 * 16 * 63 - 63) +
                        bytes(48) + b'\x55\xaa')
    disk.write_bytes(sectors)
    cd.write_bytes(b''.join(struct.pack('<I', n * 40503 + 7) * 512 for n in range(400)))
    return floppy, disk, cd


def ask_qemu(media, folder, tries=5):
    """QEMU has no way to stop at a text: its serial file is watched until the last line is there, or until nothing has
    come for a while; then it is started again."""
    floppy, disk, cd = media
    serial = folder / 'qemu.txt'
    serial.unlink(missing_ok=True)  # what an earlier run left says nothing about this one
    command = ['qemu-system-i386', '-accel', 'tcg', '-m', '128', '-display', 'none', '-vga', 'std', '-nic', 'none',
               '-parallel', 'null', '-monitor', 'none', '-serial', f'file:{serial}', *['-serial', 'null'] * 3, '-no-reboot',
               '-rtc', f'base={CLOCK},clock=vm', '-boot', 'order=a',
               '-drive', f'file={floppy},if=floppy,format=raw,snapshot=on',
               '-drive', f'file={disk},if=ide,index=0,format=raw,snapshot=on',
               '-drive', f'file={cd},if=ide,index=2,media=cdrom,format=raw,readonly=on']
    with open(folder / 'qemu.log', 'w') as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        give_up = time.monotonic() + QUIET
        text = ''
        while END not in text and process.poll() is None and time.monotonic() < give_up:
            time.sleep(0.05)
            before, text = text, serial.read_text('latin1') if serial.exists() else ''
            if text != before:
                give_up = time.monotonic() + QUIET
    finally:
        process.kill()
        process.wait()
    if END not in text and tries > 1:
        return ask_qemu(media, folder, tries - 1)
    if END not in text:
        sys.exit(f'QEMU did not come to the end; its last words:\n{text[-500:]}\n{(folder / "qemu.log").read_text()}')
    return text


def ask_bootsim(program, media, folder):
    floppy, disk, cd = media
    serial = folder / 'bootsim.txt'
    serial.unlink(missing_ok=True)
    command = [program, 'run', '--floppy', floppy, '--hd', disk, '--cd', cd, '--boot', 'floppy', '--mem', '128M',
               '--rtc', CLOCK, '--serial', serial, '--until', f'serial:{END}', '--quiet']
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIME_OUT)
    text = serial.read_text('latin1') if serial.exists() else ''
    if result.returncode != 0 or END not in text:
        sys.exit(f'bootsim did not come to the end (exit {result.returncode}); its last words:\n{text[-500:]}\n'
                 f'{result.stdout}{result.stderr}')
    return text


def answers_of(text):
    """Question -> answer. A question asked again counts up: "16/05 fill #2"."""
    answers = {}
    for line in text.splitlines():
        question, colon, answer = line.partition(':')
        if not colon:
            continue
        name, count = question, 1
        while name in answers:
            count += 1
            name = f'{question} #{count}'
        answers[name] = answer.strip()
    return answers


def load_allowed(path):
    """Entries of allowed.yaml: each names one question, both answers' difference, and who says so."""
    import yaml
    entries = yaml.safe_load(path.read_text()) or []
    allowed = {}
    for entry in entries:
        if set(entry) != {'question', 'bootsim', 'seabios', 'because'}:
            sys.exit(f'{path.name}: an entry needs question, bootsim, seabios and because: {entry}')
        if '*' in entry['question'] or entry['question'] in allowed:
            sys.exit(f'{path.name}: {entry["question"]}: one entry for one question, no patterns')
        allowed[entry['question']] = entry
    return allowed


def compare(ours, theirs, allowed):
    """The lines to print, and whether the test passes."""
    lines, unexpected, listed = [], 0, 0
    for question in list(theirs) + [q for q in ours if q not in theirs]:
        us, them = ours.get(question, '(not asked)'), theirs.get(question, '(not asked)')
        entry = allowed.get(question)
        if us == them:
            if entry:
                unexpected += 1
                lines.append(f'{question}: agrees; its entry in allowed.yaml is out of date')
        elif entry and entry['bootsim'] == us and entry['seabios'] == them:
            listed += 1
        else:
            unexpected += 1
            lines.append(f'{question}\n    bootsim  {us}\n    SeaBIOS  {them}')
    for question in allowed:
        if question not in theirs:
            unexpected += 1
            lines.append(f'{question}: listed in allowed.yaml, but nobody asks it')
    share = listed / max(1, len(theirs))
    lines.append(f'{len(theirs)} questions, {listed} answered otherwise for a listed reason ({share:.2%}), '
                 f'{unexpected} for none')
    return lines, unexpected == 0 and share <= AT_MOST


def self_test():
    """Each way to differ has to fail the comparison, and a listed difference must not."""
    def entry(question, us, them):
        return {question: dict(question=question, bootsim=us, seabios=them, because='a specification')}

    theirs = answers_of(''.join(f'q{n}: {n}\n' for n in range(100)) + 'q1: again\n')
    changed = {**theirs, 'q7': 'x'}
    many = {**theirs, 'q1': 'x', 'q2': 'x', 'q3': 'x'}
    missing = {question: answer for question, answer in theirs.items() if question != 'q5'}
    cases = [('equal', theirs, {}, True), ('unlisted', changed, {}, False), ('listed', changed, entry('q7', 'x', '7'), True),
             ('listed otherwise', changed, entry('q7', 'y', '7'), False), ('out of date', theirs, entry('q7', 'x', '7'), False),
             ('nobody asks', theirs, entry('q700', 'x', '7'), False), ('not answered', missing, {}, False),
             ('too many', many, {**entry('q1', 'x', '1'), **entry('q2', 'x', '2'), **entry('q3', 'x', '3')}, False)]
    wrong = [name for name, ours, allowed, passes in cases if compare(ours, theirs, allowed)[1] != passes]
    if 'q1 #2' not in theirs:
        wrong.append('a question asked twice')
    print('\n'.join(wrong) or 'every kind of difference is noticed')
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bootsim')
    parser.add_argument('--qemu-only', action='store_true')
    parser.add_argument('--self-test', action='store_true')
    parser.add_argument('--keep', type=pathlib.Path, help='leave the media and the answers in this folder')
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        media = make_media(folder)
        if options.qemu_only:
            print(ask_qemu(media, folder))
            return 0
        with concurrent.futures.ThreadPoolExecutor() as both:
            answers = [both.submit(ask_qemu, media, folder), both.submit(ask_bootsim, options.bootsim, media, folder)]
            theirs, ours = (answer.result() for answer in answers)
    lines, passed = compare(answers_of(ours), answers_of(theirs), load_allowed(HERE / 'allowed.yaml'))
    print('\n'.join(lines))
    return 0 if passed else 1


if __name__ == '__main__':
    sys.exit(main())
