import { candidatesAt, type Candidate } from '../streams/trends/candidates.ts';
import { evaluateTrends } from '../streams/trends/evaluate.ts';
import { observe } from '../streams/trends/observe.ts';
import { createTenantTrends, defaultLimits } from '../streams/trends/state.ts';
import { featureNames, featuresOf, showsLife, virality } from '../streams/trends/virality.ts';
import { baselinesOf, type Score } from './trends/baselines.ts';
import { judge, type Judged, type Namings } from './trends/judge.ts';
import { fitLogistic, type Example } from './trends/logistic.ts';
import { judgeOutlook, type Outlook, type OutlookDay } from './trends/outlook.ts';
import { replayDays, type ReplayDay } from './trends/replay.ts';
import { at, dayOf, isHit, truthOf, type Truth } from './trends/truth.ts';

const NAMED = 20;
const AROUND_DAYS = 7;
const RIDGE = 200;

export interface MethodResult {
  readonly name: string;
  readonly isBaseline: boolean;
  readonly whole: Judged;
  readonly tuned: Judged;
  readonly unseen: Judged;
}

export interface TrendResult {
  readonly days: number;
  readonly outlook: { readonly tuned: Outlook; readonly unseen: Outlook };
  readonly candidatesPerDay: number;
  readonly baseRate: { readonly tuned: number; readonly unseen: number };
  readonly methods: readonly MethodResult[];
}

interface NamedDay extends OutlookDay {
  readonly candidates: readonly Candidate[];
  /** What the API lists: named trends by score. */
  readonly served: readonly string[];
  /** What the board shows first: those in the stages emerging, rising and peak. */
  readonly growing: readonly string[];
  readonly byChance: readonly string[];
}

/** Replays the file as docs/trend-evaluation.md says and judges the detector and the baselines. */
export async function judgeTrends(path: string): Promise<TrendResult> {
  const days = await replayDays(path);
  const truth = truthOf(days);
  const named = nameDays(days, truth);
  const parts = partsOf(days);
  const known = new Map(named.map(({ day, candidates }) => [day, new Set(candidates.map(keyOf))]));
  const result = (name: string, isBaseline: boolean, namings: Namings): MethodResult => {
    const of = ([from, to]: readonly [number, number]): Judged => judge(truth, namings, known, from, to);
    return { name, isBaseline, whole: of(parts.whole), tuned: of(parts.tuned), unseen: of(parts.unseen) };
  };
  const methods = [
    result('Weir', false, new Map(named.map(({ day, served }) => [day, served]))),
    result('Weir, growing ones only', false, new Map(named.map(({ day, growing }) => [day, growing]))),
    result(
      'Weir, without the sign of life',
      false,
      new Map(named.map(({ day, byChance }) => [day, byChance])),
    ),
    ...baselinesOf(truth).map(({ name, score }) =>
      result(name, true, new Map(named.map((each) => [each.day, best(each, score)]))),
    ),
  ];
  const rate = ([from, to]: readonly [number, number]): number => {
    const all = named
      .filter(({ day }) => day >= from && day <= to)
      .flatMap(({ day, candidates }) => candidates.map((candidate) => isHit(truth, keyOf(candidate), day)));
    return all.filter(Boolean).length / Math.max(1, all.length);
  };
  return {
    days: days.length,
    outlook: {
      tuned: judgeOutlook(named, truth, parts.tuned, parts.tuned[1] + AROUND_DAYS),
      unseen: judgeOutlook(named, truth, parts.unseen, parts.unseen[1] + AROUND_DAYS),
    },
    candidatesPerDay: Math.round(
      named.reduce((sum, { candidates }) => sum + candidates.length, 0) / named.length,
    ),
    baseRate: { tuned: rate(parts.tuned), unseen: rate(parts.unseen) },
    methods,
  };
}

/** Weights of virality fitted on the first half, as `streams/trends/virality.ts` holds them. */
export async function fitTrends(path: string): Promise<readonly (readonly [string, number])[]> {
  const days = await replayDays(path);
  const truth = truthOf(days.slice(0, halfOf(days)));
  const [from, to] = partsOf(days).tuned;
  const examples: Example[] = nameDays(days.slice(0, halfOf(days)), truth)
    .filter(({ day }) => day >= from && day <= to)
    .flatMap(({ day, candidates }) =>
      candidates
        .filter(({ measure }) => showsLife(measure))
        .map((candidate) => ({
          features: featuresOf(candidate.measure),
          isHit: isHit(truth, keyOf(candidate), day),
        })),
    );
  const weights = fitLogistic(examples, RIDGE);
  return featureNames.map((name, index) => [name, weights[index] ?? 0]);
}

function nameDays(days: readonly ReplayDay[], truth: Truth): readonly NamedDay[] {
  const trends = createTenantTrends('bench', defaultLimits);
  return days.map(({ atMs, events }) => {
    for (const event of events) observe(trends, event);
    const day = dayOf(atMs);
    // Every method ranks these: what is listed on the day.
    const { measures, candidates: all } = candidatesAt(trends, atMs);
    const candidates = all.filter((candidate) => at(truth.videos, keyOf(candidate), day) > 0);
    const chances = candidates
      .map((candidate) => ({ key: keyOf(candidate), chance: virality(featuresOf(candidate.measure)) }))
      .sort((a, b) => b.chance - a.chance);
    const listed = new Set(candidates.map(keyOf));
    const evaluation = evaluateTrends(trends, atMs, defaultLimits.maxEpisodes);
    const served = evaluation.trends.filter(({ key }) => listed.has(key));
    return {
      day,
      atMs,
      candidates,
      served: served.slice(0, NAMED).map(({ key }) => key),
      growing: served
        .filter(({ stage }) => stage !== 'declining' && stage !== 'dead')
        .slice(0, NAMED)
        .map(({ key }) => key),
      evaluation,
      attention: new Map(measures.map(({ key, attention }) => [key, attention[0] ?? 0])),
      byChance: chances.slice(0, NAMED).map(({ key }) => key),
    };
  });
}

function best({ candidates, day }: NamedDay, score: Score): readonly string[] {
  return candidates
    .map((candidate) => ({ key: keyOf(candidate), score: score(keyOf(candidate), day) }))
    .sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1))
    .slice(0, NAMED)
    .map(({ key }) => key);
}

const halfOf = (days: readonly ReplayDay[]): number => Math.floor(days.length / 2);

/** Days judged in each part: those with a week of the part on either side. */
function partsOf(
  days: readonly ReplayDay[],
): Record<'whole' | 'tuned' | 'unseen', readonly [number, number]> {
  const range = (from: number, to: number): readonly [number, number] => [
    dayOf(days[from]?.atMs ?? 0) + AROUND_DAYS,
    dayOf(days[to - 1]?.atMs ?? 0) - AROUND_DAYS,
  ];
  const half = halfOf(days);
  return { whole: range(0, days.length), tuned: range(0, half), unseen: range(half, days.length) };
}

function keyOf({ measure }: Candidate): string {
  return measure.key;
}
