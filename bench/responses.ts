import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { knownHistory, type KnownResponse } from '../models/allocation/known-history.ts';
import { readMediaFile } from '../models/allocation/media-file.ts';
import { responseOf } from '../models/allocation/response-curve.ts';
import { backtestResponse, fitResponse, valueOf } from '../models/allocation/response-fit.ts';
import { solveAllocation } from '../models/allocation/solve.ts';
import type { ResponseCurve } from '../platform/contracts/allocation.ts';
import { systemClock } from '../platform/time/clock.ts';
import { createRandom } from '../platform/time/random.ts';

const file = fileURLToPath(new URL('../../shared/data/mmm/robyn_simulated_weekly.csv', import.meta.url));
const HISTORIES = 40;
const RESOURCES = 4;
const TOTAL = 100 * RESOURCES;

/** How well responses are read: held-out weeks of Robyn, and what dividing by the learned curves costs where the truth is known. */
export function measureResponses(): string {
  const lines: string[] = [];
  if (existsSync(file)) {
    const back = backtestResponse(readMediaFile(file));
    if (back !== undefined)
      lines.push(
        `Robyn's weekly data, the last ${back.periods} of 208 weeks held out, amounts given: ${percent(back.wape)} off (sum of errors by sum of revenue); level, trend and season alone ${percent(back.wapeWithout)}.`,
        '',
      );
  }
  lines.push(
    `${HISTORIES} histories with known curves (${RESOURCES} resources of random Hill shapes and carry-over, noise 3% of the outcome); what is lost of the best return under the true curves, mean and worst:`,
    '',
    '| weeks | divided by learned curves | evenly, as before | truth inside the 95% band at the mean amount |',
    '| --- | --- | --- | --- |',
  );
  for (const weeks of [52, 104, 208]) {
    const learned: number[] = [];
    const even: number[] = [];
    let [inside, all] = [0, 0];
    for (let k = 0; k < HISTORIES; k++) {
      const random = createRandom(`responses ${weeks} ${k}`);
      const truths = Array.from({ length: RESOURCES }, (): KnownResponse => ({
        scale: 40 + 160 * random.next(),
        exponent: 0.8 + 1.5 * random.next(),
        half: 40 + 120 * random.next(),
        carryOver: 0.6 * random.next(),
      }));
      const { inputs } = fitResponse(
        knownHistory(truths, weeks, 25, `history ${weeks} ${k}`),
        createRandom(k),
      );
      const curves = inputs.map(({ carryOver, draws }) => responseOf(draws, carryOver, TOTAL, 1));
      const solve = (of: (i: number) => ResponseCurve): readonly number[] => {
        const { allocation } = solveAllocation(
          {
            resources: [{ id: 'money', total: TOTAL }],
            channels: truths.map((_, i) => ({ id: `r${i}`, curves: { money: of(i) } })),
          },
          { clock: systemClock, linearSolver: undefined },
        );
        return truths.map((_, i) => allocation[`r${i}`]?.['money'] ?? 0);
      };
      const worth = (amounts: readonly number[]): number =>
        truths.reduce((sum, truth, i) => sum + valueOf(truth, amounts[i] ?? 0), 0);
      const best = worth(solve((i) => curveOf(truths[i])));
      learned.push(1 - worth(solve((i) => curves[i]?.curve ?? curveOf(truths[i]))) / best);
      even.push(1 - worth(truths.map(() => 100)) / best);
      for (const [i, truth] of truths.entries()) {
        const point = curves[i]?.band.reduce((a, b) =>
          Math.abs(b.amount - 100) < Math.abs(a.amount - 100) ? b : a,
        );
        if (point === undefined) continue;
        const known = valueOf(truth, point.amount);
        all++;
        if (point.low <= known && known <= point.high) inside++;
      }
    }
    lines.push(`| ${weeks} | ${spread(learned)} | ${spread(even)} | ${percent(inside / Math.max(1, all))} |`);
  }
  return lines.join('\n');
}

function curveOf(truth: KnownResponse | undefined): ResponseCurve {
  const { exponent = 1, half = 1, scale = 0 } = truth ?? {};
  return { type: 'hill', scale, exponent, half };
}

function spread(values: readonly number[]): string {
  const mean = values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  return `${percent(mean)}, ${percent(values.reduce((a, b) => Math.max(a, b), 0))}`;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)}%`;
}
