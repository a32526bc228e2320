// Disk maps: the sectors of each medium as cells, coloured by what they hold or by when they were read.

// Okabe and Ito's colours, told apart by colour-blind people too. Their black is left to text.
const FILE_COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442'];
// Stops of cividis: from the first read, dark, to the last one, light.
const ORDER_COLOURS = [[0, 32, 81], [60, 77, 110], [127, 124, 117], [187, 175, 113], [253, 234, 69]];
const CELL = 10, STRIP = 34;

function orderColour(fraction) {
  const at = Math.min(fraction, .9999) * (ORDER_COLOURS.length - 1), low = Math.floor(at);
  const mixed = ORDER_COLOURS[low].map((value, c) => Math.round(value + (ORDER_COLOURS[low + 1][c] - value) * (at - low)));
  return `rgb(${mixed.join(',')})`;
}

/** What was not read is pale. */
function fade(colour, paper) {
  const part = (text, at) => parseInt(text.slice(at, at + 2), 16);
  return `rgb(${[1, 3, 5].map(at => Math.round(part(colour, at) * .26 + part(paper, at) * .74)).join(',')})`;
}

/** Sectors seen so far, in pages of bits that exist when they are needed: media may be large and sparse. */
class SectorSet {
  constructor() { this.pages = new Map(); }
  /** False: it was there. */
  add(sector) {
    const number = Math.floor(sector / 65536), at = sector % 65536;
    let page = this.pages.get(number);
    if (!page) this.pages.set(number, page = new Uint8Array(65536));
    return page[at] === 0 && (page[at] = 1) === 1;
  }
}

class DiskMap {
  constructor(drive) {
    this.drive = drive;
    this.from = 0;
    this.to = drive.sectors;
    this.reads = [];
    for (let i = 0; i < calls.size; ++i) {
      if (calls.drive[i] === drive.number && calls.by[i] === NONE && calls.reads(i) && !calls.failed(i)) this.reads.push(i);
    }
    this.files = this.filesRead();
    this.build();
  }

  /** {owner, end}: the number of a sector's owner, or -1, and the first sector behind that stretch. */
  stretchAt(sector) {
    const owners = this.drive.owners;
    let low = 0, high = owners.length / 3;
    while (low < high) {
      const middle = low + high >> 1;
      if (owners[middle * 3] + owners[middle * 3 + 1] <= sector) low = middle + 1; else high = middle;
    }
    const begin = low * 3 < owners.length ? owners[low * 3] : Infinity;
    return begin <= sector ? {owner: owners[low * 3 + 2], end: begin + owners[low * 3 + 1]} : {owner: -1, end: begin};
  }
  ownerAt(sector) { return this.stretchAt(sector).owner; }

  /** What was read, most of it first: {owner, name, sectors, calls, first}. */
  filesRead() {
    const found = new Map(), read = new SectorSet();
    for (const i of this.reads) {
      const end = Math.min(calls.lba[i] + calls.count[i], this.drive.sectors);
      for (let sector = calls.lba[i]; sector < end;) {
        const stretch = this.stretchAt(sector), owner = stretch.owner;
        let file = found.get(owner);
        if (!file) found.set(owner, file = {owner, name: owner < 0 ? 'nothing known' : this.drive.names[owner], sectors: 0, calls: 0, first: i, last: -1});
        if (file.last !== i) ++file.calls;
        file.last = i;
        for (; sector < end && sector < stretch.end; ++sector) if (read.add(sector)) ++file.sectors;
      }
    }
    const files = [...found.values()].sort((a, b) => b.sectors - a.sectors || a.first - b.first);
    files.forEach((file, at) => { file.colour = at < FILE_COLOURS.length ? FILE_COLOURS[at] : ''; });
    return files;
  }

