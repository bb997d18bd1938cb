import type { KpiDefinition } from './kpi.ts';

/** What a part of a formula is in terms of the measures: a number, a sum of multiples of them, or anything else. */
type Shape = 'constant' | 'linear' | 'other';

/**
 * Whether values of windows may be added up to the value of a range: sums and counts, added, subtracted and multiplied by numbers
 * only. Rates, averages, distinct counts and formulas this page cannot read are not.
 */
export function isAdditive(kpi: Pick<KpiDefinition, 'basis' | 'formula' | 'measures'>): boolean {
  if (kpi.basis !== undefined) return false;
  if (!kpi.measures.every((measure) => measure.agg === 'sum' || measure.agg === 'count')) return false;
  return shapeOf(kpi.formula) === 'linear';
}

const token = /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z_]\w*)|([-+*/(),]))/y;

function shapeOf(formula: string): Shape {
  const tokens: { readonly kind: 'number' | 'name' | 'sign'; readonly text: string }[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < formula.trimEnd().length) {
    const match = token.exec(formula);
    if (match === null) return 'other';
    const [, number, name, sign] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  let at = 0;
  const peek = (): string => tokens[at]?.text ?? '';

  // A number added to a sum would be added once for every window, so it spoils the sum.
  const sum = (): Shape => {
    let shape = product();
    while (peek() === '+' || peek() === '-') {
      at += 1;
      const right = product();
      shape = shape === right && shape !== 'other' ? shape : 'other';
    }
    return shape;
  };
  const product = (): Shape => {
    let shape = unary();
    while (peek() === '*' || peek() === '/') {
      const isDivision = peek() === '/';
      at += 1;
      const right = unary();
      if (right === 'constant') continue;
      shape = !isDivision && shape === 'constant' && right === 'linear' ? 'linear' : 'other';
    }
    return shape;
  };
  const unary = (): Shape => {
    if (peek() === '-' || peek() === '+') {
      at += 1;
      return unary();
    }
    const next = tokens[at];
    at += 1;
    if (next?.kind === 'number') return 'constant';
    if (next?.kind === 'name') {
      if (peek() === '(' || next.text === 'window_days' || next.text === 'window_hours') {
        at = tokens.length;
        return 'other';
      }
      return 'linear';
    }
    if (next?.text !== '(') return 'other';
    const inner = sum();
    if (peek() !== ')') return 'other';
    at += 1;
    return inner;
  };

  const shape = sum();
  return at < tokens.length ? 'other' : shape;
}
