// Puts the page together, and keeps its address: #filter=...&select=17&sort=lba can be sent to somebody.

function callLink(number) { return make('a', {href: `#select=${number}`, className: 'call-link'}, String(number)); }

/** Selects a call; when the filter hides it, the filter goes. */
function selectCall(number) {
  const index = calls.find(number);
  const hidden = index >= 0 && !table.shown.includes(index);
  state.set(hidden ? {filter: '', selected: number} : {selected: number});
}

function showCalls(filter) {
  state.set({filter});
  element('calls').scrollIntoView({block: 'start'});
}

function showScreen(number) {
  const figure = element(`screen-${number}`);
  for (const other of document.querySelectorAll('figure.shown')) other.classList.remove('shown');
  figure.classList.add('shown');
  figure.scrollIntoView({block: 'center'});
}

const address = {
  /** A fragment without '=' is a place on the page, as ever. */
  read() {
    const text = location.hash.slice(1);
    if (!text.includes('=')) return null;
    return new URLSearchParams(text);
  },
  apply() {
    const wanted = this.read();
    if (!wanted) return;
    const number = Number(wanted.get('select')) || 0;
    if (wanted.has('sort')) {
      const [name, order] = wanted.get('sort').split(',');
      const column = COLUMNS.findIndex(c => c.name.toLowerCase() === name.toLowerCase());
      if (column >= 0) table.sort = {column, down: order === 'down'};
    }
    const filter = wanted.has('filter') ? wanted.get('filter') : state.filter;
    state.set({filter, selected: number});
    if (number && !table.shown.includes(calls.find(number)) && !wanted.has('filter')) selectCall(number);
    if (wanted.get('colour') === 'order') document.querySelector('input[name=colour][value=order]').click();
    if (wanted.has('screen')) showScreen(Number(wanted.get('screen')));
    else element('calls').scrollIntoView({block: 'start'});
  },
  write() {
    const parts = new URLSearchParams();
    if (state.filter) parts.set('filter', state.filter);
    if (state.selected) parts.set('select', state.selected);
    if (!state.filter && !state.selected && !this.read()) return;
    history.replaceState(null, '', parts.size ? `#${parts}` : location.pathname + location.search);
  },
};

function wireFilter() {
  const input = element('filter');
  let waiting = 0;
  input.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => state.set({filter: input.value}), 120);
  });
  element('filter-form').addEventListener('submit', event => {
    event.preventDefault();
    state.set({filter: input.value});
  });
  element('failed-only').onclick = () => state.set({filter: 'cf == 1'});
  element('reads-only').onclick = () => state.set({filter: 'ah in {02h, 42h}'});
  element('clear-filter').onclick = () => state.set({filter: ''});
}

function addCopyButtons() {
  for (const figure of document.querySelectorAll('figure.screen')) {
    const text = figure.querySelector('pre.vga');
    if (!text || !navigator.clipboard) continue;
    const button = make('button', {type: 'button', className: 'copy'}, 'copy');
    button.onclick = async () => {
      await navigator.clipboard.writeText(text.textContent.replace(/[ \n]+$/, '\n'));
      button.textContent = 'copied';
      setTimeout(() => { button.textContent = 'copy'; }, 1500);
    };
    figure.querySelector('figcaption').append(' ', button);
  }
}

function start() {
  document.documentElement.classList.add('js');
  table.build();
  wireFilter();
  state.set({filter: ''});
  timeLine.build();
  diskMaps.build();
  addCopyButtons();
  addEventListener('hashchange', () => address.apply());
  unfoldForPrinting();
  address.apply();
  if (!state.selected && boot.evidence.length) state.set({selected: boot.evidence.at(-1)});
  state.listeners.push(() => address.write());
  document.documentElement.dataset.ready = 'yes';
}

/** On paper nobody can unfold what is folded. */
function unfoldForPrinting() {
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('details:not([open])')];
    for (const details of folded) details.open = true;
  });
  addEventListener('afterprint', () => {
    for (const details of folded) details.open = false;
  });
}

/** Everything static stays readable when the script meets what it does not know. */
function failed(what) {
  document.documentElement.classList.remove('js');
  const note = element('script-failed');
  note.textContent = `The interactive part of this page does not work in this browser (${what}); the rest is below.`;
  note.hidden = false;
}

addEventListener('error', event => failed(event.message));
try {
  start();
} catch (error) {
  failed(error.message);
  throw error;
}
