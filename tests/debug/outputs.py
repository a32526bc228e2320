#!/usr/bin/env python3
"""What the guest sends out is heard once, however often its time is run again.

outputs.py --bootsim PROGRAM
"""
import argparse, os, subprocess, sys, tempfile

TEXT = b"sent once"
# mov si,7C12h; next: lodsb; test al,al; jz end; mov dx,3F8h; out dx,al; out 0E9h,al; jmp next; end: jmp $; the text
SECTOR = bytes.fromhex("BE127C AC 84C0 7408 BAF803 EE E6E9 EBF3 EBFE") + TEXT + b"\0"


def heard(program, image, folder, *commands):
    """The serial line, the debug console and what the debugger printed."""
    files = [os.path.join(folder, name) for name in ("serial", "debugcon")]
    words = [word for command in commands for word in ("-e", command)]
    run = subprocess.run([program, "debug", "--quiet", image, "--as", "hd", "--serial", files[0], "--debugcon", files[1], *words],
                         capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120, check=True)
    return [open(file, "rb").read() for file in files], run.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootsim", required=True)
    program = os.path.abspath(parser.parse_args().bootsim)
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        image = os.path.join(folder, "sends.img")
        with open(image, "wb") as file:
            file.write(SECTOR.ljust(510, b"\0") + b"\x55\xAA" + bytes(63 * 512))
        there = "goto time 60ms"
        for what, commands in {
            "once": [there],
            "there and back and there": [there, "goto start", there, "reverse-step 20", there],
            "in the middle": ["break port 3F8h write", "continue 4", "reverse-continue", "reverse-continue", "delete", there],
        }.items():
            (serial, debugcon), _ = heard(program, image, folder, *commands)
            if (serial, debugcon) != (TEXT, TEXT):
                failures.append(f"{what}: heard {serial} and {debugcon}")
        _, said = heard(program, image, folder, there, "serial", "goto start", "serial")
        if said.count(TEXT.decode()) != 1 or "COM1 has sent nothing" not in said:
            failures.append(f"at the start nothing has been sent:\n{said}")
        # Another past: the letter that is about to be sent becomes another. What was heard stays heard.
        (serial, _), said = heard(program, image, folder, "break port 3F8h write", "continue", "delete", there, "goto start", "break 0000:7C0B",
                                  "continue", "set al = 53h", "delete", there)
        if serial != TEXT + b"S" + TEXT[1:]:
            failures.append(f"another past: heard {serial}\n{said}")
    print("\n".join(failures), end="\n" if failures else "")
    return 1 if failures else 0


sys.exit(main())
