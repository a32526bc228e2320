"""Runs one boot under QEMU or under bootsim and measures it.

Both are timed from just before the program starts until it is known that the text is there: for QEMU, when a sample of
its text screen or of its serial file shows the text; for bootsim, when the program has ended, having seen it.
"""
import os
import pathlib
import subprocess
import sys
import time
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'tests' / 'qemu'))
import qemu_pc

SAMPLE = 0.010  # seconds between two looks at QEMU's screen


@dataclass
class Medium:
    """One row of media.tsv."""
    path: pathlib.Path
    kind: str        # cd, hd or floppy
    memory: int      # MB
    arch: str        # which qemu-system-...
    pattern: str
    serial: bool     # the pattern is looked for on COM1

    @property
    def name(self):
        return self.path.name


@dataclass
class Run:
    seconds: float
    peak_mb: float
    cpu_seconds: float = 0.0   # user and system; only of programs that run to their end


def read_media(table, folder):
    for line in table.read_text().splitlines():
        if line.strip() and not line.startswith('#'):
            name, kind, memory, arch, pattern = line.split('\t')
            serial = pattern.startswith('COM1:')
            yield Medium(folder / name, kind, int(memory), arch, pattern.removeprefix('COM1:'), serial)


def run_qemu(medium, time_out=180):
    """Boots under QEMU TCG + SeaBIOS until the text is there. Raises when it does not come."""
    where = 'serial' if medium.serial else 'screen'
    options = ['-boot', f'order={qemu_pc.ORDER[medium.kind]}', *qemu_pc.drive_options([(medium.kind, medium.path)])]
    start = time.monotonic()
    with qemu_pc.QemuPc(options, medium.arch, medium.memory) as pc:
        while time.monotonic() - start < time_out:
            sampled = time.monotonic()
            if pc.shows(where, medium.pattern):
                return Run(sampled - start, pc.peak_mb())
            time.sleep(max(0.0, SAMPLE - (time.monotonic() - sampled)))
        raise RuntimeError(f'QEMU: {medium.name}: {medium.pattern} did not come; the screen:\n{pc.screen()}')


def run_timed(command, expected_exit=0):
    """Runs a program to its end. Peak memory is the kernel's figure for this child alone."""
    start = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expected_exit:
        raise RuntimeError(f'exit {process.returncode}: {" ".join(map(str, command))}\n{errors.decode("latin1")[-2000:]}')
    return Run(seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def bootsim_command(program, medium, *options):
    where = 'serial' if medium.serial else 'screen'
    return [program, 'run', f'--{medium.kind}', medium.path, '--mem', f'{medium.memory}M', '--until', f'{where}:{medium.pattern}',
            '--quiet', *options]


def run_bootsim(program, medium, *options):
    return run_timed(bootsim_command(program, medium, *options))