  build() {
    const d = this.drive;
    this.canvas = make('canvas', {tabIndex: 0});
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', `Sectors of ${d.words}; the table below lists what was read`);
    this.note = make('span', {className: 'dim'});
    const button = (words, title, action) => make('button', {type: 'button', title, onclick: action}, words);
    const tools = make('div', {className: 'tools'}, this.note, button('−', 'Show more', () => this.zoom(4)), button('What was read', 'Only the part that was read', () => this.showRead()),
                       button('All', 'All sectors', () => this.view(0, d.sectors)));
    const title = `${d.words}: ${d.medium || 'no medium'}${d.emulated ? ', the El Torito image' : ''}`;
    const box = make('section', {className: 'drive'}, make('div', {className: 'bar'}, make('h3', {}, title), tools), this.canvas);
    if (d.owners_left_out) box.append(make('p', {className: 'warning'}, `${d.owners_left_out} pieces of files at the end of the medium have no colour.`));
    box.append(this.fileTable());
    element('disk-maps').append(box);
    this.canvas.addEventListener('pointermove', event => this.hover(event));
    this.canvas.addEventListener('pointerleave', () => tip.hide());
    this.canvas.addEventListener('click', event => this.click(event));
    this.canvas.addEventListener('dblclick', event => this.zoomAt(event));
    onWidth(this.canvas, () => this.draw());
    const read = this.readSpan();
    if (read && (read[1] - read[0]) * 8 < d.sectors) this.showRead(); else this.draw();
  }

