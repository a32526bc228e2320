"""A PC of QEMU (TCG) with SeaBIOS: starts it, looks at its text screen and its COM1, types on its keyboard."""
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time

TEXT_MEMORY = (0xB8000, 4000)
DRIVE = {'floppy': 'if=floppy,index={n},snapshot=on', 'hd': 'if=ide,index={n},snapshot=on',
         'cd': 'if=ide,index={n},media=cdrom,readonly=on', 'usb-hd': 'if=none,id=usb{n},snapshot=on'}
FIRST_INDEX = {'floppy': 0, 'hd': 0, 'cd': 2, 'usb-hd': 0}
ORDER = {'floppy': 'a', 'hd': 'c', 'usb-hd': 'c', 'cd': 'd'}


def drive_options(media):
    """The options for [(kind, file)]: the drives of each kind are numbered in the given order."""
    count = {}
    for kind, path in media:
        n = FIRST_INDEX[kind] + count.get(kind, 0)
        count[kind] = count.get(kind, 0) + 1
        yield from ['-drive', f'file={path},format=raw,{DRIVE[kind].format(n=n)}']
        if kind == 'usb-hd':
            if n == 0:
                yield from ['-device', 'qemu-xhci']
            yield from ['-device', f'usb-storage,drive=usb{n}']


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


class QemuPc:
    """A running QEMU: `with QemuPc(options) as pc`. It ends with the block."""

    def __init__(self, options, arch='x86_64', memory=128):
        self.options = [f'qemu-system-{arch}', '-accel', 'tcg', '-m', str(memory), '-display', 'none', '-vga', 'std',
                        '-nic', 'none', '-no-reboot', '-no-shutdown', *map(str, options)]

    def __enter__(self):
        fast = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None
        self.folder = tempfile.TemporaryDirectory(dir=fast)
        self.scratch = pathlib.Path(self.folder.name)
        self.process = subprocess.Popen(
            [*self.options, '-monitor', f'unix:{self.scratch}/monitor,server=on,wait=off',
             '-serial', f'file:{self.scratch}/serial'],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            self.monitor = Monitor(self.scratch / 'monitor', self.process)
        except Exception as error:
            complaint = self.process.stderr.read().decode('latin1') if self.process.poll() is not None else ''
            self.__exit__()
            raise RuntimeError(f'{error} {complaint}') from error
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        self.folder.cleanup()

    def screen(self):
        self.monitor.command(f'pmemsave {TEXT_MEMORY[0]:#x} {TEXT_MEMORY[1]} "{self.scratch}/screen"')
        return screen_text((self.scratch / 'screen').read_bytes())

    def serial(self):
        log = self.scratch / 'serial'
        return log.read_text('latin1').replace('\r\n', '\n') if log.exists() else ''

    def shows(self, where, pattern):
        return re.search(pattern, self.screen() if where == 'screen' else self.serial()) is not None

    def send_key(self, combination, hold_ms=None):
        """A key in the monitor's words, such as shift-a."""
        self.monitor.command(f'sendkey {combination}' + (f' {hold_ms}' if hold_ms else ''))

    def peak_mb(self):
        for line in open(f'/proc/{self.process.pid}/status'):
            if line.startswith('VmHWM'):
                return int(line.split()[1]) / 1024
        return 0.0
