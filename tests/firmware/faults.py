#!/usr/bin/env python3
"""A read error at each of the first 50 disk calls of each kind of boot: it boots in spite of it, or says why not.

    faults.py --bootsim FILE --media DIR

A disk whose ISO file is a mapped CD is one more: what fails below the hook must not keep the guest from booting when it fails
once, and must be the guest's error when it fails always.

A transient error (one call fails) must not keep it from booting: everything is tried again. A lasting one (a sector range
that cannot be read) must end in a message of ours, and never in a hang, a crash or silence.
"""
import argparse
import json
import mmap
import pathlib
import re
import subprocess
import sys

BOOTS = [['--hd', 'mbr-fat16.img'], ['--hd', 'mbr-fat32.img', '--quirk', 'no-edd'], ['--hd', 'mbr-ext4.img', '--quirk', 'clobber'],
         ['--hd', 'gpt-bios-boot.img'], ['--hd', 'embedded.img'], ['--floppy', 'fat12-1440.img'], ['--floppy', 'raw-1440.img'],
         ['--cd', 'cd.iso'], ['--hd', 'cd.iso'], ['--hd', 'cd.iso', '--quirk', 'no-edd']]
FIRST_OF_OURS = 2  # call 1 is the BIOS's own: its failure is not ours to survive (a CD's is not counted)
CALLS = 50
LASTING = ['lba=1-9000:10', 'lba=2-9000:20', 'lba=36-40:04', 'lba=2048-2200:10,short', 'every=2:80', 'every=3:11']
BOOTED = 'BODY OK'
MESSAGES = re.compile(r'[Rr]ead error [0-9A-F]{2}|stage2 (not found|damaged)|No boot sector|No GPT|Not bootable|was not found')


# ISOLINUX from a file on a disk, through stage2's `map`
MAPPED = ['--hd', 'map-disk.img', '--type-at', 'screen:bootsim>',
          'map /iso/isolinux-plain.iso (0xA0)<Enter>map --hook<Enter>chainloader (0xA0)<Enter>boot<Enter>',
          '--type-at', r'screen:CORPUS-ISOLINUX-CFG-OK[\s\S]*boot:', 'hello<Enter>']
MAPPED_BOOTED = 'CORPUS-ISOLINUX-CAT-OK'
MAPPED_CALLS = range(30, 60)  # from stage2's look at the file to the guest's last read
# Sectors of the CD: descriptors and directories, isolinux.bin, its configuration, a text. (Not its module ldlinux.c32: when
# half of that cannot be read, ISOLINUX runs the other half, from any CD.)
MAPPED_SECTORS = [(16, 33), (35, 49), (50, 52), (53, 53), (54, 54), (55, 55)]
COMPLAINT = re.compile(r'[Ee]rror|[Ff]ailed|not find|not found|No such file')


def boot(program, media, words, fault, goal=BOOTED):
    command = [program, 'run', words[0], f'{media}/{words[1]}', *words[2:], '--fail-read', fault, '--until', f'screen:{goal}',
               '--limit', '120s', '--quiet', '--json', '-']
    return json.loads(subprocess.run(command, capture_output=True, text=True, timeout=60).stdout)


def iso_on_disk(media):
    """The sector of the disk where the ISO file begins; it lies there in one piece."""
    descriptor = (pathlib.Path(media).parent / 'isolinux-plain.iso').read_bytes()[32768:34816]
    with open(f'{media}/map-disk.img', 'rb') as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as disk:
        return disk.find(descriptor) // 512 - 64


def mapped_faults(media):
    """[(fault, whether it is transient)]: each call once; always a part of the ISO."""
    first = iso_on_disk(media)
    return ([(f'call={n}:10', True) for n in MAPPED_CALLS] +
            [(f'lba={first + 4 * a}-{first + 4 * b + 3}:{status}', False) for a, b in MAPPED_SECTORS for status in ('10', '20', '04,short')])


def mapped_complaint(result, transient):
    if result['verdict'] == 'reached':
        return None if transient else 'it boots without its sectors'
    screen = '\n'.join(result['screen'])
    if not transient and result['reason'] != 'limit' and COMPLAINT.search(screen):
        return None
    return f'{result["message"]}\n{screen.strip()}'


def complaint(result, transient):
    """What is wrong with the end of a boot; nothing when it is as it should be."""
    if result['verdict'] == 'reached':
        return None
    screen = '\n'.join(result['screen'])
    if transient:
        return f'one failed call, and it does not boot: {result["message"]}\n{screen.strip()}'
    if result['reason'] == 'loader-gave-up' and MESSAGES.search(screen):
        return None
    return f'no message: {result["message"]}\n{screen.strip()}'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bootsim', required=True)
    parser.add_argument('--media', required=True)
    options = parser.parse_args()
    failures, runs = 0, 0
    for words in BOOTS:
        first = 1 if words[0] == '--cd' else FIRST_OF_OURS
        faults = [(f'call={n}:10', True) for n in range(first, CALLS + 1)] + [(fault, False) for fault in LASTING]
        for fault, transient in faults:
            wrong = complaint(boot(options.bootsim, options.media, words, fault), transient)
            runs += 1
            if wrong:
                failures += 1
                print(f'{" ".join(words)} --fail-read {fault}: {wrong}')
    for fault, transient in mapped_faults(options.media):
        wrong = mapped_complaint(boot(options.bootsim, options.media, MAPPED, fault, MAPPED_BOOTED), transient)
        runs += 1
        if wrong:
            failures += 1
            print(f'map --fail-read {fault}: {wrong}')
    print(f'{runs} boots, {failures} wrong')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
