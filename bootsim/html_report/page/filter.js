// Filters: words that must all occur, or the common part of the expressions that the debugger and the specs have (docs/debugger.md):
//   drive==E0h && lba>100     file matches "/boot/*"     count in {1, 4..8}     not (cf or by == bios)     caller == 0000:7C00
// Where something has no value, neither has what is computed from it; && and || go by the other side if that decides.

const FIELDS = {
  drive: i => known(calls.drive[i]),
  lba: i => calls.lba[i] <= HUGE_LBA ? Number(calls.lbaWords(i)) : known(calls.lba[i]),
  count: i => known(calls.count[i]),
  cylinder: i => calls.chs[i] === NONE ? undefined : calls.chs[i] >> 16,
  head: i => calls.chs[i] === NONE ? undefined : calls.chs[i] >> 8 & 255,
  sector: i => calls.chs[i] === NONE ? undefined : calls.chs[i] & 255,
  buffer: i => calls.buffer[i] === NONE ? undefined : {far: calls.buffer[i]},
  caller: i => ({far: calls.caller[i]}),
  by: i => calls.by[i] === NONE ? 'bios' : {far: calls.by[i]},
  int: () => 0x13,
  ah: i => calls.ah[i],
  call: i => calls.number[i],
  seq: i => calls.number[i],
  t: i => calls.begin[i],
  time: i => calls.begin[i],
  depth: i => calls.depth[i],
  cf: i => known(calls.carry[i]),
  status: i => known(calls.status[i]),
  bytes: i => known(calls.bytes[i]),
  file: i => calls.fileWords(i) || undefined,
  name: i => calls.functionWords(i).replace(/^\S+ /, ''),
  result: i => calls.resultWords(i),
};
const known = value => value === NONE ? undefined : value;

class FilterError extends Error {}

const TOKEN = /\s*(?:(&&|\|\||==|!=|<=|>=|<<|>>|\.\.|[()[\]{},=<>!~+\-*/%&|^])|("[^"]*"|'[^']*')|([0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,8})(?![\w:])|([\w$@](?:[\w$@]|\.(?!\.))*))/y;

function tokens(text) {
  const list = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    if (!text.slice(at).trim()) break;
    const match = TOKEN.exec(text);
    if (!match) throw new FilterError(`column ${at + 1}: ${text.slice(at).trim()[0]} means nothing here`);
    const [whole, symbol, quoted, pointer, word] = match;
    const column = at + whole.length - whole.trimStart().length + 1;
    if (symbol) list.push({symbol, text: symbol, column});
    else if (quoted) list.push({value: quoted.slice(1, -1), text: quoted, column});
    else if (pointer) list.push({value: {far: pointer.split(':').reduce((s, p) => s * 65536 + parseInt(p, 16), 0)}, text: pointer, column});
    else list.push(wordToken(word, column));
  }
  return list;
}

function wordToken(word, column) {
  const lower = word.toLowerCase();
  const number = /^[0-9a-f]+h$/.test(lower) && !/^[abcd]h$/.test(lower) ? parseInt(lower, 16)
               : /^0x[0-9a-f]+$/.test(lower) ? Number(lower)
               : /^0b[01]+$/.test(lower) ? Number(lower)
               : /^[0-9]+$/.test(lower) ? Number(lower) : undefined;
  if (number !== undefined) return {value: number, text: word, column};
  if (/^[0-9]/.test(word)) throw new FilterError(`column ${column}: ${word} is no number; hexadecimal ones are written 0x${word} or ${word}h`);
  return {name: lower, text: word, column};
}

const place = value => typeof value === 'number' ? value : value && value.far !== undefined ? linear(value.far) : undefined;
const isTrue = value => value !== undefined && (typeof value === 'number' ? value !== 0 : true);

/** Negative, 0, positive; nothing for text against a number. */
function compare(a, b) {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  const left = place(a), right = place(b);
  return left === undefined || right === undefined ? undefined : left - right;
}

const wildcards = new Map();
function globMatches(pattern, text) {
  let expression = wildcards.get(pattern);
  if (!expression) {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^]*').replace(/\?/g, '[^]');
    wildcards.set(pattern, expression = new RegExp(`^${escaped}$`));
  }
  return expression.test(text);
}

const ARITHMETIC = {
  '|': [1, (a, b) => Number(BigInt(a) | BigInt(b))], '^': [2, (a, b) => Number(BigInt(a) ^ BigInt(b))],
  '&': [3, (a, b) => Number(BigInt(a) & BigInt(b))], '<<': [4, (a, b) => a * 2 ** b], '>>': [4, (a, b) => Math.floor(a / 2 ** b)],
  '+': [5, (a, b) => a + b], '-': [5, (a, b) => a - b], '*': [6, (a, b) => a * b],
  '/': [6, (a, b) => b === 0 ? undefined : Math.floor(a / b)], '%': [6, (a, b) => b === 0 ? undefined : a % b],
};
const COMPARISONS = {
  '==': o => o === 0, '=': o => o === 0, '!=': o => o !== 0, '<': o => o < 0, '<=': o => o <= 0, '>': o => o > 0, '>=': o => o >= 0,
};

