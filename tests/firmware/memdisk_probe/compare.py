#!/usr/bin/env python3
"""Asks our memory disk and Syslinux's MEMDISK the same questions and compares the answers.

    compare.py --bootsim FILE --memdisk FILE [--reference FILE] [--keep DIR] [--only TEXT] [--show]
    compare.py --self-test

probe.asm is the boot program of every image. It is booted behind both memory disks, in bootsim and under QEMU with
SeaBIOS, with the same image, options and real drives. Exit code 0 when every difference is listed in allowed.yaml with its
reason, and no entry of that list is out of date. Exit code 77: there is no reference MEMDISK on this machine.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import time

import yaml

HERE = pathlib.Path(__file__).resolve().parent
END = 'probe: end'
TIME_OUT = 90  # seconds for one run in QEMU
BOOTSIM_TIME_OUT = 600  # --limit ends a run; this only notices one that hangs, in sanitizer builds too
REFERENCE = '/usr/lib/syslinux/memdisk'

# ---------------------------------------------------------------------------------------------------------- media


def pattern(sectors):
    """Sectors that all differ."""
    return bytearray(b''.join(struct.pack('<I', n * 2654435761 & 0xFFFFFFFF) * 128 for n in range(sectors)))


def chs(lba, heads, sectors):
    return bytes([lba // sectors % heads, lba % sectors + 1 | lba // (heads * sectors) >> 2 & 0xC0, lba // (heads * sectors) & 255])


def partition(start, size, heads, sectors):
    return (b'\x80' + chs(start, heads, sectors) + b'\x06' + chs(start + size - 1, heads, sectors) +
            struct.pack('<II', start, size))


def fat(total, heads, sectors, drive, media=0xF0, signature=0x29, sector_bytes=512):
    """The BIOS parameter block of a FAT12, and nothing else of it. It goes where probe.asm leaves room."""
    return (b'MSDOS5.0' + struct.pack('<HBHBHHBHHHII', sector_bytes, 1, 1, 2, 224, total if total < 65536 else 0, media, 9,
                                      sectors, heads, 0, total if total >= 65536 else 0) +
            struct.pack('<BBBI', drive, 0, signature, 0x12345678) + b'PROBE      FAT12   ')


def bootable(probe, sectors, table=b'', bpb=b''):
    image = pattern(sectors)
    image[:len(probe)] = probe
    image[3:3 + len(bpb)] = bpb
    image[446:446 + len(table)] = table
    return bytes(image[:sectors * 512])


# File systems in images of all sizes: what the FAT says about the disk, and blocks that are no FAT's.
FATS = {'fat-1440': (2880, fat(2880, 2, 18, 0)),
        'fat-720': (1440, fat(1440, 2, 9, 0, media=0xF9)),
        'fat-cut': (1953, fat(2880, 2, 18, 0)),
        'fat-padded': (3125, fat(2880, 2, 18, 0)),
        'fat-tracks-of-9': (2880, fat(2880, 2, 9, 0)),
        'fat-small-disk': (6000, fat(6000, 2, 32, 0x80, media=0xF8)),
        'fat-disk': (16384, fat(16384, 16, 63, 0x80, media=0xF8)),
        'fat-disk-255': (70000, fat(70000, 255, 63, 0x81, media=0xF8)),
        'fat-large-floppy': (12000, fat(12000, 16, 32, 0)),
        'fat-floppy-of-disk': (2880, fat(2880, 255, 63, 0)),
        'fat-not-media': (3125, fat(2880, 2, 18, 0, media=0xF1)),
        'fat-not-signed': (3125, fat(2880, 2, 18, 0, signature=0x28)),
        'fat-not-512': (3125, fat(2880, 2, 18, 0, sector_bytes=1024)),
        'fat-not-63': (3125, fat(2880, 2, 64, 0)),
        'fat-not-heads': (16384, fat(16384, 257, 63, 0x80))}


def make_iso(folder, out, probe, kind):
    tree = folder / f'{out.stem}.tree'
    tree.mkdir()
    image, options = {'none': (probe, ['-no-emul-boot', '-boot-load-size', str(len(probe) // 512)]),
                      'floppy': (bootable(probe, 2880), []),
                      'disk': (bootable(probe, 20 * 16 * 63, partition(63, 20 * 16 * 63 - 63, 16, 63)), ['-hard-disk-boot'])}[kind]
    (tree / 'boot.img').write_bytes(image)
    (tree / 'data').write_bytes(pattern(2000))
    subprocess.run(['xorriso', '-as', 'mkisofs', '-quiet', '-o', out, '-b', 'boot.img', '-c', 'boot.cat', *options, tree],
                   check=True, stderr=subprocess.DEVNULL)


def make_media(folder):
    subprocess.run(['nasm', '-f', 'bin', '-I', f'{HERE}/', HERE / 'probe.asm', '-o', folder / 'probe.bin'], check=True)
    probe = (folder / 'probe.bin').read_bytes()
    for kib in (160, 180, 320, 360, 640, 720, 1200, 1440, 1600, 1680, 1722, 1743, 1760, 1840, 1920, 2880, 3120, 3200, 3520, 3840):
        (folder / f'floppy-{kib}').write_bytes(bootable(probe, kib * 2))
    for sectors in (100, 2388, 2532, 2879, 2881, 2900, 3000, 4000, 5000, 8000, 8191):
        (folder / f'odd-{sectors}').write_bytes(bootable(probe, sectors))
    n = 49 * 16 * 63
    (folder / 'disk').write_bytes(bootable(probe, n, partition(63, n - 63, 16, 63)))
    (folder / 'disk-plain').write_bytes(bootable(probe, 20000))
    (folder / 'disk-255').write_bytes(bootable(probe, 2 * 255 * 63, partition(63, 2 * 255 * 63 - 63, 255, 63)))
    (folder / 'disk-two').write_bytes(bootable(probe, 65536, partition(63, 20 * 1008 - 63, 16, 63) + partition(20 * 1008, 20 * 1008, 16, 63)))
    for name, (sectors, bpb) in FATS.items():
        (folder / name).write_bytes(bootable(probe, sectors, bpb=bpb))
    for kind in ('none', 'floppy', 'disk'):
        make_iso(folder, folder / f'iso-{kind}', probe, kind)
    # What the machine has of its own
    (folder / 'real-floppy').write_bytes(bytes(pattern(2880)))
    for n in (0, 1):
        disk = pattern((10 + n) * 1008)
        disk[:512] = bytes(446) + partition(63, (10 + n) * 1008 - 63, 16, 63) + bytes(48) + b'\x55\xaa'
        (folder / f'real-disk{n}').write_bytes(bytes(disk))
    make_iso(folder, folder / 'real-cd', probe, 'none')


# --------------------------------------------------------------------------------------------------------- machines


def run_bootsim(bootsim, kernel, image, append, drives, serial):
    words = []
    for kind, path in drives:
        words += [f'--{kind}', path]
    subprocess.run([bootsim, 'run', '--kernel', kernel, '--initrd', image, '--append', append, *words, '--serial', serial,
                    '--limit', '60s', '--quiet'], stdout=subprocess.DEVNULL, timeout=BOOTSIM_TIME_OUT)


def run_qemu(_, kernel, image, append, drives, serial):
    words, disks = [], 0
    for kind, path in drives:
        interface = {'floppy': 'if=floppy,index=0', 'hd': f'if=ide,index={disks}', 'cd': 'if=ide,index=2,media=cdrom,readonly=on'}[kind]
        disks += kind == 'hd'
        words += ['-drive', f'file={path},format=raw,{interface}' + ('' if kind == 'cd' else ',snapshot=on')]
    process = subprocess.Popen(['qemu-system-i386', '-accel', 'tcg', '-m', '128', '-nodefaults', '-vga', 'std', '-display', 'none',
                                '-serial', f'file:{serial}', '-kernel', kernel, '-initrd', image, '-append', append, *words],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    give_up = time.monotonic() + TIME_OUT
    try:
        while time.monotonic() < give_up and process.poll() is None:
            if serial.exists() and END in serial.read_text(errors='replace'):
                break
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()


MACHINES = {'bootsim': run_bootsim, 'qemu': run_qemu}
FULL = (('floppy', 'real-floppy'), ('hd', 'real-disk0'), ('hd', 'real-disk1'), ('cd', 'real-cd'))
Case = collections.namedtuple('Case', 'name image append drives machines')


def cases():
    both = ('bootsim', 'qemu')
    for image, append in (('floppy-1440', ''), ('floppy-1440', 'edd'), ('floppy-1440', 'ro'), ('disk', ''), ('disk', 'noedd'), ('disk', 'ro raw'),
                          ('iso-none', 'iso'), ('iso-floppy', 'iso'), ('iso-disk', 'iso')):
        yield Case(f'{image} {append}'.strip(), image, append, FULL, both)
        yield Case(f'{image} {append} alone'.replace('  ', ' '), image, append, (), both if append in ('', 'iso') else ('bootsim',))
    for image, append in (('floppy-1440', 'floppy=1'), ('disk', 'harddisk=1'), ('floppy-1440', 'harddisk'), ('disk', 'floppy'),
                          ('floppy-1440', 'nopass'), ('disk', 'nopass'), ('floppy-1440', 'nopassany'), ('disk', 'nopassany'),
                          ('floppy-1440', 'int'), ('floppy-1440', 'safeint'), ('floppy-1440', 'bigraw'), ('floppy-1440', 'mem=64M'),
                          ('floppy-1440', 'stack=1024'), ('floppy-1440', 'c=40'), ('floppy-1440', 'c=40 h=4 s=18'), ('floppy-1440', 'h=3'),
                          ('disk', 'c=20'), ('disk', 'harddisk c=30 h=32 s=32')):
        yield Case(f'{image} {append}', image, append, FULL, ('bootsim',))
    # Options that contradict each other, and old names
    for image, append in (('floppy-1440', 'harddisk floppy=1'), ('floppy-1440', 'floppy harddisk'), ('disk', 'harddisk=1 harddisk'),
                          ('floppy-1440', 'c=80 c=40'), ('floppy-1440', 'stack=10'), ('disk', 'noedd edd'), ('disk', 'cbios'),
                          ('floppy-1440', 'noebios ebios')):
        yield Case(f'{image} {append}', image, append, FULL, ('bootsim',))
    for kib in (160, 180, 320, 360, 640, 720, 1200, 1600, 1680, 1722, 1743, 1760, 1840, 1920, 2880, 3120, 3200, 3520, 3840):
        yield Case(f'floppy-{kib}', f'floppy-{kib}', '', (), ('bootsim',))
    for sectors in (100, 2388, 2532, 2879, 2881, 2900, 3000, 4000, 5000, 8000, 8191):
        yield Case(f'odd-{sectors}', f'odd-{sectors}', '', (), ('bootsim',))
    for image in FATS:
        yield Case(image, image, '', (), ('bootsim',))
    for image, append in (('fat-padded', ''), ('fat-disk', '')):
        yield Case(f'{image} full', image, append, FULL, ('qemu',))
    for image, append in (('fat-cut', 'c=40'), ('fat-cut', 'h=3'), ('fat-padded', 'harddisk'), ('fat-small-disk', 'floppy')):
        yield Case(f'{image} {append}', image, append, (), ('bootsim',))
    for image in ('disk-plain', 'disk-255', 'disk-two'):
        yield Case(image, image, '', (), ('bootsim',))


# ---------------------------------------------------------------------------------------------------------- answers

# INT 13h functions that return something in AL; in all others it is the caller's or nobody's.
RETURNS_AL = ('02 ', '03 ', 'every 02', 'every 03')


class Answers:
    """The answers of one run, without what may differ: addresses in the resident part, continuation values, AL where it is no
    output."""

    def __init__(self, text):
        self.by_question = {}
        self.low_memory = None
        self.count = collections.Counter()
        self.last = ''
        self.complete = END in text
        for line in text.splitlines():
            if line.startswith('  '):
                name, _, value = line.strip().partition(': ')
                self.put(f'{self.last}, {name}', self.bytes_of(name, value))
            elif ': ' in line:
                name, _, value = line.partition(': ')
                if name.startswith(('bda ', 'vector ', 'diskette', '11 ', '12 ', 'probe')):
                    self.last = name
                    self.put(name, self.bytes_of(name, value))
                else:
                    self.question(name, value)

    def put(self, name, value):
        self.count[name] += 1
        if self.count[name] > 1:
            name += f' #{self.count[name]}'
        self.by_question[name] = value
        return name

    def resident(self, segment):
        return self.low_memory is not None and self.low_memory // 16 <= segment < 0xA000

    def question(self, name, value):
        registers = dict(item.split('=') for item in value.split())
        eax = int(registers['eax'], 16)
        if not name.startswith('15/') and ' 15/' not in name and (registers['cf'] == '1' or not name.startswith(RETURNS_AL)):
            registers['eax'] = f'{eax & 0xFFFFFF00:08x}'
        if name.startswith('15/e820') and int(registers['ebx'], 16) != 0:
            registers['ebx'] = 'more'
        if self.resident(int(registers.get('es', '0'), 16)):
            registers['es'] = 'resident'
            registers['edi'] = 'resident'
        self.last = self.put(name, ' '.join(f'{k}={v}' for k, v in registers.items()))

    def bytes_of(self, name, value):
        if not re.fullmatch(r'([0-9a-f]{2} )*[0-9a-f]{2}', value):
            return value
        data = bytes.fromhex(value)
        if name == 'bda 13 memory':
            self.low_memory = int.from_bytes(data, 'little') * 1024
            return 'taken' if self.low_memory < 0x9FC00 else value
        if name.startswith('vector'):
            return 'resident' if self.resident(int.from_bytes(data[2:], 'little')) else value
        if name == 'range':
            base, length, kind = struct.unpack('<QQI', data[:20])
            end = base + length
            return ' '.join('low' if x == self.low_memory else f'{x:x}' for x in (base, end)) + f' type {kind:x} rest {data[20:].hex()}'
        if name == 'info':
            return self.info(data)
        if name == 'entry offsets':
            return 'two'
        if name == 'safe hook':
            return data[3:27].hex()  # between the jump and the mBFT's address
        if name == 'mbft':
            return data[:9].hex() + ' ' + data[10:36].hex() + ' ' + self.info(data[40:])
        return value

    def info(self, data):
        fields = struct.unpack('<HBBIIHHIIHBBH', data)
        size, minor, major, disk, sectors, _, line_segment, old13, old15, low, loader, shift, dpt = fields
        return (f'size {size} version {major}.{minor} disk {disk:x} sectors {sectors:x} line {"resident" if self.resident(line_segment) else "elsewhere"} '
                f'old {old13:x} {old15:x} low {low:x} loader {loader:x} shift {shift} table {"yes" if dpt else "no"}')


def answers_of(machine, bootsim, kernel, case, folder):
    serial = folder / f'{re.sub("[^a-z0-9=-]+", "_", case.name)}.{machine}.{"ours" if kernel != REFERENCE else "theirs"}.txt'
    serial.unlink(missing_ok=True)
    drives = [(kind, folder / name) for kind, name in case.drives]
    MACHINES[machine](bootsim, kernel, folder / case.image, case.append, drives, serial)
    return Answers(serial.read_text(errors='replace') if serial.exists() else '')


def compare(ours, theirs):
    """[(question, ours, theirs)] of what differs."""
    names = list(theirs.by_question) + [name for name in ours.by_question if name not in theirs.by_question]
    return [(name, ours.by_question.get(name, '-'), theirs.by_question.get(name, '-'))
            for name in names if ours.by_question.get(name) != theirs.by_question.get(name)]


def matches(entry, case, machine, difference):
    question, ours, theirs = difference
    return (any(fnmatch.fnmatchcase(question, q) for q in entry['questions']) and
            fnmatch.fnmatchcase(case, entry.get('case', '*')) and entry.get('machine', machine) == machine and
            re.search(entry.get('ours', ''), ours) is not None and re.search(entry.get('theirs', ''), theirs) is not None)


# ------------------------------------------------------------------------------------------------------------ main


def self_test():
    theirs = 'probe: begin\nbda 13 memory: 7d 02\n08 parameters@00: cf=0 eax=00000000 ebx=00000004 ecx=00004f12 edx=00000101\nprobe: end'
    assert compare(Answers(theirs), Answers(theirs)) == []
    assert compare(Answers(theirs.replace('7d 02', '7e 02')), Answers(theirs)) == []
    assert [d[0] for d in compare(Answers(theirs.replace('4f12', '4f13')), Answers(theirs))] == ['08 parameters@00']
    assert [d[0] for d in compare(Answers(theirs.replace('08 ', '09 ')), Answers(theirs))] == ['08 parameters@00', '09 parameters@00']
    entry = {'questions': ['08 *'], 'ours': 'ecx=00004f13', 'because': ''}
    assert matches(entry, 'any', 'qemu', ('08 parameters@00', 'ecx=00004f13', 'ecx=00004f12'))
    assert not matches(entry, 'any', 'qemu', ('08 parameters@00', 'ecx=00004f14', 'ecx=00004f12'))
    print('self-test passed')


def main():
    parser = argparse.ArgumentParser()
    for option in ('bootsim', 'memdisk', 'keep', 'only'):
        parser.add_argument(f'--{option}')
    parser.add_argument('--show', action='store_true', help='print every difference, listed or not')
    parser.add_argument('--self-test', action='store_true')
    args = parser.parse_args()
    if args.self_test:
        return self_test()
    if not pathlib.Path(REFERENCE).exists():
        print(f'no {REFERENCE} (package syslinux-common)')
        return 77
    allowed = yaml.safe_load((HERE / 'allowed.yaml').read_text())
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(args.keep or temporary).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        for tree in folder.glob('*.tree'):
            subprocess.run(['rm', '-rf', tree], check=True)
        make_media(folder)
        wanted = [(case, machine) for case in cases() if not args.only or args.only in case.name for machine in case.machines]
        kernel = str(pathlib.Path(args.memdisk).resolve())

        def both(job):
            case, machine = job
            return [answers_of(machine, args.bootsim, k, case, folder) for k in (kernel, REFERENCE)]

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(both, wanted))
    used, bad, questions, listed = set(), 0, 0, 0
    for (case, machine), (ours, theirs) in zip(wanted, results):
        questions += len(ours.by_question)
        if not ours.complete:
            print(f'{case.name}, {machine}: our memory disk did not boot the probe to its end')
            bad += 1
            continue
        if not theirs.complete:  # our answers have no judge then
            entry = next((i for i, e in enumerate(allowed) if e.get('theirs') == 'hangs' and fnmatch.fnmatchcase(case.name, e['case'])), None)
            if entry is None:
                print(f'{case.name}, {machine}: MEMDISK did not boot the probe to its end')
                bad += 1
            used.add(entry)
            continue
        for difference in compare(ours, theirs):
            entry = next((i for i, e in enumerate(allowed) if matches(e, case.name, machine, difference)), None)
            used.add(entry)
            listed += entry is not None
            if entry is None or args.show:
                bad += entry is None
                print(f'{case.name}, {machine}: {difference[0]}\n  ours   {difference[1]}\n  theirs {difference[2]}')
    if not args.only:
        for i, entry in enumerate(allowed):
            if i not in used:
                bad += 1
                print(f'allowed.yaml: no difference is like {entry["questions"]} any more')
    print(f'{len(wanted)} boots, {questions} questions, {listed} differences listed, {bad} complaints')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
