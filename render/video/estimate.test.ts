import { describe, expect, test } from 'vitest';
import { estimateOf } from './estimate.ts';

const slide = (narration: string, seconds = 4) => ({ narration, seconds });
const openai = {
  kind: 'openai',
  costUsd: 0.012,
  settings: { baseUrl: undefined, key: 'k', model: 'm', usdPerMillionCharacters: 15 },
} as const;

describe('what a video will be', () => {
  test('a silent one lasts as long as its slides, in whole frames', () => {
    expect(estimateOf([slide(''), slide('', 2.01)], { kind: 'none', note: undefined })).toMatchObject({
      seconds: 6,
      costUsd: 0,
      note: '',
    });
  });

  test('read at 15 characters a second and half a second of rest where nobody speaks', () => {
    // 150 characters take 10 s.
    expect(estimateOf([slide('x'.repeat(150))], { kind: 'none', note: 'no voice' })).toMatchObject({
      seconds: 10.5,
      spokenBy: 'none',
      note: 'no voice',
    });
  });

  test('espeak-ng speaks 127 characters in ten seconds; a short text leaves the slide its time', () => {
    expect(estimateOf([slide('x'.repeat(127)), slide('ok')], { kind: 'espeak' }).seconds).toBe(14.5);
  });

  test('what the service takes is what it costs, and a busy machine takes longer', () => {
    const estimate = estimateOf([slide('x'.repeat(800))], openai);
    expect(estimate).toMatchObject({ spokenBy: 'openai', costUsd: 0.012 });
    expect(estimate.makeSeconds.high).toBeGreaterThan(estimate.makeSeconds.low);
  });

  test('a minute of video stays below the ten minutes it may take, on a busy machine too', () => {
    const minute = Array.from({ length: 12 }, () => slide('x'.repeat(60), 5));
    const { makeSeconds, seconds } = estimateOf(minute, { kind: 'espeak' });
    expect(seconds).toBeGreaterThan(60);
    expect(makeSeconds.high).toBeLessThan(600);
  });
});
