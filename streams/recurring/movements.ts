import type { MrrPolicy } from '../../platform/contracts/recurring.ts';
import type { WindowClock } from '../../platform/kpi/window-time.ts';
import { grouped, partsOfCell, type CustomerStep } from './customer-steps.ts';
import type { Rates } from './rates.ts';

export const movementKinds = ['new', 'reactivation', 'expansion', 'contraction', 'churn'] as const;
export type MovementKind = (typeof movementKinds)[number];

/** MRR of one cell over one window, minor units; losses negative: opening + movements + transfer (+ fx) = closing. */
export interface Amounts extends Record<MovementKind, number> {
  opening: number;
  /** Between cells of a customer who stayed: a change of plan is one movement of the customer, not a loss here and a gain there. */
  transfer: number;
  /** By exchange rates alone; 0 in the cell's own currency. */
  fx: number;
  closing: number;
  /** Twelve months before the end of the window; months only. In the tenant's currency at the rate of the end, unless movements keep theirs. */
  yearAgo: number;
}

/** One row a customer, window and cell. */
export interface MovementRow {
  readonly window: '1d' | '1mo';
  readonly windowStartMs: number;
  readonly segment: string;
  readonly currency: string;
  readonly native: Readonly<Amounts>;
  readonly base: Readonly<Amounts>;
}

