#!/usr/bin/env python3
"""Drives the real window in a virtual display.

    check.py --gui bootsim-gui --bootsim bootsim --media DIR [--keep DIR] SCRIPT

The script (ui/script.h) clicks, types and asserts; what pictures must show is looked at here, by the script's name.
{media} and {out} stand for folders. Exit 77 without Xvfb.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'firmware'))
from check_picture import read_png, read_ppm  # noqa: E402


def picture(path):
    read = read_ppm if path.suffix == '.ppm' else read_png
    return read(path.read_bytes())


def brightness(image, x1, y1, x2, y2):
    """The mean of a rectangle's channels; its edges may lie between pixels."""
    _, _, rows = image
    x1, y1 = int(x1), int(y1)
    x2, y2 = max(x1 + 1, int(x2)), max(y1 + 1, int(y2))
    part = [sum(rows[y][x1 * 3:x2 * 3]) for y in range(y1, y2)]
    return sum(part) / ((x2 - x1) * (y2 - y1) * 3)


def marks(path):
    lines = [line.rsplit(' ', 4) for line in path.read_text().splitlines()]
    return {name: tuple(float(n) for n in rest) for name, *rest in lines}


def colours(image):
    """How many different colours there are, looking at every seventh pixel."""
    _, _, rows = image
    return len({row[x:x + 3] for row in rows[::7] for x in range(0, len(row), 21)})


def same_picture(window, place, guest, most):
    """The guest's own picture and the window's part that shows it, in 16 by 8 fields: the mean difference of brightness."""
    x1, y1, x2, y2 = place
    columns, lines, total = 16, 8, 0
    for row in range(lines):
        for column in range(columns):
            mine = brightness(window, x1 + (x2 - x1) * column / columns, y1 + (y2 - y1) * row / lines,
                              x1 + (x2 - x1) * (column + 1) / columns, y1 + (y2 - y1) * (row + 1) / lines)
            theirs = brightness(guest, guest[0] * column / columns, guest[1] * row / lines, guest[0] * (column + 1) / columns,
                                guest[1] * (row + 1) / lines)
            total += abs(mine - theirs)
    mean = total / (columns * lines)
    assert mean <= most, f'the window shows another picture than `bootsim run --screenshot`: the fields differ by {mean:.1f}'


# --- What each script's pictures must show

def open_step_back(out, args):
    window, places = picture(out / 'stopped.ppm'), marks(out / 'stopped.marks')
    guest = out / 'guest.png'
    subprocess.run([args.bootsim, 'run', args.media / 'grub-rescue-cdrom.iso', '--type-at', 'screen:GNU GRUB', 'c', '--until', 'screen:grub>',
                    '--screenshot', guest, '--quiet'], check=True, stdout=subprocess.DEVNULL, timeout=60)
    same_picture(window, places['screen.display'], picture(guest), 6)
    state = json.loads((out / 'stopped.json').read_text())
    assert 'grub>' in state['screen']


CALL_COLUMNS = ('#', 'Time', 'Caller', 'Drive', 'Function', 'LBA', 'Count', 'Buffer', 'Result', 'By', 'File')
PANES = ('screen', 'disk', 'code', 'memory', 'stack', 'breakpoints', 'devices', 'calls', 'log', 'timeline')


def all_in_sight(places, image, where):
    """Of a window that stands in front of a disk call: tabs, columns, badges and what the call is about are not cut."""
    def inside(name, outer):
        assert name in places, f'{where}: {name} is not drawn'
        x1, y1, x2, y2 = places[name]
        left, top, right, bottom = outer
        assert left - 1 <= x1 < x2 <= right + 1 and top - 1 <= y1 < y2 <= bottom + 1, f'{where}: {name} is at {places[name]}, outside {outer}'
        return x2 - x1
    for pane in PANES:
        assert inside(f'tab.{pane}', (0, 0, *image[:2])) > 40, f'{where}: the tab of {pane} is too narrow'
    for column in CALL_COLUMNS:
        left, top, right, bottom = places['pane.calls']
        width = inside(f'calls.column.{column}', (left - 8, top, right + 8, bottom))   # with the gaps between columns
        assert width >= (80 if column in ('Function', 'File') else 30), f'{where}: the column {column} is only {width} wide'
    for badge in ('mode', 'A20', 'PE', 'PG'):
        inside(f'code.badge.{badge}', places['pane.code'])
    inside('code.note', places['code.lines'])
    assert places['code.note'][3] - places['code.note'][1] > 20, f'{where}: the note of the call has but one line'


