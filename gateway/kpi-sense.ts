import { judgedWindows, kpiWatchOf } from '../platform/contracts/kpi-watch.ts';
import type { KpiDefinition, WindowSize } from '../platform/contracts/kpi.ts';
import { recurringNames } from '../platform/contracts/recurring-names.ts';
import { WeirError, type ErrorCode } from '../platform/errors/weir-error.ts';
import { builtinNames, evaluateFormula, partsOf, spansOf, type Formula } from '../platform/kpi/formula.ts';
import { parseKpiFormula } from '../platform/kpi/kpi.ts';

/** Windows in which a formula may look back: there is a window before, kept for long enough. */
const windowsLookingBack: readonly WindowSize[] = ['1h', '1d', '1mo'];
const windowsOfDays: readonly WindowSize[] = ['1d', '1mo'];

/**
 * Refuses a KPI record that is well-formed and could never work, or not as it says: it would be accepted, stay empty and nobody would know why. Throws
 * KPI_INVALID or KPI_FORMULA_INVALID with the field and what to mend.
 */
export function assertSensible(definition: KpiDefinition, isKnownType: (type: string) => boolean): void {
  const { alertWindows, dimensions, measures, title, windows } = definition;
  if (title.trim() === '') throw invalid('title', 'The title is blank: give the KPI a name people can read.');
  refuseRepeats('windows', windows);
  refuseRepeats('alertWindows', alertWindows);
  refuseRepeats('dimensions', dimensions);
  for (const [at, measure] of measures.entries()) {
    refuseRepeats(`measures.${at}.types`, measure.types);
    const unknown = measure.types.find((type) => !isKnownType(type));
    if (unknown !== undefined)
      throw invalid(
        `measures.${at}.types`,
        `There is no event type "${unknown}": take one of /api/v1/event-types, or register it there first.`,
      );
    if (builtinNames.some((name) => name === measure.key) || isRecurringName(definition, measure.key))
      throw invalid(
        `measures.${at}.key`,
        `"${measure.key}" already means something in formulas; give the measure another key.`,
      );
  }
  checkFormula(definition);
  if (definition.basis === 'recurring') {
    if (dimensions.length > 0)
      throw invalid(
        'dimensions',
        'Recurring revenue is of customers, not of contents: "dimensions" must be empty.',
      );
    refuseOtherWindows(windows, windowsOfDays, 'Recurring revenue has a value a day and a month');
  }
  assertJudged(definition);
}

/** Refuses a threshold that is on the wrong side of the target, or is held against no window. */
export function assertJudged(definition: KpiDefinition): void {
  const { alertThreshold, alertWindows, direction, target } = definition;
  if (alertThreshold === undefined) return;
  if (target !== undefined && (direction === 'up' ? alertThreshold > target : alertThreshold < target))
    throw invalid(
      'alertThreshold',
      direction === 'up'
        ? `More is good, so the alert threshold must not be above the target: ${alertThreshold} is above ${target}.`
        : `Less is good, so the alert threshold must not be below the target: ${alertThreshold} is below ${target}.`,
    );
  const possible = judgedWindows(definition);
  const idle = alertWindows?.find((window) => !possible.includes(window));
  if (idle === undefined && kpiWatchOf(definition).threshold.length > 0) return;
  throw invalid(
    alertWindows === undefined ? 'alertThreshold' : 'alertWindows',
    possible.length === 0
      ? 'This KPI has no window in which a threshold is judged, so it would never alert: add 1m, 1h, 1d or 1mo to "windows" (formulas that look back and recurring revenue: 1d or 1mo), or leave the threshold away.'
      : `Its threshold can be judged in windows of ${possible.join(', ')}: take "${idle ?? ''}" out of "alertWindows".`,
  );
}

function checkFormula(definition: KpiDefinition): void {
  const formula = parseKpiFormula(definition);
  const isInput = (part: Formula): boolean =>
    part.kind === 'quantile' ||
    (part.kind === 'name' && !builtinNames.some((builtin) => builtin === part.name));
  const parts = [...partsOf(formula)];
  if (!parts.some(isInput))
    throw wrongFormula('It names no measure, so it would say the same whatever happens: use the key of one.');
  for (const part of parts)
    if (part.kind === 'binary' && part.op === '/' && constantOf(part.right) === 0)
      throw wrongFormula('It divides by a constant 0, so it never has a value.');
  if (spansOf(formula).size > 0)
    refuseOtherWindows(
      definition.windows,
      spansOf(formula).has('last_30d') ? windowsOfDays : windowsLookingBack,
      'A formula that looks back has values in longer windows',
    );
}

/** Value of a part without measures; null where it has none. Undefined for one that has measures. */
function constantOf(formula: Formula): number | null | undefined {
  const isFixed = [...partsOf(formula)].every(
    ({ kind }) => kind === 'number' || kind === 'negate' || kind === 'binary' || kind === 'call',
  );
  if (!isFixed) return undefined;
  return evaluateFormula(formula, {
    value: () => Number.NaN,
    quantile: () => Number.NaN,
    past: () => undefined,
  });
}

function isRecurringName({ basis }: KpiDefinition, key: string): boolean {
  return basis === 'recurring' && recurringNames.includes(key);
}

function refuseOtherWindows(
  windows: readonly WindowSize[] | undefined,
  allowed: readonly WindowSize[],
  why: string,
): void {
  const other = windows?.find((window) => !allowed.includes(window));
  if (other !== undefined)
    throw invalid('windows', `${why}: take "${other}" out of "windows"; allowed are ${allowed.join(', ')}.`);
}

function refuseRepeats(field: string, list: readonly string[] | undefined): void {
  const repeated = list?.find((item, at) => list.indexOf(item) !== at);
  if (repeated !== undefined) throw invalid(field, `"${repeated}" stands twice in "${field}".`);
}

function invalid(field: string, message: string, code: ErrorCode = 'KPI_INVALID'): WeirError {
  return new WeirError(code, message, { details: { in: 'body', field } });
}

function wrongFormula(why: string): WeirError {
  return invalid('formula', why, 'KPI_FORMULA_INVALID');
}
