"""Runs one boot under QEMU or under bootsim and measures it.

Both are timed from just before the program starts until it is known that the text is there: for QEMU, when a sample of
its text screen or of its serial file shows the text; for bootsim, when the program has ended, having seen it.
"""
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass

SAMPLE = 0.010  # seconds between two looks at QEMU's screen
TEXT_MEMORY = (0xB8000, 4000)
QEMU_DRIVE = {'floppy': 'if=floppy,index=0,snapshot=on', 'hd': 'if=ide,index=0,snapshot=on',
              'cd': 'if=ide,index=2,media=cdrom,readonly=on'}
QEMU_ORDER = {'floppy': 'a', 'hd': 'c', 'cd': 'd'}


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


def read_media(table, folder):
    for line in table.read_text().splitlines():
        if line.strip() and not line.startswith('#'):
            name, kind, memory, arch, pattern = line.split('\t')
            serial = pattern.startswith('COM1:')
            yield Medium(folder / name, kind, int(memory), arch, pattern.removeprefix('COM1:'), serial)


class Monitor:
    """QEMU's human monitor on a socket."""

    def __init__(self, path, process):
        give_up = time.monotonic() + 20
        while True:
            try:
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.connect(str(path))
                break
            except OSError:
                if time.monotonic() > give_up or process.poll() is not None:
                    raise RuntimeError('QEMU opens no monitor')
                time.sleep(0.002)
        self.socket.settimeout(20)
        self.read_to_prompt()

    def read_to_prompt(self):
        answer = b''
        while not answer.endswith(b'(qemu) '):
            part = self.socket.recv(65536)
            if not part:
                raise RuntimeError('QEMU closed its monitor')
            answer += part
        return answer

    def command(self, text):
        self.socket.sendall(text.encode() + b'\n')
        return self.read_to_prompt()


def screen_text(memory):
    lines = []
    for start in range(0, len(memory), 160):
        row = memory[start:start + 160:2]
        lines.append(''.join(chr(c) if 32 <= c < 127 else ' ' for c in row).rstrip())
    return '\n'.join(lines)


def peak_mb(pid):
    for line in open(f'/proc/{pid}/status'):
        if line.startswith('VmHWM'):
            return int(line.split()[1]) / 1024
    return 0.0


def run_qemu(medium, time_out=180):
    """Boots under QEMU TCG + SeaBIOS until the text is there. Raises when it does not come."""
    memory_folder = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory_folder) as scratch:
        scratch = pathlib.Path(scratch)
        command = [f'qemu-system-{medium.arch}', '-accel', 'tcg', '-m', str(medium.memory), '-display', 'none', '-vga', 'std',
                   '-nic', 'none', '-no-reboot', '-no-shutdown', '-boot', f'order={QEMU_ORDER[medium.kind]}',
                   '-monitor', f'unix:{scratch}/monitor,server=on,wait=off', '-serial', f'file:{scratch}/serial',
                   '-drive', f'file={medium.path},format=raw,{QEMU_DRIVE[medium.kind]}']
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            monitor = Monitor(scratch / 'monitor', process)
            text = ''
            while time.monotonic() - start < time_out:
                sampled = time.monotonic()
                if medium.serial:
                    text = (scratch / 'serial').read_text('latin1') if (scratch / 'serial').exists() else ''
                else:
                    monitor.command(f'pmemsave {TEXT_MEMORY[0]:#x} {TEXT_MEMORY[1]} "{scratch}/screen"')
                    text = screen_text((scratch / 'screen').read_bytes())
                if re.search(medium.pattern, text):
                    return Run(sampled - start, peak_mb(process.pid))
                time.sleep(max(0.0, SAMPLE - (time.monotonic() - sampled)))
            raise RuntimeError(f'QEMU: {medium.name}: {medium.pattern} did not come; the screen:\n{text}')
        finally:
            process.kill()
            process.wait()


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
    return Run(seconds, usage.ru_maxrss / 1024)


def bootsim_command(program, medium, *options):
    where = 'serial' if medium.serial else 'screen'
    return [program, 'run', f'--{medium.kind}', medium.path, '--mem', f'{medium.memory}M', '--until', f'{where}:{medium.pattern}',
            '--quiet', *options]


def run_bootsim(program, medium, *options):
    return run_timed(bootsim_command(program, medium, *options))
