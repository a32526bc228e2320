#!/usr/bin/env python3
"""The debugger's prompt on a terminal: completion, history, repetition, Ctrl-C, colour; and none of it elsewhere.

prompt.py --bootsim PROGRAM --media FOLDER
"""
import argparse, os, pty, re, select, signal, subprocess, sys, tempfile, time

MEDIUM = "grub-rescue-cdrom.iso"
SKIPPED = 77
PROMPT = "(bootsim) "


class Terminal:
    """The program on a terminal of its own."""

    def __init__(self, words, state, **environment):
        self.said = ""
        self.seen = 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.pop("NO_COLOR", None)
            os.environ.update({"TERM": "xterm", "XDG_STATE_HOME": state, **environment})
            os.execv(words[0], words)

    def read(self, seconds):
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            self.said += os.read(self.fd, 65536).decode(errors="replace")
        except OSError:  # the program has ended
            return False
        return True

    def expect(self, pattern, seconds=60):
        """Waits for text behind what was waited for before; returns all up to there."""
        end = time.monotonic() + seconds
        while not (match := re.search(pattern, self.said[self.seen:])):
            if time.monotonic() > end or not self.read(1) and not self.alive():
                sys.exit(f"/{pattern}/ did not come; the terminal shows {self.said[self.seen:]!r}")
        text = self.said[self.seen:self.seen + match.end()]
        self.seen += match.end()
        return text

    def alive(self):
        return os.waitpid(self.pid, os.WNOHANG)[0] == 0

    def keys(self, text):
        os.write(self.fd, text.encode())

    def command(self, text, wanted):
        self.keys(text + "\n")
        found = self.expect(wanted)
        self.expect(re.escape(PROMPT))
        return found


def session(program, medium, state):
    t = Terminal([program, "debug", "--quiet", medium], state)
    t.expect(re.escape(PROMPT))
    # Tab ends a word of which there is one, and lists several.
    t.command("tbr\t0000:7C00", "breakpoint 1: 0000:7C00")
    t.keys("reverse-\t\t")
    t.expect("reverse-continue  .*reverse-finish  .*reverse-next  .*reverse-step")
    t.keys("\x15")  # the line away
    # In colour, as on every terminal.
    if "\x1b[1m" not in t.command("continue", "breakpoint 1: at 0000:7C00"):
        sys.exit("a stop is not in bold type")
    # An empty line repeats a step.
    t.command("step", "7C03")
    t.command("", "7C40")
    # The arrow up recalls.
    t.command("print 6 * 7", r"42 \(2Ah\)")
    t.command("print 1 + 1", "2")
    t.command("\x1b[A\x1b[A", r"42 \(2Ah\)")
    # Ctrl-C stops the guest, not the debugger.
    t.keys("break mode long\n")
    t.expect("breakpoint 2")
    t.keys("continue\n")
    time.sleep(0.5)
    t.keys("\x03")
    t.expect("interrupted")
    t.expect(re.escape(PROMPT))
    t.keys("quit\n")
    while t.read(5):
        pass
    if os.waitpid(t.pid, 0)[1] != 0:
        sys.exit("quit did not end it well")
    # Who wants no colour, or cannot show it, gets none.
    for environment in ({"TERM": "dumb"}, {"NO_COLOR": "1"}):
        t = Terminal([program, "debug", "--quiet", medium], state + "/plain", **environment)
        t.expect(re.escape(PROMPT))
        if "\x1b[1m" in t.command("until 7C00h", r"\n20.* ms, .*at 7C00h"):
            sys.exit(f"bold type with {environment}")
        t.keys("quit\n")
        while t.read(5):
            pass
        os.waitpid(t.pid, 0)
    # The history is there next time.
    t = Terminal([program, "debug", "--quiet", medium], state)
    t.expect(re.escape(PROMPT))
    t.keys("\x1b[A\x1b[A")
    t.expect("continue")
    t.keys("\x15quit\n")
    while t.read(5):
        pass
    os.waitpid(t.pid, 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootsim", required=True)
    parser.add_argument("--media", required=True)
    o = parser.parse_args()
    program, medium = os.path.abspath(o.bootsim), os.path.join(os.path.abspath(o.media), MEDIUM)
    if not os.path.exists(medium):
        print(f"{MEDIUM} has not been built (tests/corpus/build.sh): skipped")
        return SKIPPED
    with tempfile.TemporaryDirectory() as state:
        session(program, medium, state)
        # Neither colours nor a prompt without a terminal.
        said = subprocess.run([program, "debug", "--quiet", medium], input="tbreak 0000:7C00\ncontinue\nstep\n",
                              capture_output=True, text=True, timeout=60, check=True).stdout
        if "\x1b" in said or PROMPT in said or "7C03" not in said:
            sys.exit(f"a pipe got {said!r}")
    return 0


sys.exit(main())
