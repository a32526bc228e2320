#!/usr/bin/env python3
"""Runs the debugger by a transcript and compares what it says.

A transcript holds commands behind "> " and, below each, what is expected. The first line names the media and options:
"# debug IMAGE [OPTION...]"; a file name is looked for in --media. In an expected line {*} stands for any text; a line
"..." stands for any number of lines. "# status N" in the second line is the expected exit status (default 0).
"""
import argparse, difflib, os, re, shlex, subprocess, sys


def read(path):
    arguments, status, commands = None, 0, []
    for number, line in enumerate(open(path, encoding="utf-8").read().splitlines(), 1):
        if line.startswith("# debug "):
            arguments = shlex.split(line[len("# debug "):])
        elif line.startswith("# status "):
            status = int(line.split()[2])
        elif line.startswith("> "):
            commands.append((line[2:], []))
        elif line.startswith("# ") or (not line and not commands):
            continue
        elif commands:
            commands[-1][1].append(line)
        else:
            sys.exit(f"{path}:{number}: expected text before the first command")
    if arguments is None or not commands:
        sys.exit(f"{path}: needs a line \"# debug IMAGE\" and commands behind \"> \"")
    for _, expected in commands:
        while expected and not expected[-1]:
            expected.pop()
    return arguments, status, commands


def line_matches(pattern, line):
    return re.fullmatch(".*".join(re.escape(p) for p in pattern.split("{*}")), line) is not None


def matches(expected, actual):
    if not expected:
        return not actual
    if expected[0] == "...":
        return any(matches(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    return bool(actual) and line_matches(expected[0], actual[0]) and matches(expected[1:], actual[1:])


def split(output, commands):
    """The output below each command's echo."""
    pieces, at = [], 0
    lines = output.splitlines()
    for command, _ in commands:
        while at < len(lines) and lines[at] != "> " + command:
            at += 1
        at += 1
        end = at
        while end < len(lines) and not lines[end].startswith("> "):
            end += 1
        pieces.append([line.rstrip() for line in lines[at:end]])
        at = end
    return pieces


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootsim", required=True)
    parser.add_argument("--media", action="append", required=True, help="a folder; also where the guest's files are looked for")
    parser.add_argument("--print", action="store_true", help="write the transcript as it is now, for a new test")
    parser.add_argument("transcript")
    o = parser.parse_args()
    o.media = [os.path.abspath(m) for m in o.media]
    arguments, status, commands = read(o.transcript)
    folders = [os.path.dirname(os.path.abspath(o.transcript)), *o.media, *(os.path.join(m, "firmware") for m in o.media)]
    for i, word in enumerate(arguments):
        found = [os.path.join(f, word) for f in folders if not word.startswith("-") and os.path.isfile(os.path.join(f, word))]
        if found:
            arguments[i] = found[0]
        elif re.search(r"\.(iso|img|bin)$", word):
            print(f"{word} has not been built (tests/corpus/build.sh): skipped")
            return 77
    # By a pipe: there a command that fails does not end the rest.
    run = subprocess.run([os.path.abspath(o.bootsim), "debug", "--quiet", *arguments], input="".join(command + "\n" for command, _ in commands),
                         capture_output=True, text=True, timeout=300, cwd=o.media[0])
    if o.print:
        print(run.stdout, end="")
        return 0
    failures = 0
    for (command, expected), actual in zip(commands, split(run.stdout, commands)):
        if matches(expected, actual):
            continue
        failures += 1
        print(f"{o.transcript}: > {command}")
        for line in difflib.unified_diff(expected, actual, "expected", "actual", lineterm="", n=99):
            print("  " + line)
    if run.returncode != status:
        failures += 1
        print(f"{o.transcript}: exit status {run.returncode}, expected {status}\n{run.stderr}")
    return 1 if failures else 0


sys.exit(main())
