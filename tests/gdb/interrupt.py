#!/usr/bin/env python3
"""Ctrl-C over the remote protocol: the byte 03h ends what the packet before it began, whenever it arrives.

interrupt.py --bootsim PROGRAM
"""
import argparse, os, socket, subprocess, sys, tempfile, time

BUSY = bytes.fromhex("FF060005 EBFA")  # inc word [0500h]; jmp $-4


def packet(payload):
    return f"${payload}#{sum(payload.encode()) & 0xFF:02x}".encode()


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(path)
        self.bytes = b""

    def send(self, data):
        self.socket.sendall(data)

    def reply(self):
        """The payload of the next packet, which is acknowledged."""
        while b"#" not in self.bytes[:-2]:
            more = self.socket.recv(65536)
            if not more:
                raise EOFError("bootsim hung up")
            self.bytes += more
        begin, end = self.bytes.index(b"$") + 1, self.bytes.index(b"#")
        payload, self.bytes = self.bytes[begin:end].decode(), self.bytes[end + 3:]
        self.send(b"+")
        return payload

    def ask(self, payload):
        self.send(packet(payload))
        return self.reply()


def check(client):
    """What went wrong, in words."""
    stopped = "T02thread:1;"  # SIGINT
    for times in range(20):
        client.send(packet("vCont;c") + b"\x03")  # in one segment
        if (said := client.reply()) != stopped:
            yield f"c and Ctrl-C together, the {times + 1}. time: {said}"
    client.send(packet("c"))
    time.sleep(0.3)
    client.send(b"\x03")
    if (said := client.reply()) != stopped:
        yield f"Ctrl-C later: {said}"
    # One that comes when nothing runs stops nothing: the step is not cut short.
    client.send(b"\x03")
    time.sleep(0.1)
    if (said := client.ask("vCont;s")) != "T05thread:1;":
        yield f"a step behind a stray Ctrl-C: {said}"
    client.send(b"\x03")
    time.sleep(0.1)
    client.send(packet("c"))
    time.sleep(0.3)
    client.socket.settimeout(0.3)
    try:
        yield f"a stray Ctrl-C has stopped the guest: {client.reply()}"
    except socket.timeout:
        pass
    client.socket.settimeout(20)
    client.send(b"\x03")
    if (said := client.reply()) != stopped:
        yield f"Ctrl-C at last: {said}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootsim", required=True)
    program = os.path.abspath(parser.parse_args().bootsim)
    with tempfile.TemporaryDirectory() as folder:
        image, path = os.path.join(folder, "sector.img"), os.path.join(folder, "gdb")
        with open(image, "wb") as file:
            file.write(BUSY.ljust(510, b"\0") + b"\x55\xAA" + bytes(63 * 512))
        guest = subprocess.Popen([program, "run", "--quiet", image, "--as", "hd", "--gdb", f"unix:{path}"],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 20
            while not os.path.exists(path) and time.monotonic() < until:
                time.sleep(0.01)
            client = Client(path)
            problems = list(check(client))
            client.send(packet("k"))
            if guest.wait(20) != 0:
                problems.append(f"killed, bootsim ends with {guest.returncode}")
        except (OSError, EOFError) as error:
            problems = [f"no answer: {error!r}"]
        finally:
            guest.kill()
            guest.wait()
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


sys.exit(main())
