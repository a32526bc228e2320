// The time line: virtual time from left to right, a lane for each drive and for each kind of event.

const GUTTER = 132, LANE = 17, THUMB = {width: 104, height: 65}, AXIS = 26;
const IDLE_FROM = 400e6;  // ns without an event that "shorten idle times" shortens

/** Time in units of the drawing: the same, but for idle stretches that are cut short. */
class Scale {
  constructor(spans, end, squeeze) {
    this.parts = [];  // {from, to, u, size, idle}
    let at = 0;
    const gaps = [];
    for (const [begin, stop] of spans) {
      if (begin - at >= IDLE_FROM) gaps.push([at, begin]);
      at = Math.max(at, stop);
    }
    if (end - at >= IDLE_FROM) gaps.push([at, end]);
    const busy = end - gaps.reduce((sum, [a, b]) => sum + b - a, 0);
    const short = Math.max(busy / 25, IDLE_FROM / 8);
    let time = 0, u = 0;
    const add = (to, idle) => {
      const size = idle && squeeze ? Math.min(short, to - time) : to - time;
      if (to > time) this.parts.push({from: time, to, u, size, idle});
      time = Math.max(time, to);
      u += size;
    };
    for (const [a, b] of gaps) { add(a, false); add(b, true); }
    add(end, false);
    this.size = u || 1;
  }
  toUnits(time) {
    let low = 0, high = this.parts.length - 1;
    while (low < high) {
      const middle = low + high + 1 >> 1;
      if (this.parts[middle].from <= time) low = middle; else high = middle - 1;
    }
    const part = this.parts[low];
    return part ? part.u + Math.min(1, Math.max(0, (time - part.from) / (part.to - part.from))) * part.size : 0;
  }
  toTime(u) {
    const part = this.parts.findLast(p => p.u <= u) || this.parts[0];
    return part ? part.from + Math.min(1, Math.max(0, (u - part.u) / part.size)) * (part.to - part.from) : 0;
  }
}

