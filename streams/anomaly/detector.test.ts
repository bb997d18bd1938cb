import { serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAlarmBar } from './alarm-bar.ts';
import { createDetector, decodeDetector, encodeDetector, stepDetector } from './detector.ts';
import { createTail } from './tail.ts';

/** Bytes as the codec makes them, of any version. */
function imageOf(image: unknown): Uint8Array {
  const body = serialize(image);
  const bytes = Buffer.alloc(body.length + 4);
  bytes.writeUInt32LE(crc32(body));
  body.copy(bytes, 4);
  return bytes;
}

const settings = { stepMs: 300_000, falseAlarmsPerWeek: 1 };
const reading = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: undefined });

describe('a detector', () => {
  it('goes on after it was stored and restored as if nothing had happened', () => {
    fc.assert(
      fc.property(
        fc.array(reading, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 0, max: 299 }),
        (values, cut) => {
          const through = createDetector(settings);
          let restored = createDetector(settings);
          for (const [at, value] of values.entries()) {
            if (at === cut) {
              const back = decodeDetector(encodeDetector(restored));
              if (back === undefined) throw new Error('did not decode');
              restored = back;
            }
            const point = { timeMs: at * settings.stepMs, value };
            expect(stepDetector(restored, point)).toEqual(stepDetector(through, point));
          }
        },
      ),
    );
  });

  it('goes on from what version 1 stored: all that was learned is kept, what is new begins anew', () => {
    const detector = createDetector(settings);
    const valueAt = (at: number): number => 100 + ((at * 7919) % 17);
    for (let at = 0; at < 400; at++)
      stepDetector(detector, { timeMs: at * settings.stepMs, value: valueAt(at) });
    const { alarmBar, tails, ...others } = detector;
    const back = decodeDetector(imageOf({ version: 1, state: { ...others, tails: tails.slice(0, -1) } }));
    expect(back).toMatchObject({ ...others, tails: [...tails.slice(0, -1), createTail()] });
    expect(back?.alarmBar).toEqual(createAlarmBar(settings.stepMs));
    expect(back?.alarmBar).not.toEqual(alarmBar);
    if (back === undefined) throw new Error('did not decode');
    const next = { timeMs: 400 * settings.stepMs, value: 500 };
    const [before, after] = [stepDetector(back, next), stepDetector(detector, next)];
    expect(before).toMatchObject({ score: after.score, expected: after.expected, isAnomalous: true });
  });

  it('raises alarms for what it is asked to watch, and scores all', () => {
    const watched = createDetector({ ...settings, alarmReasons: ['value', 'drift'] });
    const all = createDetector(settings);
    const verdicts = Array.from({ length: 1_200 }, (_, at) => {
      // Goes up and down by a pattern; then it stays where it often is.
      const point = { timeMs: at * settings.stepMs, value: at < 1_000 ? 100 + ((at * 7) % 11) : 105 };
      return [stepDetector(watched, point), stepDetector(all, point)] as const;
    });
    expect(verdicts.map(([one]) => one.score)).toEqual(verdicts.map(([, other]) => other.score));
    const raised = (which: 0 | 1): unknown[] =>
      verdicts
        .map((pair) => pair[which])
        .filter(({ isAnomalous }) => isAnomalous)
        .map(({ reason }) => reason);
    expect(raised(1)).toContain('flat');
    expect(raised(0).filter((reason) => reason !== 'value' && reason !== 'drift')).toEqual([]);
  });

  it('takes no foreign bytes for its state', () => {
    expect(decodeDetector(new Uint8Array())).toBeUndefined();
    expect(decodeDetector(new TextEncoder().encode('nonsense'))).toBeUndefined();
  });
});
