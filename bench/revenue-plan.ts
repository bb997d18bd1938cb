import { problemOf } from '../models/allocation/question.ts';
import { answerRevenue } from '../models/revenue-plan/answer.ts';
import { maximise, streamRevenue } from '../models/revenue-plan/maximise.ts';
import { modelOf } from '../models/revenue-plan/model.ts';
import { networkBasis } from '../models/revenue-plan/testing/network.ts';
import { systemClock } from '../platform/time/clock.ts';
import { createRandom } from '../platform/time/random.ts';

const eight = {
  ads: 500,
  sponsorship: 300,
  affiliate: 120,
  products: 280,
  tips: 90,
  memberships: 200,
  licensing: 60,
  courses: 150,
};

/** CPU time and certified gap of revenue plans by size, without a limit on shares and with one that binds, and of a whole answer. */
export async function measureRevenuePlans(tell: (line: string) => void): Promise<string> {
  const rows: string[] = [];
  for (const [channels, streams] of [
    [12, undefined],
    [12, eight],
    [50, eight],
    [200, eight],
    [500, eight],
  ] as const) {
    const basis = networkBasis({ channels, ...(streams === undefined ? {} : { streams }) });
    const ties = basis.revenue;
    if (ties === undefined) continue;
    const model = modelOf(basis, ties, {}, problemOf(basis, {}));
    const [free, freeSeconds] = timed(() => maximise(model, 1));
    const share = streamRevenue(model, free).reduce((a, b) => Math.max(a, b), 0) / free.revenue - 0.03;
    const [bound, boundSeconds] = timed(() => maximise(model, share));
    const from = cpuSeconds();
    await answerRevenue(basis, ties, {}, 1_000, { clock: systemClock, random: createRandom('bench') });
    const answered = cpuSeconds() - from;
    const gap = (found: typeof free): string => (found.bound / found.revenue - 1).toExponential(1);
    const name = `${channels} channels, ${ties.streams.length} streams`;
    rows.push(
      `| ${name} | ${freeSeconds.toFixed(2)} s | ${gap(free)} | ${boundSeconds.toFixed(2)} s | ${gap(bound)} | ${answered.toFixed(2)} s |`,
    );
    tell(`${name}: ${freeSeconds.toFixed(2)} s, gap ${gap(free)}`);
  }
  return [
    'Revenue plans (channels, money, hours, mix and prices together): CPU time and certified gap, goal 1e-4, without a limit on shares and with one that binds; a whole answer with 1,000 scenarios.',
    '',
    '| size | CPU | gap | CPU, limit binds | gap | answer |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function timed<T>(work: () => T): [T, number] {
  const from = cpuSeconds();
  const result = work();
  return [result, cpuSeconds() - from];
}

function cpuSeconds(): number {
  const { system, user } = process.cpuUsage();
  return (user + system) / 1e6;
}
