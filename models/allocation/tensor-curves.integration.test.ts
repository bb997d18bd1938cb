import { expect, test } from 'vitest';
import type { ResponseCurve } from '../../platform/contracts/allocation.ts';
import type { AllocationBasis } from '../../platform/contracts/allocation-plan.ts';
import { createRandom } from '../../platform/time/random.ts';
import { networkFacts } from '../revenue-plan/testing/network.ts';
import { channelBases, channelBasesBy } from './basis.ts';
import { openTensorFlow } from '../runtime/tensorflow.ts';
import { curveValuesInParts, PART, plainCurveValues, type CurveBatch } from './curve-values.ts';
import { curveValuesFor, tensorCurveValues } from './tensor-curves.ts';

/** Every kind of curve, flat and steep, at amounts from nothing to far beyond. */
function everyKind(): CurveBatch {
  const random = createRandom('curves');
  const curves = Array.from({ length: 200 }, (_, i): ResponseCurve => {
    const scale = 10 ** (4 * random.next());
    const half = 10 ** (5 * random.next());
    const exponent = 0.3 + 3 * random.next();
    switch (i % 5) {
      case 0:
        return { type: 'hill', scale, exponent, half };
      case 1:
        return { type: 'log', scale, half };
      case 2:
        return { type: 'power', scale, exponent };
      case 3:
        return { type: 'linear', scale };
      default:
        return { type: 'exponential', scale, half };
    }
  });
  const points = 24;
  const amounts = new Float64Array(curves.length * points).map((_, at) =>
    at % points === 0 ? 0 : 10 ** (-3 + (9 * (at % points)) / points),
  );
  return { curves, points, amounts };
}

/** Largest difference as a part of the plain value; Infinity where a number is none. */
function worstOf(found: Float64Array, plain: Float64Array): number {
  let worst = found.length === plain.length ? 0 : Infinity;
  for (const [i, each] of plain.entries()) {
    const apart = Math.abs((found[i] ?? Number.NaN) - each) / Math.max(Math.abs(each), 1e-30);
    worst = Number.isFinite(apart) ? Math.max(worst, apart) : Infinity;
  }
  return worst;
}

test.each(['cpu', 'wasm'] as const)(
  'on %s every kind of curve has the plain values within 1e-3, and no tensor is left',
  async (name) => {
    const { tf, backend } = await openTensorFlow(name);
    expect(backend.name).toBe(name);
    const batch = everyKind();
    const plain = plainCurveValues(batch);
    await tensorCurveValues(tf, batch);
    const { numBytes, numTensors } = tf.memory();
    for (let run = 0; run < 10; run++)
      expect(worstOf(await tensorCurveValues(tf, batch), plain)).toBeLessThan(1e-3);
    expect(tf.memory()).toMatchObject({ numBytes, numTensors });
  },
);

/** One amount a scenario: 100,000 scenarios of channels × resources. */
function scenarios(channels: number, resources: number): CurveBatch {
  const random = createRandom('scenarios');
  const points = 100_000;
  const curves = Array.from({ length: channels * resources }, (_, i): ResponseCurve => {
    return { type: 'hill', scale: 100 + i, exponent: 0.8 + (i % 4) / 2, half: 30 + i };
  });
  const amounts = new Float64Array(curves.length * points).map(() => 80 * random.next());
  return { curves, points, amounts };
}

test('100,000 scenarios × 4 channels × 3 resources go through in parts, with progress and the plain values', async () => {
  const batch = scenarios(4, 3);
  const shares: number[] = [];
  const { tf } = await openTensorFlow('wasm');
  const before = tf.memory().numTensors;
  const found = await curveValuesInParts(batch, async (part) => await tensorCurveValues(tf, part), {
    progress: (share) => shares.push(share),
  });
  expect(worstOf(found, plainCurveValues(batch))).toBeLessThan(1e-3);
  expect(shares.length).toBe(6);
  expect(shares.at(-1)).toBe(1);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(tf.memory().numTensors).toBe(before);
});

test('a cancellation ends it between two parts', async () => {
  const stop = new AbortController();
  let parts = 0;
  const running = curveValuesInParts(
    scenarios(4, 3),
    (part) => {
      parts += 1;
      if (parts === 2) stop.abort(new Error('not wanted any more'));
      return plainCurveValues(part);
    },
    { signal: stop.signal },
  );
  await expect(running).rejects.toThrow('not wanted any more');
  expect(parts).toBe(2);
});

test('a curve of more amounts than a part is cut, several curves are kept together', async () => {
  const curves: ResponseCurve[] = [
    { type: 'linear', scale: 2 },
    { type: 'linear', scale: 3 },
  ];
  for (const points of [3, PART + 5]) {
    const amounts = new Float64Array(2 * points).map((_, at) => at);
    const values = await curveValuesInParts({ curves, points, amounts }, plainCurveValues);
    expect(values[points - 1]).toBe(2 * (points - 1));
    expect(values[points]).toBe(3 * points);
    expect(values.at(-1)).toBe(3 * (2 * points - 1));
  }
});

test('whichever way is taken by size and measurement, the values are the plain ones', async () => {
  for (const count of [100, 2_000_000]) {
    const valuesOf = await curveValuesFor('wasm', count);
    const batch = everyKind();
    expect(worstOf(await valuesOf(batch), plainCurveValues(batch))).toBeLessThan(1e-3);
  }
});

test('bases read with the curves of their draws on the backend are those read in plain loops within 1e-3', async () => {
  const facts = networkFacts({ channels: 2 });
  const { tf } = await openTensorFlow('wasm');
  const [plain] = channelBases(facts, createRandom('bases'), () => undefined);
  const [found] = await channelBasesBy(
    facts,
    createRandom('bases'),
    () => undefined,
    async (batch) => await tensorCurveValues(tf, batch),
  );
  const bandsOf = (basis: AllocationBasis): Float64Array =>
    Float64Array.from(
      basis.channels.flatMap(({ responses }) =>
        Object.values(responses).flatMap(({ band }) =>
          band.flatMap(({ high, low, value }) => [value, low, high]),
        ),
      ),
    );
  expect(bandsOf(plain).length).toBe(2 * 3 * 25 * 3);
  expect(worstOf(bandsOf(found), bandsOf(plain))).toBeLessThan(1e-3);
  expect(found.channels.every(({ responses }) => responses['promotion']?.origin === 'history')).toBe(true);
});
