#!/usr/bin/env python3
"""Runs real gdb against `bootsim run --gdb` with a script of this folder, and looks at what gdb prints (README.md)."""
import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77


def directives(script: Path):
    """The script's `# word: text` comments."""
    found = {"media": [], "options": [], "want": [], "never": [], "command": [], "socket": [], "elf": []}
    for line in script.read_text().splitlines():
        if match := re.match(r"# (media|options|want|never|command|socket|elf): (.*)", line):
            found[match[1]].append(match[2])
    if not found["want"]:
        sys.exit(f"{script}: it wants nothing")
    return found


def problems(output: str, wanted, never):
    """What is wrong with gdb's output, in words."""
    at = 0
    for pattern in wanted:
        match = re.compile(pattern, re.MULTILINE).search(output, at)
        if not match:
            elsewhere = " (it is there, but too early)" if re.search(pattern, output, re.MULTILINE) else ""
            return [f"gdb did not print /{pattern}/{elsewhere}"]
        at = match.end()
    return [f"gdb printed /{p}/" for p in never if re.search(p, output, re.MULTILINE)]


def run(bootsim: str, media_dir: Path, firmware: Path, script: Path, asked):
    media = [media_dir / name for line in asked["media"] for name in line.split()]
    for medium in media:
        if not medium.exists():
            print(f"skipped: {medium} is missing; ./dev test makes it")
            sys.exit(SKIPPED)
    symbols = [word for name in asked["elf"] for word in ("-ex", f"file {firmware / name}")]
    with tempfile.TemporaryDirectory() as folder:
        socket = os.path.join(folder, "gdb.sock")
        options = [word for line in asked["options"] for word in shlex.split(line)]
        tcp = "tcp" in asked["socket"]
        guest = subprocess.Popen([bootsim, *(asked["command"] or ["run"]), *map(str, media), *options, "--gdb", "tcp:0" if tcp else f"unix:{socket}"],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            while tcp and (line := guest.stdout.readline()):
                if match := re.search(r"target remote (\S+)", line):
                    socket, tcp = match[1], False
            while socket.startswith("/") and not os.path.exists(socket) and guest.poll() is None:
                pass
            gdb = subprocess.run(["gdb", "-nx", "-q", "-batch", "-ex", "set confirm off", "-ex", "set width 0",
                                  "-ex", f"python REMOTE = '{socket}'", *symbols, "-ex", f"target remote {socket}", "-x", str(script.resolve())],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                 timeout=100, cwd=folder)
            said, _ = guest.communicate(timeout=60)
        finally:
            guest.kill()
    return gdb.stdout, said


def self_test():
    assert problems("one\ntwo\n", ["one", "two"], ["three"]) == []
    assert problems("one\ntwo\n", ["two", "one"], []) != []
    assert problems("one\ntwo\n", ["one"], ["two"]) != []
    assert problems("", ["one"], []) != []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootsim")
    parser.add_argument("--media", type=Path)
    parser.add_argument("--firmware", type=Path)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("script", type=Path, nargs="?")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if not shutil.which("gdb"):
        print("skipped: gdb is missing (package gdb)")
        sys.exit(SKIPPED)
    asked = directives(arguments.script)
    output, said = run(arguments.bootsim, arguments.media, arguments.firmware and arguments.firmware.resolve(), arguments.script, asked)
    wrong = problems(output, asked["want"], asked["never"])
    if wrong:
        print("\n".join(wrong), "--- gdb", output, "--- bootsim", said, sep="\n")
        sys.exit(1)


main()