def sizes(out, _args):
    for name, size in (('first-1280', (1280, 800)), ('first-1024', (1024, 700)), ('demo-1024', (1024, 700)), ('demo-2560', (2560, 1440)), ('moved', (1280, 800))):
        image = picture(out / f'{name}.ppm')
        assert image[:2] == size, f'{name}.ppm has {image[:2]}'
        assert colours(image) > 8, f'{name}.ppm is blank'
    for name in ('call-1024', 'call-1280'):
        all_in_sight(marks(out / f'{name}.marks'), picture(out / f'{name}.ppm'), name)
    places = marks(out / 'demo-2560.marks')
    for name, (x1, y1, x2, y2) in places.items():
        if name.startswith(('toolbar.', 'tab.', 'pane.')):
            assert 0 <= x1 < x2 <= 2560 and 0 <= y1 < y2 <= 1440, f'{name} lies outside the window'
    dark, light = picture(out / 'demo-2560.ppm'), picture(out / 'demo-light.ppm')
    assert brightness(dark, 0, 0, 2560, 1440) < 70 < 150 < brightness(light, 0, 0, 2560, 1440)


def click_breakpoints(out, _args):
    """The breakpoint is a red disc in the margin of its line, where nothing was before."""
    place = marks(out / 'none.marks')['code.gutter.7C9E']

    def red(name):
        _, _, rows = picture(out / name)
        x1, y1, x2, y2 = (int(n) for n in place)
        pixels = [rows[y][x * 3:x * 3 + 3] for y in range(y1, y2) for x in range(x1, x2)]
        return sum(r > 160 and r > 2 * b for r, _, b in pixels)
    assert red('none.ppm') == 0, 'something red is in the margin before the click'
    assert red('set.ppm') > 30, 'no breakpoint is drawn in the margin'


def trace(out, args, *options):
    """The disk calls that `bootsim run` makes of GRUB's rescue CD."""
    path = out / 'trace.jsonl'
    subprocess.run([args.bootsim, 'run', args.media / 'grub-rescue-cdrom.iso', '--until', 'screen:GNU GRUB', '--trace=' + str(path), '--trace-format',
                    'jsonl', '--quiet', *options], check=True, stdout=subprocess.DEVNULL, timeout=60)
    return [record for record in map(json.loads, path.read_text().splitlines()) if 'seq' in record]


def rows_of(path):
    """The numbers of the disk calls whose rows are in sight."""
    return [int(name.rsplit('.', 1)[1]) for name in marks(path) if name.startswith('calls.row.')]


def filter_(out, args):
    calls = trace(out, args)
    fitting = [call['seq'] for call in calls if call['drive'] == 'e0' and (call['lba'] or 0) > 100]
    state = json.loads((out / 'filtered.json').read_text())['panes']['calls']
    assert (state['shown'], state['of']) == (len(fitting), len(calls)), f'{len(fitting)} of {len(calls)} calls fit, the table has {state}'
    assert 0 < len(fitting) < len(calls)
    for name, end in (('top', fitting[:3]), ('filtered', fitting[-3:])):
        seen = sorted(rows_of(out / f'{name}.marks'))
        assert set(end) <= set(seen) <= set(fitting), f'{name}: rows {seen} are shown; {fitting} fit'
    # A wrong condition: a red line below it, and the rows of the last right one.
    wrong = json.loads((out / 'wrong.json').read_text())['panes']['calls']
    assert 'column 24' in wrong['error'] and wrong['shown'] == len(fitting), wrong
    x1, y1, x2, y2 = (int(n) for n in marks(out / 'wrong.marks')['calls.error'])
    _, _, rows = picture(out / 'wrong.ppm')
    assert any(rows[y][x * 3] > 200 > 150 > rows[y][x * 3 + 1] for y in range(y1, y2) for x in range(x1, x2)), 'the error is not red'


def travel(out, args):
    states = {name: json.loads((out / f'{name}.json').read_text()) for name in ('end', 'back', 'forth', 'furthest')}
    x1, _, x2, _ = marks(out / 'end.marks')['timeline.chart']
    view = states['end']['panes']['timeline']
    per_pixel = (view['to'] - view['from']) / (x2 - x1)
    calls = trace(out, args)
    for name, pixels in (('back', -500), ('forth', 240)):
        before = states['end' if name == 'back' else 'back']['now']
        wanted, state = before + pixels * per_pixel, states[name]
        # A call that the BIOS is in the middle of cannot be stopped in: it ends at the latest at the next one's beginning.
        later = [call['t'] for call in calls if call['t'] > wanted]
        assert wanted - 2 * per_pixel <= state['now'] <= later[0], f"{name}: at {state['now']}, {wanted:.0f} was asked for"
        assert state['calls'] == sum(call['t'] <= state['now'] for call in calls), f"{name}: {state['calls']} calls at {state['now']}"
        assert state['calls_known'] == states['end']['calls'] and state['furthest'] == states['end']['furthest']
    assert states['back']['calls'] < states['forth']['calls'] < states['end']['calls']
    for key in ('now', 'calls', 'place', 'screen'):
        assert states['furthest'][key] == states['end'][key], f'{key} differs at the same moment'