/** Recursive descent; each function gives a function of a call's index. */
class Parser {
  constructor(text) {
    this.tokens = tokens(text);
    this.at = 0;
    this.decides = false;   // it compares something: no bare words
  }
  get token() { return this.tokens[this.at] || {text: 'the end', column: this.tokens.length ? this.tokens.at(-1).column + 1 : 1, end: true}; }
  fail(expected) { throw new FilterError(`column ${this.token.column}: expected ${expected}, found ${this.token.text}`); }
  accept(symbol) { return this.token.symbol === symbol && ++this.at > 0; }
  acceptWord(word) { return this.token.name === word && ++this.at > 0; }
  expect(symbol) { if (!this.accept(symbol)) this.fail(symbol); }

  all() {
    const test = this.either();
    if (!this.token.end) this.fail('an operator or the end');
    return test;
  }
  either() { return this.chain(() => this.both(), '||', 'or', true); }
  both() { return this.chain(() => this.denied(), '&&', 'and', false); }
  chain(next, symbol, word, decisive) {
    let left = next();
    while (this.accept(symbol) || this.acceptWord(word)) {
      const first = left, second = next();
      this.decides = true;
      left = i => {
        const a = first(i), b = second(i);
        if (a !== undefined && isTrue(a) === decisive || b !== undefined && isTrue(b) === decisive) return Number(decisive);
        return a === undefined || b === undefined ? undefined : Number(!decisive);
      };
    }
    return left;
  }
  denied() { return this.acceptWord('not') ? this.negated(this.denied()) : this.comparison(); }
  negated(inner) {
    return i => { const value = inner(i); return value === undefined ? undefined : Number(!isTrue(value)); };
  }
  comparison() {
    let left = this.arithmetic(1);
    for (;;) {
      const subject = left, operator = COMPARISONS[this.token.symbol];
      if (this.acceptWord('in')) {
        const tests = this.set();
        left = i => { const value = subject(i); return value === undefined ? undefined : Number(tests.some(test => test(value, i))); };
      } else if (this.acceptWord('matches')) {
        const pattern = this.arithmetic(1);
        left = i => {
          const value = subject(i), glob = pattern(i);
          return typeof value !== 'string' || typeof glob !== 'string' ? undefined : Number(globMatches(glob, value));
        };
      } else if (operator) {
        ++this.at;
        const right = this.arithmetic(1);
        left = i => {
          const a = subject(i), b = right(i), order = a === undefined || b === undefined ? undefined : compare(a, b);
          return order === undefined ? undefined : Number(operator(order));
        };
      } else {
        return left;
      }
      this.decides = true;
    }
  }
  set() {
    if (!this.accept('{')) return [this.item()];
    const items = [];
    if (this.accept('}')) return items;
    do items.push(this.item()); while (this.accept(','));
    this.expect('}');
    return items;
  }
  item() {
    const low = this.arithmetic(1);
    if (!this.accept('..')) {
      return (value, i) => {
        const item = low(i);
        return typeof value === 'string' && typeof item === 'string' ? globMatches(item, value) : compare(value, item) === 0;
      };
    }
    const open = this.token.end || ['}', ',', ')'].includes(this.token.symbol);
    const high = open ? () => Infinity : this.arithmetic(1);
    return (value, i) => compare(value, low(i)) >= 0 && compare(value, high(i)) <= 0;
  }
  arithmetic(precedence) {
    let left = this.sign();
    for (;;) {
      const [binds, compute] = ARITHMETIC[this.token.symbol] || [0];
      if (binds < precedence || !compute) return left;
      const symbol = this.token.symbol;
      ++this.at;
      const first = left, second = this.arithmetic(binds + 1);
      left = i => {
        const a = first(i), b = second(i);
        if (a && a.far !== undefined && typeof b === 'number' && (symbol === '+' || symbol === '-')) {
          const offset = ((a.far % 65536 + (symbol === '+' ? b : -b)) % 65536 + 65536) % 65536;
          return {far: Math.floor(a.far / 65536) * 65536 + offset};
        }
        const x = place(a), y = place(b);
        return x === undefined || y === undefined ? undefined : compute(x, y);
      };
    }
  }
  sign() {
    if (this.accept('!')) { this.decides = true; return this.negated(this.sign()); }
    if (this.accept('-')) { const inner = this.sign(); return i => { const x = place(inner(i)); return x === undefined ? undefined : -x; }; }
    return this.primary();
  }
  primary() {
    const token = this.token;
    if (token.value !== undefined) { ++this.at; return () => token.value; }
    if (this.accept('(')) {
      const inner = this.either();
      this.expect(')');
      return inner;
    }
    if (token.name === undefined) this.fail('a number, a field or (');
    ++this.at;
    if (token.name === 'bios') return () => 'bios';
    const field = FIELDS[token.name];
    if (!field) {
      throw new FilterError(`column ${token.column}: a call has no ${token.text}; it has ${Object.keys(FIELDS).join(' ')}`);
    }
    if (this.tokens.length === 1) this.decides = true;
    return field;
  }
}

/** {test, kind, error}: what a person typed, as a test of a call's index. */
function compileFilter(text) {
  const wanted = text.trim();
  if (!wanted) return {test: () => true, kind: ''};
  const looksLikeOne = /==|!=|[<>]|&&|\|\||\bmatches\b|\bin\s*[{\d(]/.test(wanted);
  try {
    const parser = new Parser(wanted), value = parser.all();
    if (parser.decides) return {test: i => isTrue(value(i)), kind: 'expression'};
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    if (looksLikeOne) return {test: null, kind: 'expression', error: error.message};
  }
  const words = wanted.toLowerCase().split(/\s+/);
  return {
    kind: 'words',
    test: i => {
      const text = calls.words(i).toLowerCase();
      return words.every(word => text.includes(word));
    },
  };
}
