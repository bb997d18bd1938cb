import { WeirError } from '../errors/weir-error.ts';

/** A KPI formula as a tree. */
export type Formula =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'negate'; readonly of: Formula }
  | {
      readonly kind: 'binary';
      readonly op: '+' | '-' | '*' | '/';
      readonly left: Formula;
      readonly right: Formula;
    }
  | { readonly kind: 'call'; readonly name: 'min' | 'max' | 'or'; readonly args: readonly Formula[] }
  | { readonly kind: 'quantile'; readonly name: string; readonly q: number }
  | { readonly kind: 'past'; readonly span: PastSpan; readonly of: Formula };

/** Spans beside the window itself: the window before, and the 30 days that end with it. */
export type PastSpan = 'prev' | 'last_30d';

/** What a formula reads. Absent sums count as 0: nothing happened; what is not known is NaN. */
export interface FormulaReader {
  value(name: string): number;
  /** NaN when the measure saw nothing. */
  quantile(name: string, q: number): number;
  /** The same names over another span; undefined when it is not known here. */
  past(span: PastSpan): FormulaReader | undefined;
}

/** Names every formula may use beside its measures. */
export const builtinNames = ['window_days', 'window_hours'] as const;

const MAX_DEPTH = 32;
const tokenPattern = /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|([a-z][a-z0-9_]*)|([-+*/(),]))/iy;

interface Token {
  readonly text: string;
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly at: number;
}

/**
 * Parses arithmetic over measure keys: + - * / ( ), numbers, min(…), max(…), or(…), prev(…), last_30d(…), and p50(x) … p999(x) of the
 * measures in `quantiles`. Every other name must be in `names` or built in. Throws WeirError KPI_FORMULA_INVALID saying where and what is
 * wrong.
 */
export function parseFormula(
  text: string,
  names: Iterable<string>,
  quantiles: Iterable<string> = [],
): Formula {
  const known = new Set<string>([...builtinNames, ...names]);
  const distributions = new Set(quantiles);
  let isInPast = false;
  const tokens = tokenize(text);
  let position = 0;
  const peek = (): Token => tokens[position] ?? { text: '', kind: 'end', at: text.length };
  const take = (): Token => {
    const token = peek();
    position++;
    return token;
  };
  const expectSign = (sign: string): void => {
    const token = take();
    if (token.text !== sign) throw invalid(text, token.at, `expected "${sign}"`);
  };

  const primary = (depth: number): Formula => {
    if (depth > MAX_DEPTH) throw invalid(text, peek().at, 'nested too deep');
    const token = take();
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.text === '-') return { kind: 'negate', of: primary(depth + 1) };
    if (token.text === '(') {
      const inner = sum(depth + 1);
      expectSign(')');
      return inner;
    }
    if (token.kind === 'name') {
      if (peek().text === '(') {
        if (token.text === 'min' || token.text === 'max' || token.text === 'or')
          return call(token.text, depth);
        if (token.text === 'prev' || token.text === 'last_30d') return past(token, token.text, depth);
        const q = quantileOf(token.text);
        if (q !== undefined) return quantile(q);
      }
      if (distributions.has(token.text))
        throw invalid(
          text,
          token.at,
          `"${token.text}" is a distribution; write p50(${token.text}) or the like`,
        );
      if (!known.has(token.text)) {
        throw invalid(
          text,
          token.at,
          `"${token.text}" is no measure of this KPI; known are ${[...known].join(', ')}`,
        );
      }
      return { kind: 'name', name: token.text };
    }
    throw invalid(
      text,
      token.at,
      token.kind === 'end' ? 'the formula ends too early' : `unexpected "${token.text}"`,
    );
  };
  const past = (token: Token, span: PastSpan, depth: number): Formula => {
    if (isInPast) throw invalid(text, token.at, `${span}(…) cannot stand inside prev or last_30d`);
    isInPast = true;
    expectSign('(');
    const of = sum(depth + 1);
    expectSign(')');
    isInPast = false;
    return { kind: 'past', span, of };
  };
  const quantile = (q: number): Formula => {
    expectSign('(');
    const { at, text: name } = take();
    if (!distributions.has(name)) throw invalid(text, at, `"${name}" is no quantile measure of this KPI`);
    expectSign(')');
    return { kind: 'quantile', name, q };
  };
  const call = (name: 'min' | 'max' | 'or', depth: number): Formula => {
    expectSign('(');
    const args = [sum(depth + 1)];
    while (peek().text === ',') {
      take();
      args.push(sum(depth + 1));
    }
    expectSign(')');
    return { kind: 'call', name, args };
  };
  const product = (depth: number): Formula => {
    let left = primary(depth);
    for (let sign = peek().text; sign === '*' || sign === '/'; sign = peek().text) {
      take();
      left = { kind: 'binary', op: sign, left, right: primary(depth) };
    }
    return left;
  };
  const sum = (depth: number): Formula => {
    let left = product(depth);
    for (let sign = peek().text; sign === '+' || sign === '-'; sign = peek().text) {
      take();
      left = { kind: 'binary', op: sign, left, right: product(depth) };
    }
    return left;
  };

  const formula = sum(0);
  const rest = peek();
  if (rest.kind !== 'end') throw invalid(text, rest.at, `unexpected "${rest.text}"`);
  return formula;
}

