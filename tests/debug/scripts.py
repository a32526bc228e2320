#!/usr/bin/env python3
"""How scripts end when nobody is at the terminal: at a command that fails, when the guest rests, at a limit.

scripts.py --bootsim PROGRAM
"""
import argparse, os, subprocess, sys, tempfile

WAITS = bytes.fromhex("31C0 CD16 EBFE")      # xor ax,ax; int 16h; jmp $
BUSY = bytes.fromhex("FF060005 EBFA")        # inc word [0500h]; jmp $-4
# xor ax,ax; mov ds,ax; cli; mov word [20h],7C11h; mov [22h],ax; sti; jmp $; handler: push ax; mov al,20h; out 20h,al; pop ax; iret
TICKS = bytes.fromhex("31C0 8ED8 FA C7062000117C A32200 FB EBFE 50 B020 E620 58 CF")
CRASHES = bytes.fromhex("EA34123412")         # jmp 1234h:1234h, where nothing is
GOES_ON = "the next command"

# what: (sector, options, commands, by a pipe, exit code, in the output, not in the output)
CASES = {
    "a failed command ends the commands": (WAITS, [], ["brk 7C00h"], False, 1, 'no command "brk"', GOES_ON),
    "a failed command does not end a pipe": (WAITS, [], ["brk 7C00h"], True, 1, GOES_ON, None),
    "a key wait ends a motion": (WAITS, [], ["continue"], False, 0, "nobody will type one", "error"),
    "and the guest goes on with a key": (WAITS, [], ["continue", "type x", "continue"], False, 0, "the guest loops for ever", "error"),
    "a limit ends a motion": (BUSY, ["--limit", "300ms"], ["continue", "print time < 400000000"], False, 4, "300.0 ms virtual time was reached", "\n0\n"),
    "the next motion has its own": (BUSY, ["--limit", "300ms"], ["continue", "continue", "print time > 600000000"], False, 4, "\n1\n", "\n0\n"),
    "a limit of host time ends a motion": (BUSY, ["--wall-limit", "100ms"], ["disk 2"], False, 4, "100.0 ms host time was reached", "error"),
    "steps end at a limit": (BUSY, ["--limit", "200us"], ["goto time 30ms", "step 1000000000", "print time < 31000000"], False, 4, "0.2 ms virtual time was reached", "\n0\n"),
    "so do steps over calls": (BUSY, ["--limit", "200us"], ["goto time 30ms", "next 1000000000"], False, 4, "0.2 ms virtual time was reached", "error"),
    "and steps back": (BUSY, ["--wall-limit", "300ms"], ["goto time 30ms", "reverse-step 1000000", "print time > 1000000"], False, 4, "300.0 ms host time was reached", "\n0\n"),
    "and those over calls": (BUSY, ["--wall-limit", "300ms"], ["goto time 30ms", "reverse-next 1000000"], False, 4, "300.0 ms host time was reached", "error"),
    "few steps do not": (BUSY, ["--limit", "200us"], ["goto time 30ms", "step 100", "next 100", "reverse-step 100", "reverse-next 20"], False, 0, GOES_ON, "limit"),
    "a time is reached in spite of both": (WAITS, ["--limit", "300ms"], ["goto time 5s", "print time >= 5000000000"], False, 0, "\n1\n", "limit"),
    "a crash stays where it is": (CRASHES, [], ["continue", "continue", "step 5", "stack", "print ip", "reverse-step", "print cs"], False, 0,
                                  "> print ip\n4660 (1234h)\n> reverse-step\n  0000:7C00", "error"),
    "and goes on when somebody changes it": (CRASHES, [], ["continue", "set byte [cs:ip] = 40h", "step", "print ip"], False, 0, "4661 (1235h)", "error"),
    "an interrupt's handler was entered from what it interrupted": (TICKS, [], ["until 7C14h", "reverse-finish"], False, 0,
                                                                     "entered from 0000:7C0F\n  0000:7C0F  EBFE ", "error"),
    "a number that does not fit is not cut off": (BUSY, [], ["set ax = -1", "set ax = 65536"], False, 1, "10000h does not fit into ax, which has 16 bits", GOES_ON),
    "commands that go on for ever end at a limit": (BUSY, ["--limit", "300ms"], ["break int1c", "commands 1 silent; continue", "continue", "print time < 500000000"], False, 4,
                                                     "300.0 ms virtual time was reached", "\n0\n"),
    "no disk call has number 0": (BUSY, [], ["goto call 0"], False, 1, "disk calls count from 1", GOES_ON),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootsim", required=True)
    program = os.path.abspath(parser.parse_args().bootsim)
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        def check(what, image, options, words, typed, code, wanted, unwanted):
            run = subprocess.run([program, "debug", "--quiet", image, "--as", "hd", *options, *words], input=typed, capture_output=True, text=True, timeout=120)
            if run.returncode != code or wanted not in run.stdout or (unwanted and unwanted in run.stdout):
                failures.append(f"{what}: exit code {run.returncode}\n{run.stdout}{run.stderr}")

        for what, (sector, options, commands, by_pipe, code, wanted, unwanted) in CASES.items():
            image = os.path.join(folder, "sector.img")
            with open(image, "wb") as file:
                file.write(sector.ljust(510, b"\0") + b"\x55\xAA" + bytes(63 * 512))
            commands = [*commands, f"echo {GOES_ON}"]
            lines = "".join(command + "\n" for command in commands)
            if by_pipe:
                check(what, image, options, [], lines, code, wanted, unwanted)
                continue
            check(what, image, options, [word for command in commands for word in ("-e", command)], "", code, wanted, unwanted)
            script = os.path.join(folder, "script.cmd")
            with open(script, "w") as file:
                file.write(lines)
            check(what + " (-x)", image, options, ["-x", script], "", code, wanted, unwanted)
    print("\n".join(failures), end="\n" if failures else "")
    return 1 if failures else 0


sys.exit(main())
