#!/usr/bin/env python3
"""Every exit code and reason that README.md promises, each provoked by a boot sector of a few lines.

    check.py --bootsim FILE [CASE...]
"""
import argparse
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

START = 'bits 16\norg 0x7c00\nxor ax, ax\nmov ds, ax\nmov ss, ax\nmov sp, 0x7c00\n'
END = '\ntimes 510 - ($ - $$) db 0\ndw 0xaa55\ntimes 1474560 - ($ - $$) db 0\n'
PRINT = 'mov si, text\n.print: lodsb\nor al, al\njz .printed\nmov ah, 0x0e\nint 0x10\njmp .print\ntext: db "hello", 0\n.printed:\n'

READ_KEY = 'xor ah, ah\nint 0x16\n'
READ_SECTOR = 'mov ax, 0x0201\nmov bx, 0x8000\nmov cx, 2\nxor dx, dx\nint 0x13\n'
RESET = 'mov dx, 0xcf9\nmov al, 6\nout dx, al\njmp $\n'
SAY = PRINT.replace('hello', '%s')

# name: (boot sector, options, exit code, reason)
SECTORS = {
    'halts': ('cli\nhlt', [], 0, None),
    'loops for ever': ('jmp $', [], 0, None),
    'waits for a key': ('xor ah, ah\nint 0x16\njmp $', [], 0, None),
    'prints what is awaited': (PRINT + 'jmp $', ['--until', 'screen:hel+o'], 0, None),
    'calls what is awaited': ('mov ah, 0x08\nmov dl, 0\nint 0x13\njmp $', ['--until', 'call:int13/08'], 0, None),
    'halts as awaited': ('cli\nhlt', ['--until', 'halt'], 0, None),
    'rests without what is awaited': ('cli\nhlt', ['--until', 'screen:never'], 1, None),
    'waits without what is awaited': ('xor ah, ah\nint 0x16\njmp $', ['--until', 'screen:never'], 1, None),
    'prints what is a failure': (PRINT + 'jmp $', ['--fail-on', 'screen:hello'], 1, None),
    'gives up by INT 18h': ('int 0x18', [], 3, 'loader-gave-up'),
    'comes back to INT 19h': ('int 0x19', [], 3, 'loader-gave-up'),
    'runs for ever': ('.l: inc dword [0x500]\nadd dword [0x504], 3\njmp .l', ['--limit', '2s'], 4, None),
    'triple fault': ('lidt [n]\nmov eax, cr0\nor al, 1\nmov cr0, eax\nint 3\nn: dw 0\ndd 0', [], 5, None),
    'runs into empty memory': ('jmp 0x4000:0', [], 5, None),
    'divides by zero, unhandled': ('xor bx, bx\ndiv bx', [], 5, None),
    'executes an invalid opcode, unhandled': ('ud2', [], 5, None),
    'resets': ('mov dx, 0xcf9\nmov al, 6\nout dx, al\njmp $', [], 7, None),
    'jumps to the reset vector': ('jmp 0xffff:0', [], 7, None),
    'jumps to the reset vector as awaited': ('jmp 0xffff:0', ['--until', 'reset'], 0, None),
    'resets when a key asks for it': (READ_KEY + RESET, ['--type', 'x'], 0, None),
    'resets although the key asked for a read': (READ_KEY + READ_SECTOR + RESET, ['--type', 'x'], 7, None),
    'resets again and again': ('cmp byte [0x600], 0x55\nje .r\nmov byte [0x600], 0x55\n' + READ_KEY + '.r:' + RESET,
                               ['--type', 'x'], 7, None),
    'says Boot error and waits': (SAY % 'Boot error' + READ_KEY + 'int 0x19', [], 3, 'loader-gave-up'),
    'offers a reboot after an error': (SAY % 'Disk error 20. Press any key to reboot.' + READ_KEY + 'int 0x19', [], 3,
                                       'loader-gave-up'),
    'says grub rescue> and polls for a key': (SAY % 'grub rescue> ' + '.l: mov ah, 1\nint 0x16\njz .l', [], 3,
                                              'loader-gave-up'),
    'returns from the boot sector': ('mov sp, 0x7bfc\nretf', [], 3, 'loader-gave-up'),
    'polls for a key': ('.l: mov ah, 1\nint 0x16\njz .l', [], 0, None),
    'idles with a timer of its own': ('mov word [0x70], .h\nmov word [0x72], 0\n.l: hlt\njmp .l\n.h: iret', [], 0, None),
    'fails and is awaited at once': (PRINT + 'jmp $', ['--until', 'screen:hello', '--fail-on', 'screen:hell'], 1, None),
    'reaches before the failure': (PRINT + 'xor ah, ah\nint 0x16\njmp $', ['--until', 'screen:hello', '--fail-on', 'halt'], 0,
                                   None),
    'runs out of host time': ('.l: inc dword [0x500]\nadd dword [0x504], 3\njmp .l', ['--wall-limit', '200ms'], 4, None),
    'runs out of host time while it rewrites its own code': (
        '.l: inc byte [.n + 1]\njmp $+2\n.n: mov al, 0\ntimes 200 inc bx\njmp .l', ['--wall-limit', '300ms'], 4, None),
    'resets as awaited': ('mov dx, 0xcf9\nmov al, 6\nout dx, al\njmp $', ['--until', 'reset'], 0, None),
}


