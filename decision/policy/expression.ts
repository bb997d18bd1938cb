import type { Comparison, Condition, ParamValue } from '../../platform/contracts/policy.ts';
import { evaluateFormula, parseFormula, type Formula } from '../../platform/kpi/formula.ts';
import type { Evidence } from './evidence.ts';

/** Names a formula may use are those of the evidence, which differ by what fires: any well-formed name parses. */
const namePattern = /[a-z][a-z0-9_]*/gi;
/** What has a meaning of its own in `platform/kpi/formula.ts` and none over evidence. */
const pastNames = new Set(['prev', 'last_30d']);

const parsed = new Map<string, Formula>();
const maxParsed = 2_000;

/** The formula as a tree. Throws WeirError KPI_FORMULA_INVALID saying where it is wrong. */
export function parseExpression(text: string): Formula {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const lower = text.toLowerCase();
  const names = [...lower.matchAll(namePattern)].map(([name]) => name).filter((name) => !pastNames.has(name));
  const formula = parseFormula(lower, names);
  if (parsed.size >= maxParsed) parsed.clear();
  parsed.set(text, formula);
  return formula;
}

/** Its value over the numbers of the evidence; null where one is missing or the arithmetic has no value. */
export function valueOf(text: string, evidence: Evidence): number | null {
  return evaluateFormula(parseExpression(text), {
    value: (name) =>
      Object.hasOwn(evidence.numbers, name) ? (evidence.numbers[name] ?? Number.NaN) : Number.NaN,
    quantile: () => Number.NaN,
    past: () => undefined,
  });
}

/** Whether every condition holds; one without a value does not. */
export function holds(conditions: readonly Condition[], evidence: Evidence): boolean {
  return conditions.every(({ left, is, right }) => {
    const a = valueOf(left, evidence);
    const b = valueOf(right, evidence);
    return a !== null && b !== null && compare(a, is, b);
  });
}

export function compare(a: number, is: Comparison, b: number): boolean {
  switch (is) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '=':
      return a === b;
    case '!=':
      return a !== b;
  }
}

/** A parameter worked out; undefined where a formula or a name in the text has no value. */
export function resolveParam(value: ParamValue, evidence: Evidence): string | number | boolean | undefined {
  if (typeof value === 'object') return valueOf(value.formula, evidence) ?? undefined;
  return typeof value === 'string' ? fill(value, evidence) : value;
}

const placeholder = /\{([a-z][a-z0-9_]*)\}/gi;
const maxText = 8_000;

/** The text with each `{name}` replaced; undefined when one has no value, so that no half sentence is sent. */
export function fill(text: string, evidence: Evidence): string | undefined {
  let isWhole = true;
  const filled = text.replaceAll(placeholder, (_, name: string) => {
    const word = wordOf(name.toLowerCase(), evidence);
    if (word === undefined) isWhole = false;
    return word ?? '';
  });
  return isWhole ? filled.slice(0, maxText) : undefined;
}

function wordOf(name: string, evidence: Evidence): string | undefined {
  if (name === 'title') return evidence.title;
  if (name === 'link') return evidence.link;
  if (name === 'severity') return evidence.severity ?? 'info';
  if (Object.hasOwn(evidence.dims, name)) return evidence.dims[name];
  if (Object.hasOwn(evidence.words, name)) return evidence.words[name];
  const number = Object.hasOwn(evidence.numbers, name) ? evidence.numbers[name] : undefined;
  return number === undefined ? undefined : String(Number(number.toPrecision(6)));
}