def make_a_test(out, args):
    spec = out / 'grub.yaml'
    run = subprocess.run([args.bootsim, 'test', spec], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr
    assert 'keys: c' in spec.read_text() and 'grub>' in spec.read_text()
    # It can fail: with another goal it does.
    spoilt = out / 'spoilt.yaml'
    spoilt.write_text(spec.read_text().replace("screen: 'grub>'", "screen: 'rescue>'"))
    run = subprocess.run([args.bootsim, 'test', spoilt], capture_output=True, text=True, timeout=120)
    assert run.returncode == 1, f'exit {run.returncode}: {run.stdout}'


def wheel_and_menus(out, _args):
    views = [json.loads((out / f'{name}.json').read_text())['panes']['timeline'] for name in ('timeline', 'zoomed', 'panned')]
    spans = [view['to'] - view['from'] for view in views]
    # Six notches of 1.25 around the middle of the chart; then the view moves and keeps its span.
    assert abs(spans[0] / spans[1] - 1.25 ** 6) < 0.01, spans
    middle = [(view['to'] + view['from']) / 2 for view in views]
    assert abs(middle[1] - middle[0]) < spans[1] / 100, 'the moment below the mouse has moved'
    assert abs(spans[2] - spans[1]) < 2 and middle[2] < middle[1], views


def callers(out, _args):
    """Who called in another mode is found in the past; the guest is where it was."""
    before, after = (json.loads((out / f'{name}.json').read_text()) for name in ('before', 'after'))
    for key in ('now', 'place', 'instruction', 'calls', 'calls_known', 'furthest', 'breakpoints', 'screen'):
        assert before[key] == after[key], f'{key} has changed: {before[key]}, {after[key]}'


def source(out, args):
    """The line above the instruction is the one that `info line` says."""
    run = subprocess.run([args.bootsim, 'debug', args.media / 'firmware/mbr-fat16.img', '-e', 'disk 2', '-e', 'symbols firmware', '-e', 'info line'],
                         stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True)
    linear, place = run.stdout.splitlines()[-1].split()
    file, line = place.rsplit('/', 1)[-1].rsplit(':', 1)
    once, twice = (json.loads((out / f'{name}.json').read_text())['panes']['code'] for name in ('once', 'twice'))
    wanted = f'{int(linear, 16):X} {file}:{line}  '
    assert any(shown.startswith(wanted) and 'int' in shown for shown in once['source']), f"{wanted} is not in {once['source']}"
    assert once == twice, 'the same symbols read again change what is shown'
    # It stands one row above its instruction, and is dim.
    x1, y1, x2, y2 = (int(n) for n in marks(out / 'shown.marks')['code.here'])
    window = picture(out / 'shown.ppm')
    assert brightness(window, x1, y1 - (y2 - y1), x2, y1) < brightness(window, x1, y1, x2, y2)
    assert colours((x2 - x1, 0, [row[x1 * 3:x2 * 3] for row in window[2][2 * y1 - y2:y1]])) > 1, 'nothing is written above the instruction'


def broken_media(out, _args):
    assert colours(picture(out / 'failed.ppm')) > 8


CHECKS = {'open_step_back': open_step_back, 'callers': callers, 'sizes': sizes, 'broken_media': broken_media, 'click_breakpoints': click_breakpoints, 'filter': filter_,
          'travel': travel, 'make_a_test': make_a_test, 'wheel_and_menus': wheel_and_menus, 'source': source}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--gui', type=pathlib.Path, required=True)
    parser.add_argument('--bootsim', type=pathlib.Path, required=True)
    parser.add_argument('--media', type=pathlib.Path, required=True)
    parser.add_argument('--keep', type=pathlib.Path, help='keep pictures and states here')
    parser.add_argument('script', type=pathlib.Path)
    args = parser.parse_args()
    if not shutil.which('xvfb-run'):
        print('skipped: xvfb-run is missing (Debian: xvfb)')
        return 77
    if '{media}' in args.script.read_text() and not (args.media / 'grub-rescue-cdrom.iso').exists():
        print(f'skipped: {args.media} has no media; tests/corpus/build.sh makes them')
        return 77
    with tempfile.TemporaryDirectory() as scratch:
        out = args.keep or pathlib.Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        script = out / args.script.name
        script.write_text(args.script.read_text().replace('{media}', str(args.media.resolve())).replace('{out}', str(out)))
        env = dict(os.environ, XDG_CACHE_HOME=str(out / 'cache'), XDG_CONFIG_HOME=str(out / 'config'), LIBGL_ALWAYS_SOFTWARE='1')
        run = subprocess.run(['xvfb-run', '-a', '-s', '-screen 0 2560x1440x24', args.gui, '--no-settings', '--script', script], env=env,
                             capture_output=True, text=True, timeout=500)
        print(run.stdout + run.stderr)
        if run.returncode != 0:
            print(f'the script failed (exit {run.returncode})')
            return 1
        CHECKS.get(args.script.stem, lambda *_: None)(out, args)
    return 0


if __name__ == '__main__':
    sys.exit(main())