KEYS = ['verdict', 'exit', 'reason', 'message', 'steps', 'int13', 'virtual_ns', 'wall_ms', 'screen', 'graphics', 'engine']


def blank_floppy(folder):
    (folder / 'blank.img').write_bytes(bytes(1474560))
    return folder / 'blank.img'


def disk_that_halts(folder):
    (folder / 'halts.img').write_bytes((b'\xfa\xf4'.ljust(510, b'\0') + b'\x55\xaa').ljust(1474560, b'\0'))
    return folder / 'halts.img'


def floppy_in_graphics(folder):
    image = folder / 'graphics.img'
    image.write_bytes(bytes.fromhex('b81300 cd10 fa f4').ljust(510, b'\0') + b'\x55\xaa' + bytes(1474560 - 512))  # INT 10h: mode 13h
    return image


def cd_image(folder, name, boot_record=None, catalog=None, size=40, code=b''):
    """An ISO 9660 skeleton: primary descriptor at 16, `boot_record` at 17, terminator at 18, `catalog` at 20, `code` at 30."""
    image = bytearray(size * 2048)
    image[16 * 2048:16 * 2048 + 7] = b'\x01CD001\x01'
    terminator = 17
    if boot_record is not None:
        image[17 * 2048:17 * 2048 + 7] = b'\x00CD001\x01'
        image[17 * 2048 + 7:17 * 2048 + 39] = b'EL TORITO SPECIFICATION'.ljust(32, b'\0')
        image[17 * 2048 + 71:17 * 2048 + 75] = struct.pack('<I', boot_record)
        terminator = 18
    image[terminator * 2048:terminator * 2048 + 7] = b'\xffCD001\x01'
    if catalog is not None:
        image[20 * 2048:20 * 2048 + len(catalog)] = catalog
    image[30 * 2048:30 * 2048 + len(code)] = code
    (folder / name).write_bytes(image)
    return folder / name


def validation(platform=0):
    entry = bytearray(struct.pack('<BBH24sHBB', 1, platform, 0, b'', 0, 0x55, 0xAA))
    entry[28:30] = struct.pack('<H', -sum(struct.unpack('<16H', entry)) & 0xFFFF)
    return bytes(entry)


def boot_entry(indicator=0x88, lba=30, count=4, media=0):
    return struct.pack('<BBHBBHI20x', indicator, media, 0, 0, 0, count, lba)


def section(platform):
    """The header of the last section, with one entry."""
    return struct.pack('<BBH28x', 0x91, platform, 1)


def uefi_stick(folder, signature=True):
    """An MBR without code, its one partition an EFI system partition."""
    image = bytearray(16 << 20)
    image[446:462] = struct.pack('<B3sB3sII', 0, b'\0\2\0', 0xEF, b'\xff' * 3, 2048, 30720)
    image[2048 * 512:2048 * 512 + 62] = fat16_parameters(30720)
    fat = 2048 * 512 + 512
    image[fat:fat + 4] = b'\xf8\xff\xff\xff'
    if signature:
        image[510:512] = image[2048 * 512 + 510:2048 * 512 + 512] = b'\x55\xaa'
    (folder / f'uefi-{signature}.img').write_bytes(image)
    return folder / f'uefi-{signature}.img'