/** Value of a formula; null when a division by zero, an overflow or something not known leaves none. */
export function evaluateFormula(formula: Formula, reader: FormulaReader): number | null {
  const value = evaluate(formula, reader);
  return Number.isFinite(value) ? value : null;
}

/** Every part of a formula, itself first. */
export function* partsOf(formula: Formula): Generator<Formula> {
  yield formula;
  switch (formula.kind) {
    case 'negate':
    case 'past':
      yield* partsOf(formula.of);
      return;
    case 'binary':
      yield* partsOf(formula.left);
      yield* partsOf(formula.right);
      return;
    case 'call':
      for (const arg of formula.args) yield* partsOf(arg);
      return;
    default:
  }
}

/** The spans beside the window that a formula reads. */
export function spansOf(formula: Formula): ReadonlySet<PastSpan> {
  const spans = new Set<PastSpan>();
  for (const part of partsOf(formula)) if (part.kind === 'past') spans.add(part.span);
  return spans;
}

/** `p50` is 0.5, `p999` is 0.999; undefined for other names. */
function quantileOf(name: string): number | undefined {
  if (name === 'p999') return 0.999;
  return /^p[1-9]\d?$/.test(name) ? Number(name.slice(1)) / 100 : undefined;
}

function evaluate(formula: Formula, reader: FormulaReader): number {
  switch (formula.kind) {
    case 'number':
      return formula.value;
    case 'name':
      return reader.value(formula.name);
    case 'quantile':
      return reader.quantile(formula.name, formula.q);
    case 'past': {
      const there = reader.past(formula.span);
      return there === undefined ? Number.NaN : evaluate(formula.of, there);
    }
    case 'negate':
      return -evaluate(formula.of, reader);
    case 'call': {
      const values = formula.args.map((arg) => evaluate(arg, reader));
      if (formula.name === 'or') return values.find((value) => Number.isFinite(value)) ?? Number.NaN;
      return formula.name === 'min' ? Math.min(...values) : Math.max(...values);
    }
    case 'binary': {
      const left = evaluate(formula.left, reader);
      const right = evaluate(formula.right, reader);
      switch (formula.op) {
        case '+':
          return left + right;
        case '-':
          return left - right;
        case '*':
          return left * right;
        case '/':
          // NaN, not Infinity: it stays NaN through 1/x, so no later step can turn it into a number.
          return right === 0 ? Number.NaN : left / right;
      }
    }
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  const end = text.trimEnd().length;
  while (tokenPattern.lastIndex < end) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (match === null) throw invalid(text, at, `unexpected "${text.slice(at).trim().charAt(0)}"`);
    const [, number, name, sign] = match;
    if (number !== undefined && !Number.isFinite(Number(number)))
      throw invalid(text, at, `${number} is too large a number`);
    tokens.push({
      text: number ?? name ?? sign ?? '',
      kind: number !== undefined ? 'number' : name !== undefined ? 'name' : 'sign',
      at,
    });
  }
  return tokens;
}

function invalid(text: string, at: number, why: string): WeirError {
  return new WeirError('KPI_FORMULA_INVALID', `Formula "${text}" is wrong at character ${at + 1}: ${why}.`);
}
