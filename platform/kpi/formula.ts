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
  | { readonly kind: 'call'; readonly name: 'min' | 'max'; readonly args: readonly Formula[] };

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
 * Parses arithmetic over measure keys: + - * / ( ), numbers, min(…), max(…). Every name must be in `names` or built in.
 * Throws WeirError KPI_FORMULA_INVALID saying where and what is wrong.
 */
export function parseFormula(text: string, names: Iterable<string>): Formula {
  const known = new Set<string>([...builtinNames, ...names]);
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
      if ((token.text === 'min' || token.text === 'max') && peek().text === '(')
        return call(token.text, depth);
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
  const call = (name: 'min' | 'max', depth: number): Formula => {
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

/** Value of a formula; null when a division by zero or an overflow leaves none. Absent names count as 0: nothing happened. */
export function evaluateFormula(formula: Formula, valueOf: (name: string) => number): number | null {
  const value = evaluate(formula, valueOf);
  return Number.isFinite(value) ? value : null;
}

function evaluate(formula: Formula, valueOf: (name: string) => number): number {
  switch (formula.kind) {
    case 'number':
      return formula.value;
    case 'name':
      return valueOf(formula.name);
    case 'negate':
      return -evaluate(formula.of, valueOf);
    case 'call': {
      const values = formula.args.map((arg) => evaluate(arg, valueOf));
      return formula.name === 'min' ? Math.min(...values) : Math.max(...values);
    }
    case 'binary': {
      const left = evaluate(formula.left, valueOf);
      const right = evaluate(formula.right, valueOf);
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