def fat16_parameters(sectors):
    """The head of a FAT16 boot sector: 4 sectors in a cluster, 2 FATs of 30 sectors, 512 root entries."""
    return (b'\xeb\x3c\x90' + b'TEST    ' + struct.pack('<HBHBHHBHHHII', 512, 4, 1, 2, 512, sectors, 0xF8, 30, 63, 255, 2048, 0) +
            struct.pack('<BBBI11s8s', 0x80, 0, 0x29, 1, b'NO NAME    ', b'FAT16   '))


def kernel():
    """A bzImage of boot protocol 2.15 whose setup halts, with 8 KiB of protected-mode code."""
    image = bytearray(512 * 5 + 8192)
    image[0x1F1] = 4
    image[0x1F4:0x1F8] = struct.pack('<I', 8192 // 16)
    image[0x1FE:0x20B] = b'\x55\xaa' + b'\xeb\x66' + b'HdrS' + struct.pack('<H', 0x020F) + bytes(3)
    image[0x211] = 1  # LOADED_HIGH
    image[0x22C:0x230] = b'\xff\xff\xff\x7f'
    image[0x238:0x23C] = struct.pack('<I', 2047)
    image[0x268:0x26A] = b'\xfa\xf4'  # cli; hlt, where the jump at 200h leads
    return bytes(image)


def media_cases(folder):
    """name: (arguments after `run`, exit code, reason)"""
    empty, directory = folder / 'empty.iso', folder / 'directory'
    empty.write_bytes(b'')
    directory.mkdir()
    broken = folder / 'broken.iso.gz'
    broken.write_bytes(b'\x1f\x8b\x08\x00' + bytes(64))
    disk = folder / 'disk.img'
    disk.write_bytes(bytes(16 << 20))
    halting, cut = folder / 'halting.lkrn', folder / 'cut.lkrn'
    halting.write_bytes(kernel())
    cut.write_bytes(kernel()[:-4096])
    odd = folder / 'odd.rom'
    odd.write_bytes(bytes(5000))
    cd = lambda *arguments, **named: ['--cd', cd_image(folder, *arguments, **named)]
    behind_uefi = validation(0xEF) + boot_entry() + section(0) + boot_entry()
    return {
        'nothing to boot': ([], 2, None),
        'no such option': (['--flopy', 'x'], 2, None),
        'no such file': ([folder / 'none.iso'], 6, None),
        'an empty file': ([empty], 6, None),
        'a directory': ([directory], 6, None),
        'a broken archive': ([broken], 6, None),
        'a kernel': (['--kernel', halting, '--until', 'kernel'], 0, None),
        'a kernel that halts': (['--kernel', halting], 0, None),
        'a kernel with an initrd': (['--kernel', halting, '--initrd', disk, '--append', 'quiet'], 0, None),
        'no such kernel': (['--kernel', folder / 'none'], 6, None),
        'a kernel that is none': (['--kernel', disk], 6, None),
        'a truncated kernel': (['--kernel', cut], 6, None),
        'no such initrd': (['--kernel', halting, '--initrd', folder / 'none'], 6, None),
        'an initrd that memory cannot hold': (['--kernel', halting, '--initrd', disk, '--mem', '16M'], 2, None),
        'a command line that is too long': (['--kernel', halting, '--append', 'x' * 2048], 2, None),
        'an initrd without a kernel': (['--initrd', disk], 2, None),
        'a catalog entry without a CD': (['--hd', disk, '--entry', '1'], 2, None),
        'a ROM of its own with our options': (['--bios', disk, '--boot', 'hd'], 2, None),
        'a BIOS of an odd size': (['--bios', odd], 6, None),
        'an option ROM that is none': ([disk_that_halts(folder), '--option-rom', odd, '--quiet'], 6, None),
        'a graphics mode that cannot be': ([disk_that_halts(folder), '--until', 'graphics:0x0'], 2, None),
        'a stick for UEFI alone': (['--hd', uefi_stick(folder)], 5, None),
        'a stick for UEFI alone, unsigned': (['--hd', uefi_stick(folder, signature=False)], 3, 'no-signature'),
        'a media type that does not exist': (cd('type7.iso', boot_record=20, catalog=validation() + boot_entry(media=7)), 3,
                                             'entry-not-bootable'),
        'an entry for a BIOS behind one for UEFI': (cd('behind.iso', boot_record=20, catalog=behind_uefi, code=b'\xfa\xf4'), 0, None),
        'an empty drive': (['--cd', 'none'], 3, 'no-medium'),
        'a blank floppy': (['--floppy', blank_floppy(folder)], 3, 'no-signature'),
        'a blank disk': (['--hd', disk], 3, 'no-signature'),
        'a CD without El Torito': (cd('plain.iso'), 3, 'no-eltorito'),
        'a catalog past the end': (cd('past.iso', boot_record=0x000FFFFF), 3, 'catalog-unreadable'),
        'a catalog of zeros': (cd('zeros.iso', boot_record=20), 3, 'catalog-invalid'),
        'an entry that is not bootable': (cd('not.iso', boot_record=20, catalog=validation() + boot_entry(indicator=0)), 3,
                                          'entry-not-bootable'),
        'a boot image past the end': (cd('gone.iso', boot_record=20, catalog=validation() + boot_entry(lba=90000)), 3,
                                      'boot-image-unreadable'),
        'a CD for UEFI alone': (cd('uefi.iso', boot_record=20, catalog=validation(0xEF) + boot_entry()), 3, 'uefi-only'),
    }


def run(program, arguments, folder):
    summary = folder / 'summary.json'
    summary.unlink(missing_ok=True)
    result = subprocess.run([program, 'run', *map(str, arguments), '--json', str(summary)], stdin=subprocess.DEVNULL,
                            capture_output=True, text=True, errors='replace', timeout=60)
    told = json.loads(summary.read_text()) if summary.exists() else {}
    return result, told


def other_commands(folder):
    """(arguments, exit code, what is said)"""
    contents, out = folder / 'contents', folder / 'out.img'
    contents.mkdir()
    (contents / 'readme.txt').write_text('hello')
    overlapping = bytearray(64 << 20)
    overlapping[446:478] = b''.join(struct.pack('<B3sB3sII', flag, b'\0\2\0', 0x83, b'\xff' * 3, first, count)
                                    for flag, first, count in ((0x80, 2048, 60000), (0, 50000, 20000)))
    overlapping[510:512] = b'\x55\xaa'
    (folder / 'overlap.img').write_bytes(overlapping)
    behind = cd_image(folder, 'behind.iso', boot_record=20, catalog=validation(0xEF) + boot_entry() + section(0) + boot_entry())
    return [
        (['inspect', behind], 0, 'some BIOSes find it'),
        (['inspect', folder / 'none.iso'], 6, 'none.iso'),
        (['inspect'], 2, ''),
        (['mkimage', '--iso', out, contents, '--fs', 'ext4'], 2, '--fs does not go with --iso'),
        (['mkimage', '--iso', out, contents, '--fs', 'fat12'], 2, '--fs does not go with --iso'),
        (['mkimage', '--iso', out, contents, '--size', '64M'], 2, '--size does not go with --iso'),
        (['mkimage', '--floppy', out, contents, '--table', 'gpt'], 2, '--table does not go with --floppy'),
        (['mkimage', out, contents, '--stage2', 'file', '--floppy'], 2, '--stage2 does not go with --floppy'),
        (['mkimage', '--floppy', out, contents, '--size', '999K'], 2, '1440K and 2880K exist'),
        (['mkimage', '--disk', out, contents, '--label', 'a*b'], 2, 'cannot hold *'),
        (['mkimage', '--disk', out, folder / 'none'], 6, 'none'),
        (['firmware', 'foo'], 2, 'there is no firmware "foo"; there are boot_fat16'),
        (['firmware', '--list'], 0, 'stage2'),
        (['install', folder / 'overlap.img'], 6, 'partitions 1 and 2 overlap: both claim sectors 50000 to 62047'),
        (['install', folder / 'none.img'], 6, 'none.img'),
        (['install', folder / 'overlap.img', '--check'], 1, 'no stage2 of bootsim is installed'),
        (['run', '--hd', uefi_stick(folder)], 5, 'booted by UEFI only'),
        (['run', floppy_in_graphics(folder), '--screen'], 0, 'the screen shows 320x200 graphics'),
        (['run', disk_that_halts(folder), '--quirk', 'usb-as-fd0'], 0, 'usb-as-fd0 does nothing: no medium is a USB stick'),
    ]


def check_commands(program, folder):
    """The exit codes of the other commands, and that their messages say what to do."""
    wrong = 0
    for arguments, code, words in other_commands(folder):
        result = subprocess.run([program, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if result.returncode != code or words not in result.stdout + result.stderr:
            wrong += 1
            print(f'{" ".join(map(str, arguments))}: exit {result.returncode} instead of {code}, or not {words!r}:\n    '
                  f'{result.stdout}{result.stderr}'.rstrip())
    return wrong


def check_gui(program, folder):
    """What `bootsim gui` says where it cannot open a window, and what it hands on where it can."""
    alone = folder / 'alone'
    alone.mkdir()
    shutil.copy(program, alone / 'bootsim')  # no bootsim-gui lies beside this one

    def gui(environment, *arguments):
        return subprocess.run([alone / 'bootsim', 'gui', *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                              env={'PATH': str(alone / 'none'), **environment})

    wrong = []
    for what, result in (('without a display', gui({}, 'x.iso')), ('without the program', gui({'DISPLAY': ':99'}, 'x.iso'))):
        if result.returncode != 2:
            wrong.append(f'gui {what}: exit {result.returncode} instead of 2')
        if result.stderr.count('\n') != 1 or 'bootsim debug' not in result.stderr or 'bootsim report' not in result.stderr:
            wrong.append(f'gui {what}: said {result.stderr!r}')
    told = gui({}, '--help')
    if told.returncode != 0 or '--stopped' not in told.stdout:
        wrong.append('gui --help needs no display')
    window = alone / 'bootsim-gui'
    window.write_text('#!/bin/sh\nprintf "%s|" "$@"\nexit 7\n')
    window.chmod(0o755)
    started = gui({'DISPLAY': ':99'}, 'a b.iso', '--as', 'usb-hd', '--stopped')
    if started.stdout != 'a b.iso|--as|usb-hd|--stopped|' or started.returncode != 7:
        wrong.append(f'gui handed on {started.stdout!r} and exited with {started.returncode}')
    for text in wrong:
        print(text)
    return len(wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bootsim', required=True)
    parser.add_argument('cases', nargs='*')
    options = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        cases = media_cases(folder)
        for name, (code, arguments, exit_code, reason) in SECTORS.items():
            source, image = folder / 'sector.asm', folder / f'{name}.img'.replace(' ', '-')
            source.write_text(START + code + END)
            subprocess.run(['nasm', '-f', 'bin', source, '-o', image], check=True)
            cases[name] = (['--floppy', image, *arguments], exit_code, reason)
        for name, (arguments, exit_code, reason) in cases.items():
            if options.cases and name not in options.cases:
                continue
            result, told = run(options.bootsim, arguments, folder)
            wrong = []
            if '--wall-limit' in arguments and told.get('wall_ms', 0) > 5000:
                wrong.append(f'ended after {told["wall_ms"]} ms')
            if result.returncode != exit_code:
                wrong.append(f'exit {result.returncode} instead of {exit_code}')
            if exit_code == 3 and told.get('reason') != reason:
                wrong.append(f'reason {told.get("reason")} instead of {reason}')
            if exit_code != 2 and told.get('exit') != result.returncode:
                wrong.append(f'the JSON summary says exit {told.get("exit")}')
            if exit_code in (2, 6) and not result.stderr.strip():
                wrong.append('nothing was said on stderr')
            if told and [key for key in told if key != 'diagnosis'] != KEYS:  # that one only where there is one
                wrong.append(f'the JSON summary has the keys {list(told)}')
            if wrong:
                failures += 1
                print(f'{name}: {"; ".join(wrong)}\n    {result.stdout}{result.stderr}'.rstrip())
        if not options.cases:
            failures += check_commands(options.bootsim, folder)
            failures += check_gui(options.bootsim, folder)
        print(f'{len(options.cases or cases)} cases, {failures} wrong')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