const timeLine = {
  from: 0, to: 1,            // what is in view, in units of the scale

  build() {
    this.box = element('time-line-box');
    this.lanes = this.makeLanes();
    this.rescale();
    const zoom = factor => () => this.zoom(factor, 0.5);
    element('zoom-in').onclick = zoom(0.5);
    element('zoom-out').onclick = zoom(2);
    element('zoom-all').onclick = () => this.view(0, this.scale.size);
    element('squeeze').onchange = () => this.rescale();
    this.box.addEventListener('keydown', event => this.key(event));
    this.box.addEventListener('wheel', event => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 0.8 : 1.25, this.fraction(event));
    }, {passive: false});
    this.box.addEventListener('dblclick', event => this.zoom(0.4, this.fraction(event)));
    this.box.addEventListener('pointerdown', event => { this.drag = {x: event.clientX, from: this.from, moved: false}; });
    addEventListener('pointermove', event => this.dragged(event));
    addEventListener('pointerup', () => { setTimeout(() => { this.drag = null; }); });
    this.box.addEventListener('pointermove', event => this.hover(event));
    this.box.addEventListener('pointerleave', () => tip.hide());
    this.box.addEventListener('click', event => this.click(event));
    onWidth(this.box, () => this.draw());
    darkScheme.addEventListener('change', () => this.draw());
    state.listeners.push(change => { if ('selected' in change) this.showSelected(); });
    this.legend();
  },

  /** Each lane: {name, height, events: [{begin, end, style, words, call}], ascending}. */
  makeLanes() {
    const lanes = [];
    if (boot.screens.length) lanes.push({name: 'Screens', height: THUMB.height + 8, screens: true, events: []});
    if (boot.modes.length) lanes.push({name: 'CPU mode', height: LANE, modes: this.modeBands(), events: []});
    const drives = [...new Set(calls.drive)].sort((a, b) => a - b);
    for (const drive of drives) {
      const kinds = {read: [], write: [], other: []};
      for (let i = 0; i < calls.size; ++i) {
        if (calls.drive[i] === drive) kinds[calls.reads(i) ? 'read' : calls.writesSectors(i) ? 'write' : 'other'].push(i);
      }
      for (const [kind, list] of Object.entries(kinds)) {
        if (list.length) lanes.push({name: `${drive === NONE ? 'no drive' : `${hex(drive)}h`} ${kind}`, height: LANE, calls: list, kind, events: []});
      }
    }
    const moments = (name, list) => {
      if (list.length) lanes.push({name, height: LANE, events: list.map(([time, words]) => ({begin: time, words}))});
    };
    moments('Video modes', boot.video);
    moments('Keyboard', boot.keys);
    moments('Reached', boot.steps);
    return lanes;
  },

  modeBands() {
    const bands = [];
    let begin = 0, mode = 'real';
    const kind = word => word === 'long' ? 'long' : word === 'real' ? 'real' : 'protected';
    for (let i = 0; i <= boot.modes.length; i += 2) {
      const end = i < boot.modes.length ? boot.modes[i] : boot.end;
      bands.push({begin, end, mode, kind: kind(mode)});
      begin = end;
      mode = boot.modes[i + 1];
    }
    return bands;
  },

  rescale() {
    const spans = [];
    for (let i = 0; i < calls.size; ++i) spans.push([calls.begin[i], calls.begin[i] + Math.max(0, calls.duration[i])]);
    for (const [begin] of boot.screens) spans.push([begin, begin]);
    for (const list of [boot.video, boot.keys, boot.steps]) for (const [time] of list) spans.push([time, time]);
    for (let i = 0; i < boot.modes.length; i += 2) spans.push([boot.modes[i], boot.modes[i]]);
    spans.sort((a, b) => a[0] - b[0]);
    this.scale = new Scale(spans, boot.end, element('squeeze').checked);
    this.view(0, this.scale.size);
  },

  view(from, to) {
    const size = Math.min(Math.max(to - from, 2e4), this.scale.size);
    this.from = Math.min(Math.max(0, from), this.scale.size - size);
    this.to = this.from + size;
    this.draw();
  },
  zoom(factor, fraction) {
    const at = this.from + (this.to - this.from) * fraction, size = (this.to - this.from) * factor;
    this.view(at - size * fraction, at + size * (1 - fraction));
  },
  x(time) { return GUTTER + (this.scale.toUnits(time) - this.from) / (this.to - this.from) * this.width; },
  timeAt(x) { return this.scale.toTime(this.from + (x - GUTTER) / this.width * (this.to - this.from)); },
  fraction(event) {
    return Math.min(1, Math.max(0, (event.clientX - this.box.getBoundingClientRect().left - GUTTER) / this.width));
  },

  draw() {
    const outer = this.box.clientWidth;
    if (!outer) return;
    this.width = outer - GUTTER - 12;
    const height = AXIS + this.lanes.reduce((sum, lane) => sum + lane.height, 0) + 4;
    const root = svg('svg', {viewBox: `0 0 ${outer} ${height}`, height, 'aria-hidden': 'true'});
    const clip = svg('clipPath', {id: 'time-line-clip'}, svg('rect', {x: GUTTER, y: 0, width: this.width + 12, height}));
    this.inside = svg('g', {'clip-path': 'url(#time-line-clip)'});
    root.append(svg('defs', {}, clip), this.inside);
    this.drawIdle(height);
    let y = AXIS;
    for (const lane of this.lanes) {
      lane.y = y;
      root.append(svg('text', {x: 0, y: y + lane.height / 2 + 4, class: 'lane-name'}, lane.name));
      root.append(svg('line', {x1: 0, x2: outer, y1: y - .5, y2: y - .5, class: 'lane'}));
      if (lane.screens) this.drawScreens(lane);
      else if (lane.modes) this.drawModes(lane);
      else if (lane.calls) this.drawCalls(lane);
      else this.drawMoments(lane);
      y += lane.height;
    }
    this.drawAxis();
    this.cursor = svg('line', {class: 'cursor', y1: AXIS - 6, y2: height, visibility: 'hidden'});
    this.inside.append(this.cursor);
    this.box.replaceChildren(root);
    this.placeCursor();
  },

  drawIdle(height) {
    for (const part of this.scale.parts) {
      if (!part.idle) continue;
      const x1 = this.x(part.from), x2 = this.x(part.to);
      if (x2 < GUTTER || x1 > GUTTER + this.width) continue;
      this.inside.append(svg('rect', {class: 'idle', x: x1, y: AXIS, width: Math.max(1, x2 - x1), height: height - AXIS}));
      if (x2 - x1 > 34 && element('squeeze').checked) {
        this.inside.append(svg('line', {class: 'cut', x1: (x1 + x2) / 2, x2: (x1 + x2) / 2, y1: AXIS, y2: height}));
      }
    }
  },

  drawAxis() {
    let free = GUTTER - 30;
    const label = (x, words, tick) => {
      if (x < GUTTER - 1 || x > GUTTER + this.width + 6) return;
      if (tick) this.inside.append(svg('line', {class: 'tick', x1: x, x2: x, y1: AXIS - 6, y2: AXIS}));
      if (x < free) return;
      const room = words.length * 6 + 12;
      const end = x + room > GUTTER + this.width + 12;
      if (end && x - room < free) return;
      this.inside.append(svg('text', {x: end ? x : x + 2, y: 14, 'text-anchor': end ? 'end' : 'start'}, words));
      free = x + room;
    };
    for (const part of this.scale.parts) {
      if (part.idle && element('squeeze').checked) {
        const x = this.x(part.from);
        label(x, `${timeWords(part.to - part.from)} idle`, true);
        continue;
      }
      const pixels = this.x(part.to) - this.x(part.from), span = part.to - part.from;
      if (pixels < 1) continue;
      let step = 10 ** Math.floor(Math.log10(span / pixels * 90));
      for (const more of [1, 2, 5, 10]) if (step * more / span * pixels >= 80) { step *= more; break; }
      const first = Math.max(part.from, this.timeAt(GUTTER)), last = Math.min(part.to, this.timeAt(GUTTER + this.width));
      for (let time = Math.ceil(first / step) * step; time <= last; time += step) label(this.x(time), timeWords(time), true);
    }
  },

  /** Calls that fall on the same pixel are one mark; a failed one is seen. */
  drawCalls(lane) {
    let open = null;
    const flush = () => {
      if (!open) return;
      const rect = svg('rect', {x: open.x1, y: lane.y + 3, width: Math.max(1.5, open.x2 - open.x1), height: LANE - 6, class: `lane-${open.kind}`});
      this.inside.append(rect);
    };
    for (const i of lane.calls) {
      const x1 = this.x(calls.begin[i]), x2 = this.x(calls.begin[i] + Math.max(0, calls.duration[i]));
      if (x2 < GUTTER - 2 || x1 > GUTTER + this.width + 2) continue;
      const kind = calls.failed(i) ? 'failed' : lane.kind;
      if (open && x1 < open.x2 + .75 && (kind === open.kind || x2 - open.x1 < 1.5)) {
        open.x2 = Math.max(open.x2, x2);
        if (kind === 'failed') open.kind = kind;
      } else {
        flush();
        open = {x1, x2, kind};
      }
    }
    flush();
  },

  drawModes(lane) {
    let drawn = -1;
    for (const band of lane.modes) {
      const x1 = this.x(band.begin), x2 = this.x(band.end);
      if (x2 < GUTTER || x1 > GUTTER + this.width) continue;
      if (x2 - x1 < .4 && x1 - drawn < .4) continue;  // a BIOS call from protected mode
      this.inside.append(svg('rect', {x: x1, y: lane.y + 3, width: Math.max(.6, x2 - x1), height: LANE - 6, class: band.kind}));
      drawn = x2;
      if (x2 - x1 > 60) this.inside.append(svg('text', {x: Math.max(x1, GUTTER) + 5, y: lane.y + LANE / 2 + 4}, band.mode));
    }
  },

  drawMoments(lane) {
    let before = -9;
    for (const event of lane.events) {
      const x = this.x(event.begin);
      if (x < GUTTER - 4 || x > GUTTER + this.width + 4 || x - before < 1) continue;
      before = x;
      this.inside.append(svg('circle', {cx: x, cy: lane.y + LANE / 2, r: 3.5, class: 'moment'}));
    }
  },

  drawScreens(lane) {
    let free = -Infinity;
    lane.drawn = [];
    boot.screens.forEach(([begin, end], number) => {
      const x = this.x(begin);
      if (this.x(end) < GUTTER || x > GUTTER + this.width) return;
      this.inside.append(svg('line', {class: 'tick', x1: x, x2: x, y1: lane.y, y2: lane.y + lane.height}));
      const at = Math.max(GUTTER, Math.min(Math.max(x, free), GUTTER + this.width - THUMB.width));
      if (at < free || at > x + THUMB.width) return;   // no room near its time
      free = at + THUMB.width + 3;
      const picture = thumbnail(number);
      if (picture) this.inside.append(svg('image', {href: picture, x: at, y: lane.y + 4, ...THUMB, preserveAspectRatio: 'none'}));
      this.inside.append(svg('rect', {class: 'frame', x: at, y: lane.y + 4, ...THUMB}));
      lane.drawn.push({x1: at, x2: at + THUMB.width, number});
    });
  },

  /** What is under the pointer: {words, call} or {words, screen}. */
  find(event) {
    const box = this.box.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
    const lane = this.lanes.find(l => y >= l.y && y < l.y + l.height);
    if (!lane || x < GUTTER) return null;
    if (lane.screens) {
      const hit = lane.drawn.find(s => x >= s.x1 && x <= s.x2);
      if (!hit) return null;
      const [begin, end] = boot.screens[hit.number];
      return {screen: hit.number + 1, words: `screen ${hit.number + 1}, ${timeWords(begin)} to ${timeWords(end)}`};
    }
    if (lane.modes) {
      const time = this.timeAt(x), band = lane.modes.find(b => time >= b.begin && time < b.end);
      return band && {words: `${band.mode} mode, ${timeWords(band.begin)} to ${timeWords(band.end)}`};
    }
    const near = (list, begin, end) => {
      let best = null, distance = 5;
      for (const item of list) {
        const x1 = this.x(begin(item)), x2 = Math.max(x1, this.x(end(item)));
        const d = x < x1 ? x1 - x : x > x2 ? x - x2 : 0;
        if (d < distance) { best = item; distance = d; }
        if (x1 > x + 5) break;
      }
      return best;
    };
    if (lane.calls) {
      const i = near(lane.calls, n => calls.begin[n], n => calls.begin[n] + Math.max(0, calls.duration[n]));
      return i === null ? null : {call: calls.number[i], words: callTip(i)};
    }
    const moment = near(lane.events, e => e.begin, e => e.begin);
    return moment && {words: `${timeWords(moment.begin)}: ${moment.words}`};
  },

  hover(event) {
    if (this.drag && this.drag.moved) return tip.hide();
    const found = this.find(event);
    this.box.style.cursor = found && (found.call || found.screen) ? 'pointer' : '';
    if (found) tip.show(event, found.words); else tip.hide();
  },
  click(event) {
    if (this.drag && this.drag.moved) return;
    const found = this.find(event);
    if (found && found.call) selectCall(found.call);
    if (found && found.screen) showScreen(found.screen);
  },
  dragged(event) {
    if (!this.drag || !(event.buttons & 1)) return;
    const by = event.clientX - this.drag.x;
    if (Math.abs(by) > 3) this.drag.moved = true;
    if (!this.drag.moved) return;
    const size = this.to - this.from, from = this.drag.from - by / this.width * size;
    this.view(from, from + size);
  },
  key(event) {
    const step = (this.to - this.from) / 5;
    const actions = {'+': () => this.zoom(0.5, 0.5), '=': () => this.zoom(0.5, 0.5), '-': () => this.zoom(2, 0.5), '0': () => this.view(0, this.scale.size),
                     ArrowLeft: () => this.view(this.from - step, this.to - step), ArrowRight: () => this.view(this.from + step, this.to + step)};
    if (!actions[event.key] || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    actions[event.key]();
  },

  showSelected() {
    const i = calls.find(state.selected);
    if (i >= 0) {
      const u = this.scale.toUnits(calls.begin[i]);
      if (u < this.from || u > this.to) this.view(u - (this.to - this.from) / 2, u + (this.to - this.from) / 2);
    }
    this.placeCursor();
  },
  placeCursor() {
    const i = calls.find(state.selected);
    if (!this.cursor) return;
    this.cursor.setAttribute('visibility', i < 0 ? 'hidden' : 'visible');
    if (i < 0) return;
    const x = this.x(calls.begin[i]);
    this.cursor.setAttribute('x1', x);
    this.cursor.setAttribute('x2', x);
  },

  legend() {
    const has = kind => this.lanes.some(lane => lane.kind === kind);
    const kinds = [[has('read'), 'read', 'disk read'], [has('write'), 'write', 'disk write'], [has('other'), '', 'other disk call'],
                   [calls.carry.includes(1), 'failed', 'failed'], [this.lanes.some(lane => lane.events.length), 'event', 'event']];
    const bands = this.lanes.flatMap(lane => lane.modes || []);
    for (const kind of ['real', 'protected', 'long']) kinds.push([bands.some(band => band.kind === kind), kind, `${kind} mode`]);
    const items = kinds.filter(([present]) => present).map(([, kind, words]) => make('span', {}, make('span', {className: `key ${kind}`}), words));
    element('time-line-legend').append(...items, make('span', {className: 'hint'}, 'Click a call to select it; drag to move, Ctrl and wheel to zoom.'));
  },
};

