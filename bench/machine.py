#!/usr/bin/env python3
"""What the machine itself costs: its processor, a BIOS call, its start, and the trace.

    machine.py --bootsim FILE --media DIR [--pairs 5] [cpu start calls trace]
"""
import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile

import machines

HERE = pathlib.Path(__file__).resolve().parent
# name, TIMES, what one of TIMES is
WORKLOADS = [('loop', 300_000_000, 2.0, 'million instructions a second'),
             ('program', 600, 1.0, 'rounds a second'),
             ('copy', 600, 0.25, 'MB a second')]
CALLS = 100_000
MANY_LINES = 10_000  # from here on the cost of one line can be told from the noise of a run


def assemble(source, output, **defines):
    options = [f'-D{name}={value}' for name, value in defines.items()]
    subprocess.run(['nasm', '-f', 'bin', *options, HERE / 'guest' / source, '-o', output], check=True)
    return output


def ours(program, image):
    """Seconds of a run that ends by itself."""
    return machines.run_timed([program, 'run', '--floppy', image, '--until', 'halt', '--limit', '100000s', '--quiet']).seconds


def qemus(image):
    command = ['qemu-system-i386', '-accel', 'tcg', '-m', '128', '-display', 'none', '-nic', 'none', '-no-reboot', '-boot', 'a',
               '-device', 'isa-debug-exit,iobase=0xf4', '-drive', f'file={image},if=floppy,format=raw,snapshot=on']
    return machines.run_timed(command, expected_exit=1).seconds  # debug-exit of 0 leaves with 1


def cpu(options, folder):
    """Processor-bound code in protected mode. Both sides' start-up is measured by a run of one round and taken off."""
    print('| workload | bootsim | QEMU | unit | speed ratio |\n|---|---:|---:|---|---:|')
    for work, times, scale, unit in WORKLOADS:
        long = assemble('workload.asm', folder / f'{work}.img', WORK=work, TIMES=times)
        short = assemble('workload.asm', folder / f'{work}-once.img', WORK=work, TIMES=1)
        us, them, ratios = [], [], []
        for _ in range(options.pairs):
            them.append(qemus(long) - qemus(short))
            us.append(ours(options.bootsim, long) - ours(options.bootsim, short))
            ratios.append(them[-1] / us[-1])
        factor = times * scale / (1e6 if work == 'loop' else 1)
        print(f'| {work} | {factor / statistics.median(us):.0f} | {factor / statistics.median(them):.0f} | {unit} '
              f'| {statistics.median(ratios):.2f} |', flush=True)


def start(options, folder):
    """From starting the program to its end, for a boot sector that halts at once."""
    image = assemble('calls.asm', folder / 'halt.img', TIMES=0, READS=0)
    runs = [machines.run_timed([options.bootsim, 'run', '--floppy', image, '--until', 'addr:0:7c00', '--quiet'])
            for _ in range(4 * options.pairs)]
    print(f'start to the first guest instruction: {1000 * statistics.median(run.seconds for run in runs):.1f} ms, '
          f'{max(run.peak_mb for run in runs):.0f} MB', flush=True)


def calls(options, folder):
    """INT 13h round trips, untraced; the start is taken off."""
    empty = assemble('calls.asm', folder / 'none.img', TIMES=0, READS=0)
    for reads, what in ((0, 'INT 13h/01h status'), (1, 'INT 13h/02h one floppy sector')):
        image = assemble('calls.asm', folder / f'calls{reads}.img', TIMES=CALLS, READS=reads)
        costs = [ours(options.bootsim, image) - ours(options.bootsim, empty) for _ in range(options.pairs)]
        print(f'{what}: {1e6 * statistics.median(costs) / CALLS:.2f} us a call over {CALLS} calls', flush=True)


def trace(options, folder):
    """The same boot with and without --trace=FILE, in pairs; processor time, which other programs disturb least."""
    print('| medium | untraced ms | traced ms | cost | lines | us a line |\n|---|---:|---:|---:|---:|---:|')
    costs = []
    for medium in machines.read_media(HERE / 'media.tsv', options.media):
        plain, traced, ratios = [], [], []
        lines = 0
        for _ in range(2 * options.pairs):
            output = folder / 'trace.txt'
            plain.append(machines.run_bootsim(options.bootsim, medium).cpu_seconds)
            traced.append(machines.run_bootsim(options.bootsim, medium, f'--trace={output}').cpu_seconds)
            ratios.append(traced[-1] / plain[-1] - 1)
            lines = len(output.read_bytes().splitlines())
        costs.append(statistics.median(ratios))
        extra = statistics.median(b - a for a, b in zip(plain, traced))
        per_line = f'{1e6 * extra / lines:.2f}' if lines >= MANY_LINES else ''
        print(f'| {medium.name} | {1e3 * statistics.median(plain):.0f} | {1e3 * statistics.median(traced):.0f} | {costs[-1]:+.1%} '
              f'| {lines} | {per_line} |', flush=True)
    print(f'median cost of tracing INT 13h to a file, {len(costs)} media: {statistics.median(costs):+.1%}')


def main():
    parts = {'cpu': cpu, 'start': start, 'calls': calls, 'trace': trace}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('parts', nargs='*', metavar='PART', help='cpu, start, calls, trace; default all')
    parser.add_argument('--bootsim', required=True)
    parser.add_argument('--media', required=True, type=pathlib.Path)
    parser.add_argument('--pairs', type=int, default=5)
    options = parser.parse_args()
    if set(options.parts) - set(parts):
        parser.error(f'parts are {", ".join(parts)}')
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.parts or parts:
            print(f'### {parts[name].__doc__}\n')
            parts[name](options, pathlib.Path(scratch))
            print()
    return 0


if __name__ == '__main__':
    sys.exit(main())
