// The table of disk calls. Only the rows in view exist: some boots make a hundred thousand calls.

const ROW = 24;  // px, as in page.css

const COLUMNS = [
  {name: '#', width: '60px', numeric: true, key: i => calls.number[i], cell: i => calls.number[i]},
  {name: 'time', width: '86px', numeric: true, key: i => calls.begin[i], cell: i => timeWords(calls.begin[i])},
  {name: 'caller', width: '88px', key: i => calls.caller[i], cell: i => far(calls.caller[i])},
  {name: 'drive', width: '60px', key: i => calls.drive[i], cell: i => calls.driveWords(i)},
  {name: 'call', width: '176px', key: i => calls.function[i], cell: i => calls.functionWords(i)},
  {name: 'LBA', width: '88px', numeric: true, key: i => calls.lba[i], cell: i => calls.lbaWords(i) || calls.chsWords(i)},
  {name: 'count', width: '58px', numeric: true, key: i => calls.count[i], cell: i => calls.countWords(i)},
  {name: 'buffer', width: '104px', key: i => calls.buffer[i], cell: i => calls.bufferWords(i)},
  {name: 'result', width: '150px', key: i => calls.result[i], cell: i => calls.resultWords(i), className: 'result'},
  {name: 'by', width: '86px', key: i => calls.by[i], cell: i => calls.byWords(i)},
  {name: 'file', width: '', key: i => calls.fileWords(i), cell: i => calls.fileWords(i)},
];

const table = {
  shown: [],                 // indices of calls, in their order on the page
  sort: {column: 0, down: false},

  build() {
    this.box = make('div', {id: 'rows', tabIndex: 0});
    this.box.setAttribute('role', 'region');
    this.box.setAttribute('aria-label', 'Disk calls: arrow keys select');
    this.headers = COLUMNS.map((column, number) => {
      const button = make('button', {type: 'button', onclick: () => this.sortBy(number)}, column.name);
      const header = make('th', {scope: 'col', className: column.numeric ? 'n' : ''}, button);
      header.style.width = column.width;
      return header;
    });
    this.above = make('tr', {className: 'pad'}, make('td', {colSpan: COLUMNS.length}));
    this.below = make('tr', {className: 'pad'}, make('td', {colSpan: COLUMNS.length}));
    this.body = make('tbody');
    this.grid = make('table', {className: 'calls'}, make('thead', {}, make('tr', {}, ...this.headers)), this.body);
    this.box.append(this.grid);
    element('call-table').append(this.box);
    this.box.addEventListener('scroll', () => this.draw());
    this.box.addEventListener('keydown', event => this.key(event));
    this.body.addEventListener('click', event => {
      const row = event.target.closest('tr[data-index]');
      if (row) state.set({selected: calls.number[row.dataset.index]});
    });
    onWidth(this.box, () => this.draw());
    state.listeners.push(change => {
      if ('filter' in change) this.filter();
      if ('selected' in change) this.showSelected();
    });
  },

  filter() {
    const {test, kind, error} = compileFilter(state.filter);
    const input = element('filter'), note = element('filter-note');
    input.setAttribute('aria-invalid', Boolean(error));
    if (input.value !== state.filter) input.value = state.filter;
    note.textContent = error || (kind === 'words' ? 'Calls with all of these words.' : kind ? 'Calls for which this holds.' : '');
    if (error) return;
    this.shown = [];
    for (let i = 0; i < calls.size; ++i) if (test(i)) this.shown.push(i);
    if (!this.shown.length) note.textContent = calls.size ? 'No call fits. "all" shows them again.' : 'The guest made no disk call.';
    this.order();
  },

  sortBy(number) {
    this.sort = {column: number, down: this.sort.column === number && !this.sort.down};
    this.order();
  },
  order() {
    const {column, down} = this.sort, key = COLUMNS[column].key;
    const keys = new Map(this.shown.map(i => [i, key(i)]));
    this.shown.sort((a, b) => {
      const x = keys.get(a), y = keys.get(b);
      return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1) || a - b;
    });
    this.headers.forEach((header, i) => {
      if (i === column) header.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      else header.removeAttribute('aria-sort');
    });
    const all = this.shown.length === calls.size;
    const words = all ? `${calls.size} ${calls.size === 1 ? 'call' : 'calls'}` : `${this.shown.length} of ${calls.size} calls`;
    element('shown').textContent = words;
    element('shown').dataset.count = this.shown.length;
    this.grid.setAttribute('aria-rowcount', this.shown.length + 1);
    this.box.style.height = `${Math.min(Math.max(this.shown.length + 1, 4) * ROW + 20, 26 * 16)}px`;
    this.draw();
    this.showSelected();
  },

  draw() {
    const height = this.box.clientHeight || 416;
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - 10);
    const last = Math.min(this.shown.length, first + Math.ceil(height / ROW) + 20);
    this.above.firstChild.style.height = `${first * ROW}px`;
    this.below.firstChild.style.height = `${(this.shown.length - last) * ROW}px`;
    const rows = [];
    for (let at = first; at < last; ++at) rows.push(this.row(at));
    this.body.replaceChildren(this.above, ...rows, this.below);
  },

  row(at) {
    const i = this.shown[at];
    const row = make('tr', {className: (at % 2 ? 'odd' : '') + (calls.failed(i) ? ' failed' : '')});
    row.dataset.index = i;
    row.dataset.call = calls.number[i];
    row.setAttribute('aria-rowindex', at + 2);
    if (calls.number[i] === state.selected) row.setAttribute('aria-current', 'true');
    for (let c = 0; c < COLUMNS.length; ++c) {
      const column = COLUMNS[c];
      if (column.name === 'LBA' && calls.arguments[i] !== NONE) {     // calls without sectors say what they ask in words
        row.append(make('td', {colSpan: 3, textContent: calls.argumentWords(i), title: calls.argumentWords(i)}));
        c += 2;
        continue;
      }
      const text = String(column.cell(i));
      const cell = make('td', {textContent: text, className: [column.numeric ? 'n' : '', column.className || ''].join(' ').trim()});
      if (text.length > 12) cell.title = text;
      if (column.name === 'call' && calls.depth[i] > 0) cell.classList.add(`d${Math.min(calls.depth[i], 4)}`);
      if (c === 0 && evidence.has(calls.number[i])) cell.classList.add('evidence');
      row.append(cell);
    }
    return row;
  },

  /** Scrolls to the selected call, where the filter shows it. */
  showSelected() {
    const index = calls.find(state.selected), at = this.shown.indexOf(index);
    if (index >= 0 && at >= 0) {
      const top = at * ROW, view = this.box.clientHeight - ROW;
      if (top < this.box.scrollTop || top + ROW > this.box.scrollTop + view) this.box.scrollTop = Math.max(0, top - view / 2);
    }
    this.draw();
    showDetails(index);
  },

  key(event) {
    if (event.target !== this.box) return;
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 2);
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity};
    if (!(event.key in steps) || !this.shown.length) return;
    event.preventDefault();
    const now = this.shown.indexOf(calls.find(state.selected));
    const next = now < 0 ? 0 : Math.max(0, Math.min(this.shown.length - 1, now + steps[event.key]));
    state.set({selected: calls.number[this.shown[next]]});
  },
};