function callTip(i) {
  const what = [calls.functionWords(i), calls.driveWords(i) && `drive ${calls.driveWords(i)}h`, calls.lbaWords(i) && `LBA ${calls.lbaWords(i)}`,
                calls.countWords(i) && `+${calls.countWords(i)}`].filter(Boolean).join(', ');
  return `Call ${calls.number[i]} at ${timeWords(calls.begin[i])}: ${what}\n${calls.resultWords(i)}${calls.fileWords(i) ? `\n${calls.fileWords(i)}` : ''}`;
}

/** A text screen as a small picture: two by four pixels a character, or so. The page holds it as text only. */
const thumbnails = new Map();
function thumbnail(number) {
  if (thumbnails.has(number)) return thumbnails.get(number);
  const figure = element(`screen-${number + 1}`), image = figure && figure.querySelector('img'), text = figure && figure.querySelector('pre.vga');
  const picture = image ? image.src : text ? drawText(text) : '';
  thumbnails.set(number, picture);
  return picture;
}

function drawText(pre) {
  const columns = Number(pre.dataset.columns), lines = pre.textContent.split('\n').length - 1;
  const canvas = make('canvas', {width: columns * 3, height: Math.max(lines, 1) * 5}), pen = canvas.getContext('2d');
  pen.fillStyle = '#000';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  let column = 0, row = 0;
  for (const node of pre.childNodes) {
    const style = node.nodeType === Node.ELEMENT_NODE ? getComputedStyle(node) : null;
    const background = style ? style.backgroundColor : 'transparent', colour = style ? style.color : '#aaa';
    for (const character of node.textContent) {
      if (character === '\n') { column = 0; ++row; continue; }
      if (background !== 'transparent' && background !== 'rgba(0, 0, 0, 0)') {
        pen.fillStyle = background;
        pen.fillRect(column * 3, row * 5, 3, 5);
      }
      if (character.trim()) {
        pen.fillStyle = colour;
        const line = character >= '\u2500' && character <= '\u257f';
        if (line) pen.fillRect(column * 3, row * 5 + 2, 3, 1); else pen.fillRect(column * 3, row * 5 + 1, 2.4, 3);
      }
      ++column;
    }
  }
  return canvas.toDataURL();
}