export interface MovementContext {
  readonly policy: MrrPolicy;
  readonly rates: Rates;
  readonly clock: WindowClock;
  /** Event time up to which the rows speak; what is to come later is left out. */
  readonly horizonMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const nothing = (): Amounts => ({
  opening: 0,
  new: 0,
  reactivation: 0,
  expansion: 0,
  contraction: 0,
  churn: 0,
  transfer: 0,
  fx: 0,
  closing: 0,
  yearAgo: 0,
});

type Cells = ReadonlyMap<string, number>;
const noCells: Cells = new Map();

/** A step with its value in the tenant's currency. */
interface Valued extends CustomerStep {
  /** What each cell is held at where movements keep the rate of their day. */
  readonly held: Cells;
  /** When the customer last came to nothing before this step; undefined when it had MRR or never any. */
  readonly leftAtMs: number | undefined;
  /** Whether it ever had MRR before this step. */
  readonly hadAny: boolean;
}

/**
 * Rows of one customer up to the horizon: every month from its first with MRR to the last that still matters (a year after it left),
 * and every day on which something moved. Per customer and window exactly one kind of movement when the policy nets, else one a change.
 */
export function movementRows(course: readonly CustomerStep[], context: MovementContext): MovementRow[] {
  const { clock, horizonMs, policy } = context;
  const known = course.filter((step) => step.atMs <= horizonMs);
  const steps = valued(
    policy.sameMonth === 'each' ? grouped(known, policy.groupMinutes * MINUTE_MS) : known,
    context,
  );
  const first = steps[0];
  if (first === undefined) return [];
  const rows: MovementRow[] = [];
  for (let start = clock.start('1mo', first.atMs); start <= horizonMs; start = clock.end('1mo', start))
    rows.push(...windowRows(steps, '1mo', start, context));
  for (const start of dayStarts(steps, context)) rows.push(...windowRows(steps, '1d', start, context));
  return rows;
}

/** The first moment after `horizonMs` at which the rows of a course change by time alone; Infinity when never. */
export function nextStepMs(course: readonly CustomerStep[], horizonMs: number): number {
  return course.find((step) => step.atMs > horizonMs)?.atMs ?? Number.POSITIVE_INFINITY;
}

/** Days with a step, or with a change of a rate while the customer holds that currency. */
function dayStarts(steps: readonly Valued[], { clock, horizonMs, policy, rates }: MovementContext): number[] {
  const moments = steps.map((step) => step.atMs);
  if (policy.fx === 'separate') {
    const firstMs = steps[0]?.atMs ?? horizonMs;
    const currencies = new Set(
      steps.flatMap((step) => [...step.cells.keys()].map((cell) => partsOfCell(cell).currency)),
    );
    for (const currency of currencies)
      moments.push(...rates.changesOf(currency).filter((atMs) => atMs > firstMs && atMs <= horizonMs));
  }
  return [...new Set(moments.map((atMs) => clock.start('1d', atMs)))].sort((a, b) => a - b);
}

function windowRows(
  steps: readonly Valued[],
  window: '1d' | '1mo',
  startMs: number,
  context: MovementContext,
): MovementRow[] {
  const { clock, horizonMs, policy } = context;
  const endMs = clock.end(window, startMs);
  const isComplete = endMs <= horizonMs;
  const before = steps.findLastIndex((step) => step.atMs < startMs);
  const inside = steps.filter((step) => step.atMs >= startMs && step.atMs < endMs);
  const opening = steps[before];
  const closing = inside.at(-1) ?? opening;
  // The closing of a window and the opening of the next are one value at one rate: that of the last instant of the window.
  const closedAtMs = isComplete ? endMs - 1 : horizonMs;
  const amounts = new Map<string, { native: Amounts; base: Amounts }>();
  const of = (cell: string): { native: Amounts; base: Amounts } => {
    const held = amounts.get(cell) ?? { native: nothing(), base: nothing() };
    amounts.set(cell, held);
    return held;
  };
  for (const [cell, minor] of opening?.cells ?? noCells) {
    of(cell).native.opening = minor;
    of(cell).base.opening = baseOf(opening, cell, startMs - 1, context);
  }
  for (const [cell, minor] of closing?.cells ?? noCells) {
    of(cell).native.closing = minor;
    of(cell).base.closing = baseOf(closing, cell, closedAtMs, context);
  }
  const last = inside.at(-1);
  const moves: readonly (readonly [Valued | undefined, Valued])[] =
    policy.sameMonth === 'each'
      ? inside.map((step, i) => [i === 0 ? opening : inside[i - 1], step])
      : last === undefined
        ? []
        : [[opening, netOf(inside, last)]];
  for (const [from, to] of moves) addMovement(of, from, to, context);
  for (const { base } of amounts.values()) {
    base.fx = base.closing - base.opening - moved(base);
  }
  if (window === '1mo') {
    const yearAgoMs = yearBefore(clock, startMs);
    const then = steps.findLast((step) => step.atMs < yearAgoMs);
    for (const [cell, minor] of then?.cells ?? noCells) {
      of(cell).native.yearAgo = minor;
      of(cell).base.yearAgo = baseOf(then, cell, closedAtMs, context);
    }
  }
  const all = [...amounts];
  const isShown =
    window === '1mo'
      ? ({ native, base }: { native: Amounts; base: Amounts }) => !isNothing(native) || !isNothing(base)
      : () => all.some(([, { native, base }]) => moved(native) !== 0 || moves.length > 0 || base.fx !== 0);
  return all
    .filter(([, each]) => isShown(each))
    .map(([cell, { native, base }]) => ({
      window,
      windowStartMs: startMs,
      ...partsOfCell(cell),
      native,
      base,
    }));
}

/** End of the month twelve months before the one that starts at `startMs`, by the calendar of the zone. */
function yearBefore(clock: WindowClock, startMs: number): number {
  let start = startMs;
  for (let i = 0; i < 11; i++) start = clock.start('1mo', start - 1);
  return start;
}

/** The outcome of a window taken as one step: where it ends, having come from what was known of the customer at its start. */
function netOf(inside: readonly Valued[], last: Valued): Valued {
  const first = inside[0] ?? last;
  return { ...last, leftAtMs: first.leftAtMs, hadAny: first.hadAny };
}

function addMovement(
  of: (cell: string) => { native: Amounts; base: Amounts },
  from: Valued | undefined,
  to: Valued,
  context: MovementContext,
): void {
  const { policy, rates } = context;
  const cells = new Set([...(from?.cells ?? noCells).keys(), ...to.cells.keys()]);
  const deltas = [...cells].flatMap((cell) => {
    const native = (to.cells.get(cell) ?? 0) - (from?.cells.get(cell) ?? 0);
    if (native === 0) return [];
    const { currency } = partsOfCell(cell);
    // Levels are converted, not their difference: at one rate the rounded amounts then add up without a remainder.
    const after = rates.convert(to.cells.get(cell) ?? 0, currency, to.atMs);
    const before = rates.convert(from?.cells.get(cell) ?? 0, currency, to.atMs);
    const converted = after === undefined || before === undefined ? undefined : after - before;
    const base =
      converted === undefined
        ? 0
        : policy.fx === 'at_movement'
          ? (to.held.get(cell) ?? 0) - (from?.held.get(cell) ?? 0)
          : converted;
    // Without a rate the direction still counts, at par.
    return [{ cell, native, base, weight: converted === undefined ? native : base }];
  });
  const total = deltas.reduce((sum, { weight }) => sum + weight, 0);
  const kind = kindOf(from, to, total, policy);
  const sameSign = deltas.filter(({ weight }) => weight !== 0 && weight > 0 === total > 0);
  const sameWeight = sameSign.reduce((sum, { weight }) => sum + weight, 0);
  const baseTotal = deltas.reduce((sum, { base }) => sum + base, 0);
  let baseLeft = baseTotal;
  for (const { cell, native, base, weight } of deltas) {
    const row = of(cell);
    const isOfKind = kind !== undefined && sameSign.some((delta) => delta.cell === cell);
    // Of a gain that is part of a change of cells only the customer's net gain is a movement, shared among the cells that gained.
    const share = isOfKind ? Math.min(1, Math.abs(total / sameWeight)) : 0;
    const isLastOfKind = isOfKind && cell === sameSign.at(-1)?.cell;
    const nativeMoved = share === 1 ? native : Math.round(native * share);
    const baseMoved = !isOfKind
      ? 0
      : isLastOfKind
        ? baseLeft
        : share === 1
          ? base
          : Math.round((baseTotal * weight) / sameWeight);
    if (isOfKind) baseLeft -= baseMoved;
    if (kind !== undefined) {
      row.native[kind] += nativeMoved;
      row.base[kind] += baseMoved;
    }
    row.native.transfer += native - nativeMoved;
    row.base.transfer += base - baseMoved;
  }
}

function kindOf(
  from: Valued | undefined,
  to: Valued,
  total: number,
  { reactivationDays }: MrrPolicy,
): MovementKind | undefined {
  const had = (from?.cells.size ?? 0) > 0;
  if (!had && to.cells.size > 0) {
    if (!to.hadAny) return 'new';
    const awayMs = to.atMs - (to.leftAtMs ?? to.atMs);
    return reactivationDays === null || awayMs <= reactivationDays * DAY_MS ? 'reactivation' : 'new';
  }
  if (had && to.cells.size === 0) return 'churn';
  return total > 0 ? 'expansion' : total < 0 ? 'contraction' : undefined;
}

function valued(steps: readonly CustomerStep[], { rates }: MovementContext): Valued[] {
  const out: Valued[] = [];
  let held: Cells = noCells;
  let cells: Cells = noCells;
  let hadAny = false;
  let leftAtMs: number | undefined;
  for (const step of steps) {
    const next = new Map<string, number>();
    for (const [cell, minor] of step.cells) {
      const before = cells.get(cell) ?? 0;
      const heldBefore = held.get(cell) ?? 0;
      const gained = rates.convert(minor - before, partsOfCell(cell).currency, step.atMs) ?? 0;
      // What is lost leaves at the average rate at which it is held, so that a customer who leaves takes all of it along.
      next.set(cell, minor >= before ? heldBefore + gained : Math.round((heldBefore * minor) / before));
    }
    out.push({ ...step, held: next, hadAny, leftAtMs });
    leftAtMs = step.cells.size === 0 ? step.atMs : undefined;
    hadAny = hadAny || step.cells.size > 0;
    held = next;
    cells = step.cells;
  }
  return out;
}

function baseOf(
  step: Valued | undefined,
  cell: string,
  atMs: number,
  { policy, rates }: MovementContext,
): number {
  if (policy.fx === 'at_movement') return step?.held.get(cell) ?? 0;
  return rates.convert(step?.cells.get(cell) ?? 0, partsOfCell(cell).currency, atMs) ?? 0;
}

/** Movements and transfer of a cell together. */
function moved(amounts: Readonly<Amounts>): number {
  return movementKinds.reduce((sum, kind) => sum + amounts[kind], amounts.transfer);
}

function isNothing(amounts: Readonly<Amounts>): boolean {
  return Object.values(amounts).every((value) => value === 0);
}
