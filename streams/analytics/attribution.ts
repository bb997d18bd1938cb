import {
  MAX_EXACT_TOUCHPOINTS,
  MAX_PATH_TOUCHES,
  MAX_TOUCHPOINTS,
  type AttributionAnswer,
  type AttributionModel,
} from '../../platform/contracts/attribution.ts';
import type { Random } from '../../platform/time/random.ts';
import { ruleModels, ruleWeights, type RuleModel, type Touch } from './attribution-rules.ts';
import { wholeShares } from './largest-remainder.ts';
import { conversionProbability, removalEffects, type Chain } from './markov.ts';
import { exactShapley, sampledShapley } from './shapley.ts';

export interface AttributionPlan {
  /** Conversions in [fromMs, toMs); touches from one lookback earlier. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly lookbackMs: number;
  readonly halfLifeMs: number;
}

/** Touches of a user since the last conversion, oldest first. */
export interface AttributionUser {
  open: Touch[];
}

/** Touchpoints told apart while reading; the least touched are put together in the end. */
const MAX_KEYS = 1_000;
const MAX_KEPT_PATHS = 20_000;
const SHOWN_PATHS = 20;
const SAMPLED_ORDERS = 400;
/** Pseudo touchpoints of moves. */
const START = -1;
const CONVERSION = -2;
const LOST = -3;

interface Credit {
  conversions: number;
  value: number;
}

export interface AttributionState {
  readonly numbers: Map<string, number>;
  readonly keys: string[];
  readonly touches: number[];
  readonly credits: Readonly<Record<RuleModel, Credit[]>>;
  /** Number of moves between touchpoints, `from to`. */
  readonly moves: Map<string, number>;
  readonly paths: Map<string, { conversions: number; valueMinor: number }>;
  conversions: number;
  valueMinor: number;
  pathTouches: number;
  lostPaths: number;
  bareConversions: number;
  bareValueMinor: number;
}

export function newAttribution(): AttributionState {
  return {
    numbers: new Map(),
    keys: [],
    touches: [],
    credits: { first: [], last: [], linear: [], time_decay: [], position: [] },
    moves: new Map(),
    paths: new Map(),
    conversions: 0,
    valueMinor: 0,
    pathTouches: 0,
    lostPaths: 0,
    bareConversions: 0,
    bareValueMinor: 0,
  };
}

export function newAttributionUser(): AttributionUser {
  return { open: [] };
}

/** Takes in the next touch of a user; each user's events come in order of time. False when there are too many touchpoints. */
export function stepTouch(
  state: AttributionState,
  user: AttributionUser,
  timeMs: number,
  key: string,
): boolean {
  let number = state.numbers.get(key);
  if (number === undefined) {
    if (state.keys.length >= MAX_KEYS) return false;
    number = state.keys.length;
    state.numbers.set(key, number);
    state.keys.push(key);
    state.touches.push(0);
    for (const model of ruleModels) state.credits[model].push({ conversions: 0, value: 0 });
  }
  state.touches[number] = (state.touches[number] ?? 0) + 1;
  if (user.open.length >= MAX_PATH_TOUCHES) user.open.shift();
  user.open.push({ key: number, timeMs });
  return true;
}

/**
 * Takes in a conversion of a user: the touches since the one before, within the lookback, are its path and share its credit. One before
 * the range ends a path and counts nowhere.
 */
export function stepConversion(
  plan: AttributionPlan,
  state: AttributionState,
  user: AttributionUser,
  timeMs: number,
  valueMinor: number,
): void {
  const path = user.open.filter((touch) => touch.timeMs >= timeMs - plan.lookbackMs);
  user.open = [];
  if (timeMs < plan.fromMs || timeMs >= plan.toMs) return;
  state.conversions += 1;
  state.valueMinor += valueMinor;
  if (path.length === 0) {
    state.bareConversions += 1;
    state.bareValueMinor += valueMinor;
    return;
  }
  state.pathTouches += path.length;
  for (const model of ruleModels) {
    for (const [i, weight] of ruleWeights(model, path, timeMs, plan.halfLifeMs).entries()) {
      const credit = state.credits[model][path[i]?.key ?? 0];
      if (credit === undefined) continue;
      credit.conversions += weight;
      credit.value += weight * valueMinor;
    }
  }
  countMoves(state, path, CONVERSION);
  keepPath(state, path, valueMinor);
}

/** Ends the paths of users who have not converted after their last touches. */
export function endAttributionUser(
  plan: AttributionPlan,
  state: AttributionState,
  user: AttributionUser,
): void {
  const path = user.open.filter((touch) => touch.timeMs >= plan.fromMs);
  user.open = [];
  if (path.length === 0) return;
  state.lostPaths += 1;
  countMoves(state, path, LOST);
}

function countMoves(state: AttributionState, path: readonly Touch[], end: number): void {
  let from = START;
  for (const to of [...path.map(({ key }) => key), end]) {
    const move = `${from} ${to}`;
    state.moves.set(move, (state.moves.get(move) ?? 0) + 1);
    from = to;
  }
}

/** A touchpoint that follows itself is shown once. Beyond the bound only paths known already are counted. */
function keepPath(state: AttributionState, path: readonly Touch[], valueMinor: number): void {
  const keys = path.map(({ key }) => key);
  const name = keys.filter((key, i) => key !== keys[i - 1]).join(' ');
  const known = state.paths.get(name);
  if (known !== undefined) {
    known.conversions += 1;
    known.valueMinor += valueMinor;
  } else if (state.paths.size < MAX_KEPT_PATHS) state.paths.set(name, { conversions: 1, valueMinor });
}

/**
 * Credits of all models. Those of a model add up to the conversions that have a path, and to their value to the minor unit. Removal
 * effects and Shapley values are shares of the same chain; a coalition of touchpoints is worth the conversions that remain
 * when every move to another touchpoint ends the path.
 */
export function finishAttribution(
  state: AttributionState,
  random: Random,
): Omit<AttributionAnswer, 'currency' | 'events'> {
  const order = state.keys
    .map((_key, number) => number)
    .toSorted(
      (a, b) =>
        (state.touches[b] ?? 0) - (state.touches[a] ?? 0) || byText(state.keys[a] ?? '', state.keys[b] ?? ''),
    );
  const isFew = order.length <= MAX_TOUCHPOINTS;
  const shown = isFew ? order : order.slice(0, MAX_TOUCHPOINTS - 1);
  const groups = [...shown.map((number) => [number]), ...(isFew ? [] : [order.slice(MAX_TOUCHPOINTS - 1)])];
  const conversions = state.conversions - state.bareConversions;
  const valueMinor = state.valueMinor - state.bareValueMinor;
  const chain = mergedChain(state, groups);
  const isExact = groups.length <= MAX_EXACT_TOUCHPOINTS;
  const game = (isIn: readonly boolean[]): number =>
    conversionProbability(chain, (touchpoint) => isIn[touchpoint] === true);
  const shapley = isExact
    ? exactShapley(groups.length, game)
    : sampledShapley(groups.length, game, SAMPLED_ORDERS, random);

  const byModel = new Map<AttributionModel, readonly Credit[]>();
  for (const model of ruleModels) {
    const credits = groups.map((group) => sumOf(group.map((number) => state.credits[model][number])));
    byModel.set(model, credits);
  }
  byModel.set('markov', byShare(removalEffects(chain), conversions, valueMinor));
  byModel.set('shapley', byShare(shapley.values, conversions, valueMinor));
  const wholeValues = new Map(
    [...byModel].map(([model, credits]) => [
      model,
      wholeShares(
        credits.map((credit) => credit.value),
        valueMinor,
      ),
    ]),
  );
  const earned = shapley.values.reduce((sum, value) => sum + value, 0);
  const errorOf = (group: number): { conversionsError?: number } =>
    shapley.errors === undefined || earned === 0
      ? {}
      : { conversionsError: ((shapley.errors[group] ?? 0) / earned) * conversions };

  return {
    conversions: state.conversions,
    valueMinor: state.valueMinor,
    unattributed: { conversions: state.bareConversions, valueMinor: state.bareValueMinor },
    lostPaths: state.lostPaths,
    meanTouches: conversions === 0 ? null : state.pathTouches / conversions,
    shapley: isExact ? 'exact' : 'sampled',
    touchpoints: groups.map((group, i) => ({
      key: isFew || i < shown.length ? (state.keys[group[0] ?? 0] ?? '') : '',
      isRest: !isFew && i === shown.length,
      touches: group.reduce((sum, number) => sum + (state.touches[number] ?? 0), 0),
      credits: [...byModel].map(([model, credits]) => ({
        model,
        conversions: credits[i]?.conversions ?? 0,
        valueMinor: wholeValues.get(model)?.[i] ?? 0,
        ...(model === 'shapley' ? errorOf(i) : {}),
      })),
    })),
    paths: [...state.paths]
      .map(([path, counts]) => ({
        keys: path.split(' ').map((number) => state.keys[Number(number)] ?? ''),
        ...counts,
      }))
      .toSorted((a, b) => b.conversions - a.conversions || byText(a.keys.join('\0'), b.keys.join('\0')))
      .slice(0, SHOWN_PATHS),
  };
}

/** The chain of groups of touchpoints, as if those of a group had been one from the beginning. */
function mergedChain(state: AttributionState, groups: readonly (readonly number[])[]): Chain {
  const groupOf = new Map(groups.flatMap((group, i) => group.map((number) => [number, i] as const)));
  const touchpoints = groups.length;
  const moves = Array.from({ length: touchpoints + 1 }, () =>
    Array.from({ length: touchpoints + 2 }, () => 0),
  );
  for (const [move, count] of state.moves) {
    const [from = START, to = LOST] = move.split(' ').map(Number);
    const row = moves[from === START ? touchpoints : (groupOf.get(from) ?? 0)];
    const column = to === CONVERSION ? touchpoints : to === LOST ? touchpoints + 1 : (groupOf.get(to) ?? 0);
    if (row !== undefined) row[column] = (row[column] ?? 0) + count;
  }
  return { touchpoints, moves };
}

/** Conversions and value in proportion to weights; without any weight in equal parts. */
function byShare(weights: readonly number[], conversions: number, valueMinor: number): Credit[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => {
    const share = sum === 0 ? 1 / weights.length : weight / sum;
    return { conversions: share * conversions, value: share * valueMinor };
  });
}

function sumOf(credits: readonly (Credit | undefined)[]): Credit {
  const sum = { conversions: 0, value: 0 };
  for (const credit of credits) {
    sum.conversions += credit?.conversions ?? 0;
    sum.value += credit?.value ?? 0;
  }
  return sum;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
