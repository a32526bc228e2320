#!/usr/bin/env python3
"""Every command that `help` lists is in each transcript named, by its own name or another of its names.

coverage.py --bootsim PROGRAM TRANSCRIPT...
"""
import argparse, re, subprocess, sys, tempfile


def debug(program, *commands):
    words = [word for command in commands for word in ("-e", command)]
    with tempfile.NamedTemporaryFile(suffix=".img") as image:
        image.write(bytes(1440 * 1024))
        image.flush()
        return subprocess.run([program, "debug", "--quiet", image.name, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
                              check=True).stdout


def commands_of(program):
    """Each command with all of its names."""
    names = re.findall(r"^  ([a-z][a-z0-9-]*) {2,}", debug(program, "help"), re.M)
    if len(names) < 40:
        sys.exit(f"help lists {len(names)} commands only: has its form changed?")
    others = {}
    for piece in debug(program, *(f"help {name}" for name in names)).split("> help ")[1:]:
        also = re.search(r"^  also: (.*)$", piece, re.M)
        others[piece.split()[0]] = {piece.split()[0], *(also.group(1).split() if also else [])}
    return others


def used_in(path):
    words = set()
    for line in open(path, encoding="utf-8"):
        if line.startswith("> "):
            first = line[2:].split()
            first = first[1] if first[0] in ("info", "i") and len(first) > 1 else first[0]
            words.add(first.split("/")[0])
    return words


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootsim", required=True)
    parser.add_argument("transcripts", nargs="+")
    o = parser.parse_args()
    commands = commands_of(o.bootsim)
    missing = 0
    for path in o.transcripts:
        used = used_in(path)
        for name, names in commands.items():
            if not names & used:
                missing += 1
                print(f"{path}: no `{name}`")
    return 1 if missing else 0


sys.exit(main())