  fileTable() {
    const kinds = this.files.map(file => {
      const name = file.name.replace(/"/g, '?');
      const pattern = file.name.endsWith('/') || file.owner < 0 ? name : `${name}*`;
      const filter = file.owner < 0 ? `drive==${hex(this.drive.number)}h` : `drive==${hex(this.drive.number)}h && file matches "${pattern}"`;
      const key = make('span', {className: 'key'});
      file.key = key;
      return make('tr', {}, make('td', {}, key, make('button', {type: 'button', onclick: () => { showCalls(filter); }}, file.name)), make('td', {className: 'n'}, String(file.sectors)),
                  make('td', {className: 'n'}, String(file.calls)), make('td', {className: 'n'}, callLink(calls.number[file.first])));
    });
    if (!kinds.length) return make('p', {className: 'dim'}, 'No call has read from it.');
    const heads = ['What was read', 'sectors', 'calls', 'first call'].map((words, i) => make('th', {scope: 'col', className: i ? 'n' : ''}, words));
    return make('div', {className: 'files'}, make('table', {}, make('thead', {}, make('tr', {}, ...heads)), make('tbody', {}, ...kinds)));
  }

  readSpan() {
    let low = Infinity, high = 0;
    for (const i of this.reads) {
      low = Math.min(low, calls.lba[i]);
      high = Math.max(high, calls.lba[i] + calls.count[i]);
    }
    for (const [, first, , loaded] of this.drive.marks) {
      if (loaded) { low = Math.min(low, first); high = Math.max(high, first + loaded); }
    }
    return low < high ? [low, Math.min(high, this.drive.sectors)] : null;
  }
  showRead() {
    const span = this.readSpan() || [0, this.drive.sectors], margin = Math.ceil((span[1] - span[0]) / 20);
    this.view(span[0] - margin, span[1] + margin);
  }
  view(from, to) {
    this.from = Math.max(0, Math.floor(from));
    this.to = Math.min(this.drive.sectors, Math.max(Math.ceil(to), this.from + 16));
    this.draw();
  }
  zoom(factor) {
    const middle = (this.from + this.to) / 2, half = (this.to - this.from) / 2 * factor;
    this.view(middle - half, middle + half);
  }
  zoomAt(event) {
    const range = this.rangeAt(event);
    if (!range) return;
    const eighth = (this.to - this.from) / 8;
    this.view(range[0] - eighth, range[0] + eighth);
  }

  /** Cells of the grid; each stands for the same number of sectors. */
  draw() {
    const width = this.canvas.clientWidth;
    if (!width) return;
    this.columns = Math.max(8, Math.floor(width / CELL));
    const most = this.columns * 26, sectors = this.to - this.from;
    this.perCell = Math.max(1, Math.ceil(sectors / most));
    const cells = Math.ceil(sectors / this.perCell), rows = Math.ceil(cells / this.columns);
    const height = STRIP + rows * CELL + 2, density = devicePixelRatio || 1;
    this.canvas.width = width * density;
    this.canvas.height = height * density;
    this.canvas.style.height = `${height}px`;
    const pen = this.canvas.getContext('2d');
    pen.scale(density, density);
    this.paper = {card: colourOf('--card'), accent: colourOf('--accent'), none: colourOf('--cell'), other: colourOf('--cell-other')};
    this.fill(cells);
    this.drawStrip(pen, width);
    for (let cell = 0; cell < cells; ++cell) {
      pen.fillStyle = this.colourOfCell(cell);
      pen.fillRect(cell % this.columns * CELL, STRIP + Math.floor(cell / this.columns) * CELL, CELL - 1, CELL - 1);
    }
    this.drawMarks(pen, cells);
    const each = this.perCell === 1 ? 'a sector' : `${this.perCell} sectors`;
    const order = diskMaps.colour === 'order' ? '; dark was read first, light last' : '';
    this.note.textContent = `LBA ${this.from} to ${this.to - 1}; a cell is ${each}${order}`;
    this.drawKeys();
  }

  /** For each cell: the owner of most of what it shows, when it was first read, and whether the BIOS read it. */
  fill(cells) {
    this.first = new Int32Array(cells).fill(-1);
    this.owner = new Int32Array(cells).fill(-1);
    const cellOf = sector => Math.floor((sector - this.from) / this.perCell);
    const span = (first, count, action) => {
      const low = Math.max(0, cellOf(Math.max(first, this.from))), high = Math.min(cells - 1, cellOf(Math.min(first + count, this.to) - 1));
      if (first < this.to && first + count > this.from) for (let cell = low; cell <= high; ++cell) action(cell);
    };
    const owners = this.drive.owners, sizes = new Float64Array(cells);
    for (let at = 0; at < owners.length; at += 3) {
      span(owners[at], owners[at + 1], cell => {
        const begin = this.from + cell * this.perCell;
        const covered = Math.min(begin + this.perCell, owners[at] + owners[at + 1]) - Math.max(begin, owners[at]);
        if (covered > sizes[cell]) { sizes[cell] = covered; this.owner[cell] = owners[at + 2]; }
      });
    }
    this.reads.forEach((i, order) => {
      span(calls.lba[i], calls.count[i], cell => {
        if (this.first[cell] >= 0) return;
        this.first[cell] = order;
        const owner = this.ownerAt(Math.max(calls.lba[i], this.from + cell * this.perCell));  // what was read there, not what fills most of it
        if (owner >= 0) this.owner[cell] = owner;
      });
    });
    this.bios = new Uint8Array(cells);
    for (const [, first, , loaded] of this.drive.marks) if (loaded) span(first, loaded, cell => { this.bios[cell] = 1; });
  }

  colourOfCell(cell) {
    const read = this.first[cell] >= 0 || this.bios[cell];
    if (diskMaps.colour === 'order') {
      if (this.first[cell] >= 0) return orderColour(this.first[cell] / Math.max(1, this.reads.length - 1));
      return this.bios[cell] ? this.paper.accent : this.paper.none;
    }
    if (this.owner[cell] < 0) return read ? this.paper.other : this.paper.none;
    const file = this.byOwner.get(this.owner[cell]);
    const colour = file && file.colour || this.paper.other;
    return read ? colour : fade(colour, this.paper.card);
  }
  get byOwner() { return this.owners_ ||= new Map(this.files.map(file => [file.owner, file])); }

  /** The whole medium in one line: what was read, partitions and boot images, and the part that the grid shows. */
  drawStrip(pen, width) {
    const x = sector => sector / this.drive.sectors * width;
    pen.fillStyle = colourOf('--cell');
    pen.fillRect(0, 0, width, 12);
    pen.fillStyle = colourOf('--read');
    for (const i of this.reads) pen.fillRect(x(calls.lba[i]), 0, Math.max(1, x(calls.count[i])), 12);
    pen.fillStyle = colourOf('--accent');
    pen.font = '11px system-ui, "DejaVu Sans", sans-serif';
    let free = 0;
    for (const [name, first, sectors] of this.drive.marks) {
      const x1 = x(first), x2 = Math.max(x1 + 2, x(first + sectors));
      pen.fillStyle = colourOf('--text');
      pen.fillRect(x1, 13, x2 - x1, 2);
      const room = pen.measureText(name).width;
      const at = Math.min(x1, width - room);
      if (at >= free) { pen.fillText(name, at, 27); free = at + room + 10; }
    }
    pen.strokeStyle = colourOf('--text');
    if (this.to - this.from < this.drive.sectors) pen.strokeRect(x(this.from) + .5, .5, Math.max(3, x(this.to) - x(this.from) - 1), 11);
  }

  /** Cells where a partition or a boot image begins. */
  drawMarks(pen) {
    pen.strokeStyle = colourOf('--text');
    for (const [, first] of this.drive.marks) {
      if (first < this.from || first >= this.to) continue;
      const cell = Math.floor((first - this.from) / this.perCell);
      pen.strokeRect(cell % this.columns * CELL - .5, STRIP + Math.floor(cell / this.columns) * CELL - .5, CELL, CELL);
    }
  }

  drawKeys() {
    for (const file of this.files) {
      if (!file.key) continue;
      const order = this.reads.indexOf(file.first) / Math.max(1, this.reads.length - 1);
      file.key.style.background = diskMaps.colour === 'order' ? orderColour(order) : file.colour || colourOf('--cell-other');
    }
  }

  /** [first, last] sector under the pointer. */
  rangeAt(event) {
    const box = this.canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
    if (y < STRIP) return null;
    const column = Math.floor(x / CELL);
    const first = this.from + (Math.floor((y - STRIP) / CELL) * this.columns + column) * this.perCell;
    return column < this.columns && first < this.to ? [first, Math.min(first + this.perCell, this.to) - 1] : null;
  }
  readersOf([first, last]) { return this.reads.filter(i => calls.lba[i] <= last && calls.lba[i] + calls.count[i] > first); }

  hover(event) {
    const range = this.rangeAt(event);
    if (!range) return tip.hide();
    const owners = new Set();
    for (let sector = range[0]; sector <= range[1] && owners.size < 4; ++sector) owners.add(this.ownerAt(sector));
    const names = [...owners].slice(0, 3).map(owner => owner < 0 ? 'nothing known' : this.drive.names[owner]);
    const readers = this.readersOf(range).map(i => calls.number[i]);
    const byBios = this.drive.marks.filter(([, first, , loaded]) => first <= range[1] && first + loaded > range[0]).map(([name]) => name);
    const lines = [range[0] === range[1] ? `LBA ${range[0]}` : `LBA ${range[0]} to ${range[1]}`, names.join(', ') + (owners.size > 3 ? ' and more' : ''),
                   readers.length ? `read by ${readers.length === 1 ? 'call' : 'calls'} ${readers.slice(0, 6).join(', ')}${readers.length > 6 ? ` and ${readers.length - 6} more` : ''}` : 'not read by a call'];
    for (const name of byBios) lines.push(`${name}: loaded by the BIOS itself`);
    tip.show(event, lines.join('\n'));
  }
  click(event) {
    const range = this.rangeAt(event);
    if (!range || !this.readersOf(range).length) return;
    showCalls(`drive==${hex(this.drive.number)}h && lba<=${range[1]} && lba+count>${range[0]}`);
  }
}

const diskMaps = {
  colour: 'file',
  build() {
    this.maps = boot.drives.map(drive => new DiskMap(drive));
    for (const choice of document.querySelectorAll('input[name=colour]')) {
      choice.addEventListener('change', () => {
        this.colour = choice.value;
        this.draw();
      });
    }
    darkScheme.addEventListener('change', () => this.draw());
    addEventListener('beforeprint', () => setTimeout(() => this.draw()));
    if (!this.maps.length) element('disk-maps').append(make('p', {className: 'dim'}, 'There was no medium.'));
  },
  draw() { for (const map of this.maps) map.draw(); },
};
