import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseM4File } from '../cli/m4-file.ts';
import { actualAt, combine, type MemberForecasts } from '../models/forecast/combination.ts';
import { fillGaps } from '../models/forecast/fill-gaps.ts';
import { runMembers } from '../models/forecast/member-pool.ts';
import { membersFor } from '../models/forecast/members.ts';
import { intervalScore, meanAbsoluteError, naiveScale, smape } from '../models/forecast/metrics.ts';
import { naive2 } from '../models/forecast/naive.ts';
import { forecastPanel, planFor } from '../models/forecast/panel-forecast.ts';

interface Set {
  readonly name: string;
  readonly period: number;
  readonly horizon: number;
  readonly goal: string;
}

const sets: readonly Set[] = [
  {
    name: 'Hourly',
    period: 24,
    horizon: 48,
    goal: 'OWA ≤ .41 (gate .50), MSIS ≤ 7.5, coverage 93–97%, under 8 minutes on 2 cores',
  },
  { name: 'Weekly', period: 1, horizon: 13, goal: 'OWA ≤ .74 (gate .80), MSIS ≤ 16.2, coverage 93–97%' },
];

/** Series and what came after them. */
interface Data {
  readonly histories: readonly Float64Array[];
  readonly actuals: readonly Float64Array[];
}

/**
 * The M4 series given here: members and ensemble at past origins inside the training parts, by which everything was chosen, and the ensemble alone on
 * the official test parts.
 */
export async function measureForecasts(tell: (line: string) => void): Promise<string> {
  const parts: string[] = [];
  for (const set of sets) parts.push(await measureSet(set, tell));
  return parts.join('\n\n');
}

async function measureSet(set: Set, tell: (line: string) => void): Promise<string> {
  const { goal, horizon, name, period } = set;
  const train = read(`${name}-train.csv`);
  const test = read(`${name}-test.csv`);
  const histories = train.map(({ values }) => fillGaps(values, period) ?? Float64Array.of(0));
  const byId = new Map(test.map(({ id, values }) => [id, values]));
  const actuals = train.map(({ id }) => byId.get(id) ?? new Float64Array(horizon));
  const members = membersFor(period);
  const plan = planFor(horizon, period);
  const before = process.cpuUsage();
  const byCut: MemberForecasts[] = [];
  for (const cut of plan.cuts) {
    const cutHistories = histories.map((history) => history.slice(0, Math.max(1, history.length - cut)));
    byCut.push(
      await runMembers(
        members.map((_, member) => ({ member, histories: cutHistories, horizon, period })),
        { threads: Math.min(2, availableParallelism()) },
      ),
    );
    tell(`${name}: origin ${cut} steps before the end`);
  }
  const made = forecastPanel(histories, byCut, plan, horizon, period, [0.95]);
  const { system, user } = process.cpuUsage(before);

  const past = plan.cuts.slice(1);
  const dataAt = (cut: number): Data => ({
    histories: histories.map((history) => history.subarray(0, history.length - cut)),
    actuals: histories.map((history) => actualAt(history, cut, horizon)),
  });
  const scoreAt = (k: number, forecasts: readonly Float64Array[] | undefined): Score =>
    score(dataAt(plan.cuts[k] ?? 0), forecasts ?? [], set);
  const mean = (scores: readonly Score[], key: keyof Score): string =>
    (scores.reduce((sum, each) => sum + each[key], 0) / scores.length).toFixed(3);
  const rows = members.map((member, m) => {
    const scores = past.map((_, k) => scoreAt(k + 1, byCut[k + 1]?.[m]));
    return `| ${member.name} | ${mean(scores, 'smape')} | ${mean(scores, 'mase')} | ${mean(scores, 'owa')} | ${scores[0]?.owa.toFixed(3) ?? ''} |`;
  });
  const cut = plan.cuts[1] ?? 0;
  const known = dataAt(cut).histories;
  const earlier = plan.cuts
    .slice(2, 2 + plan.learn)
    .map((each, k) => ({ cut: each - cut, forecasts: byCut[k + 2] ?? [] }));
  const combined = scoreAt(
    1,
    combine(byCut[1] ?? [], earlier, known, horizon).map(({ point }) => point),
  );
  const final = score(
    { histories, actuals },
    made.map(({ point }) => point),
    set,
  );
  let msis = 0;
  let coverage = 0;
  made.forEach(({ intervals }, i) => {
    const bounds = intervals.get(0.95);
    const history = histories[i];
    const actual = actuals[i];
    if (bounds === undefined || history === undefined || actual === undefined) return;
    const each = intervalScore(actual, bounds.lower, bounds.upper, 0.95, naiveScale(history, period));
    msis += each.score / made.length;
    coverage += each.coverage / made.length;
  });
  return [
    `### M4 ${name}, the ${train.length} series given here`,
    '',
    `OWA over Naive2 of the same series and origin. Members at the mean of ${past.length} past origins ${horizon} steps apart, and at the newest of them; the ensemble there has learned from the ${earlier.length} before it.`,
    '',
    '| | sMAPE | MASE | OWA | OWA at the newest |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    `| **ensemble** | | | | **${combined.owa.toFixed(3)}** |`,
    '',
    `Test part, ensemble: sMAPE ${final.smape.toFixed(3)}, MASE ${final.mase.toFixed(3)}, **OWA ${final.owa.toFixed(3)}**, MSIS ${msis.toFixed(2)}, coverage at 95% ${(100 * coverage).toFixed(1)}%; ${((user + system) / 1e6).toFixed(0)} s of CPU. Goal: ${goal}.`,
  ].join('\n');
}

interface Score {
  readonly smape: number;
  readonly mase: number;
  readonly owa: number;
}

function score(
  { actuals, histories }: Data,
  forecasts: readonly Float64Array[],
  { horizon, period }: Set,
): Score {
  const sums = { smape: 0, mase: 0, naiveSmape: 0, naiveMase: 0 };
  histories.forEach((history, i) => {
    const actual = actuals[i] ?? new Float64Array(horizon);
    const scale = naiveScale(history, period);
    const forecast = forecasts[i] ?? new Float64Array(horizon);
    const reference = naive2(history, horizon, period);
    sums.smape += smape(actual, forecast) / histories.length;
    sums.mase += meanAbsoluteError(actual, forecast) / scale / histories.length;
    sums.naiveSmape += smape(actual, reference) / histories.length;
    sums.naiveMase += meanAbsoluteError(actual, reference) / scale / histories.length;
  });
  return {
    smape: sums.smape,
    mase: sums.mase,
    owa: (sums.smape / sums.naiveSmape + sums.mase / sums.naiveMase) / 2,
  };
}

function read(file: string): ReturnType<typeof parseM4File> {
  const path = fileURLToPath(new URL(`../../shared/data/m4/${file}`, import.meta.url));
  if (!existsSync(path)) throw new RangeError(`${file} is not at ../shared/data/m4`);
  return parseM4File(readFileSync(path, 'utf8'), file);
}
