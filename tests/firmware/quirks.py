#!/usr/bin/env python3
"""Every quirk of bootsim's BIOS with every kind of medium of ours: it boots, or says why not, as EXPECTED has it.

    quirks.py --bootsim FILE --media DIR

Each boot goes on to a file that stage2 shows from its configuration's volume, or to a guest on a CD mapped by stage2.
"""
import argparse
import json
import re
import subprocess
import sys

HELLO = 'hello from stage2'
MAP = ['--type-at', 'screen:bootsim>', 'map /iso/isolinux-plain.iso (0xA0)<Enter>map --hook<Enter>chainloader (0xA0)<Enter>boot<Enter>',
       '--type-at', r'screen:CORPUS-ISOLINUX-CFG-OK[\s\S]*boot:', 'hello<Enter>']
CAT = ['--type-at', 'screen:bootsim>', 'cat /hello.txt<Enter>']
MENU_CAT = ['--type-at', 'screen:e: edit', 'c', *CAT]

# name: options, what is on the screen in the end
MEDIA = {
    'floppy': (['--floppy', 'stage2-menulst.img', *MENU_CAT], HELLO),
    'hd fat16': (['--hd', 'stage2-plain.img', *CAT], HELLO),
    'hd gpt ext4': (['--hd', 'stage2-gpt.img', '--type-at', 'screen:An entry on ext4', '<Enter>'], 'text on the third partition'),
    'hd fat32': (['--hd', 'map-disk.img', '--type-at', 'screen:bootsim>', 'cat /text.txt<Enter>'], 'no ISO'),
    'cd': (['--cd', 'stage2-cd.iso', *MENU_CAT], HELLO),
    'isohybrid hd': (['--hd', 'stage2-cd.iso', *MENU_CAT], HELLO),
    'stick': (['stage2-plain.img', '--as', 'usb-hd', *CAT], HELLO),
    'isohybrid stick': (['stage2-cd.iso', '--as', 'usb-hd', *MENU_CAT], HELLO),
    'mapped cd': (['--hd', 'map-disk.img', *MAP], 'CORPUS-ISOLINUX-CAT-OK'),
    'behind 2 TiB': (['--hd', 'stage2-plain.img', '--hd', 'map-far.img', '--type-at', 'screen:bootsim>',
                      'map (hd1,0)/isolinux-plain.iso (0xA0)<Enter>map --hook<Enter>chainloader (0xA0)<Enter>boot<Enter>',
                      '--type-at', r'screen:CORPUS-ISOLINUX-CFG-OK[\s\S]*boot:', 'hello<Enter>'], 'CORPUS-ISOLINUX-CAT-OK'),
}
QUIRKS = ['no-edd', 'floppy-edd', 'dl=00', 'dl=81', 'clobber', 'if-lost', 'usb-as-fd0', 'usb-as-80h', 'limit-504m', 'limit-2g', 'limit-8g',
          'no-e820', 'no-a20-bios', 'no-edd,clobber', 'usb-as-fd0,clobber', 'no-e820,no-a20-bios']

# What cannot boot, and the words that must be on the screen then. All else boots.
FAR = {'no-edd': 'sector not found', 'no-edd,clobber': 'sector not found'}
FAR.update(dict.fromkeys(('limit-504m', 'limit-2g', 'limit-8g'), 'lies beyond its end'))
EXPECTED = {**{(quirk, 'behind 2 TiB'): f'error: .*{words}' for quirk, words in FAR.items()},
            **{(quirk, 'hd gpt ext4'): 'Read error 01' for quirk in ('no-edd', 'no-edd,clobber')}}  # gptmbr has no CHS


def boot(program, media, quirk, words, goal):
    words = [f'{media}/{word}' if word.endswith(('.img', '.iso')) and '/' not in word and ' ' not in word else word for word in words]
    command = [program, 'run', *words, '--quirk', quirk, '--until', f'screen:{goal}', '--limit', '120s', '--wall-limit', '60s', '--quiet',
               '--json', '-']
    return json.loads(subprocess.run(command, capture_output=True, text=True, timeout=120).stdout)


def complaint(result, expected):
    screen = '\n'.join(result['screen']).strip()
    if expected is None:
        return None if result['verdict'] == 'reached' else f'{result["message"]}\n{screen}'
    if result['verdict'] == 'reached':
        return 'it boots, and should not'
    if result['verdict'] in ('limit', 'crashed') or not re.search(expected, screen):
        return f'no such words: {result["message"]}\n{screen}'
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bootsim', required=True)
    parser.add_argument('--media', required=True)
    options = parser.parse_args()
    failures, runs = 0, 0
    for quirk in QUIRKS:
        for name, (words, goal) in MEDIA.items():
            wrong = complaint(boot(options.bootsim, options.media, quirk, words, goal), EXPECTED.get((quirk, name)))
            runs += 1
            if wrong:
                failures += 1
                print(f'{name} --quirk {quirk}: {wrong}')
    print(f'{runs} boots, {failures} wrong')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