function showDetails(i) {
  const box = element('call-details');
  if (i < 0) return box.replaceChildren();
  const number = calls.number[i], fact = (name, value) => value ? [make('div', {}, make('dt', {}, name), make('dd', {}, value))] : [];
  const where = [calls.lbaWords(i) && `LBA ${calls.lbaWords(i)}`, calls.chsWords(i), calls.countWords(i) && `${calls.countWords(i)} sectors`,
                 calls.argumentWords(i), calls.bufferWords(i)].filter(Boolean).join(', ');
  const sector = element(`sector-${number}`);
  const link = sector && make('a', {href: `#sector-${number}`, onclick: () => { sector.open = true; }}, 'its first sector, in hexadecimal');
  const left = make('dl', {className: 'facts'}, ...fact('Call', `${number}: INT 13h ${calls.functionWords(i)}`), ...fact('Caller', far(calls.caller[i])),
                    ...fact('Drive', calls.driveWords(i) && `${calls.driveWords(i)}h`), ...fact('Arguments', where));
  const took = calls.duration[i] === NONE ? 'it never returned' : `took ${timeWords(calls.duration[i])}`;
  const right = make('dl', {className: 'facts'}, ...fact('Result', calls.resultWords(i)), ...fact('Answered by', calls.by[i] === NONE ? 'the BIOS' : `the hook at ${calls.byWords(i)}`),
                     ...fact('File', calls.fileWords(i)), ...fact('Time', `${timeWords(calls.begin[i])}, ${took}`), ...(link ? fact('Sector', link) : []));
  const command = make('div', {className: 'command'}, make('span', {}, 'Look inside, at this call'), make('code', {}, `${boot.debug} -e 'goto call ${number}'`));
  box.replaceChildren(left, right, command);
}
