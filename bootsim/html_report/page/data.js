// The boot, as bootsim wrote it: html_report/page_data.cpp says what is in it.

const element = id => document.getElementById(id);
const boot = JSON.parse(element('boot-data').textContent);

/** Makes an element: make('td', {className: 'n'}, 'text', child). */
function make(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** A column is an array, or runs of equal differences. */
function unpack(column) {
  if (Array.isArray(column)) return column;
  const values = [];
  let value = 0;
  for (let i = 0; i < column.d.length; i += 2) {
    for (let times = column.d[i + 1]; times > 0; --times) values.push(value += column.d[i]);
  }
  return values;
}

const hex = (value, digits = 2) => value.toString(16).toUpperCase().padStart(digits, '0');
const far = packed => `${hex(Math.floor(packed / 65536), 4)}:${hex(packed % 65536, 4)}`;
const linear = packed => Math.floor(packed / 65536) * 16 + packed % 65536;

/** As in the trace: cut, not rounded. */
function timeWords(ns) {
  if (ns < 1e6) return `${Math.floor(ns / 1e3)} µs`;
  if (ns < 1e9) return `${Math.floor(ns / 1e6)}.${Math.floor(ns / 1e5) % 10} ms`;
  return `${Math.floor(ns / 1e9)}.${String(Math.floor(ns / 1e6) % 1000).padStart(3, '0')} s`;
}

const NONE = -1, HUGE_LBA = -2;  // as in html_report/call_columns.h

/** The disk calls as columns; a call is an index into them. */
const calls = (() => {
  const columns = Object.fromEntries(Object.entries(boot.calls).map(([name, column]) => [name, unpack(column)]));
  const text = number => number === NONE ? '' : boot.texts[number];
  const c = {
    ...columns,
    size: columns.number.length,
    failed: i => columns.carry[i] === 1,
    functionWords: i => text(columns.function[i]),
    lbaWords: i => columns.lba[i] >= 0 ? String(columns.lba[i]) : columns.lba[i] <= HUGE_LBA ? text(HUGE_LBA - columns.lba[i]) : '',
    chsWords: i => columns.chs[i] === NONE ? '' : `CHS ${columns.chs[i] >> 16}/${columns.chs[i] >> 8 & 255}/${columns.chs[i] & 255}`,
    argumentWords: i => text(columns.arguments[i]),
    driveWords: i => columns.drive[i] === NONE ? '' : hex(columns.drive[i]),
    countWords: i => columns.count[i] === NONE ? '' : String(columns.count[i]),
    bufferWords: i => columns.buffer[i] === NONE ? '' : `${columns.writes[i] ? '←' : '→'} ${far(columns.buffer[i])}`,
    resultWords: i => text(columns.result[i]),
    byWords: i => columns.by[i] === NONE ? 'bios' : far(columns.by[i]),
    fileWords: i => text(columns.file[i]) + (columns.file_offset[i] === NONE ? '' : `+${columns.file_offset[i]}`),
    /** Sectors moved by the BIOS between a drive's medium and memory. */
    reads: i => (columns.ah[i] === 0x02 || columns.ah[i] === 0x42) && columns.count[i] > 0 && columns.lba[i] >= 0,
    writesSectors: i => (columns.ah[i] === 0x03 || columns.ah[i] === 0x43) && columns.count[i] > 0 && columns.lba[i] >= 0,
    /** Index of the call with this number, or -1. */
    find(number) {
      let low = 0, high = this.size - 1;
      while (low <= high) {
        const middle = low + high >> 1;
        if (columns.number[middle] === number) return middle;
        if (columns.number[middle] < number) low = middle + 1; else high = middle - 1;
      }
      return -1;
    },
  };
  c.kind = i => c.failed(i) ? 'failed' : c.reads(i) ? 'read' : c.writesSectors(i) ? 'write' : 'other';
  c.words = i => [columns.number[i], timeWords(columns.begin[i]), far(columns.caller[i]), c.driveWords(i), c.functionWords(i),
                  c.lbaWords(i) && `LBA ${c.lbaWords(i)}`, c.chsWords(i), columns.count[i] === NONE ? '' : `+${columns.count[i]}`,
                  c.argumentWords(i), c.bufferWords(i), c.resultWords(i), c.byWords(i), c.fileWords(i)].filter(Boolean).join(' ');
  return c;
})();

/** Calls `action` when the element's width has changed; its height is the action's own doing. */
function onWidth(node, action) {
  let width = 0;
  new ResizeObserver(() => {
    if (node.clientWidth === width) return;
    width = node.clientWidth;
    requestAnimationFrame(action);
  }).observe(node);
}

const evidence = new Set(boot.evidence);
const darkScheme = matchMedia('(prefers-color-scheme: dark)');
const colourOf = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** What hovers beside the pointer. */
const tip = {
  box: element('tip'),
  show(event, words) {
    this.box.textContent = words;
    this.box.hidden = false;
    const {width, height} = this.box.getBoundingClientRect();
    this.box.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 8))}px`;
    this.box.style.top = `${event.clientY + 20 + height > innerHeight ? event.clientY - height - 12 : event.clientY + 20}px`;
  },
  hide() { this.box.hidden = true; },
};

/** What is filtered and selected; the parts of the page listen to changes. */
const state = {
  filter: '', selected: 0, listeners: [],
  set(change) {
    Object.assign(this, change);
    for (const listener of this.listeners) listener(change);
  },
};
