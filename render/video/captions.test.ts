import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseSpeaker } from './narration.ts';
import { cuesOf, cueTexts, twoLines, webVtt } from './captions.ts';

const text =
  'Revenue was $21,345, up 12.1% on September. Profit was $13,342, a margin of 62.5%, after $10,757 before; costs fell.';

describe('captions', () => {
  test('break at sentences, at most 84 characters, and lose nothing', () => {
    expect(cueTexts(text)).toEqual([
      'Revenue was $21,345, up 12.1% on September.',
      'Profit was $13,342, a margin of 62.5%, after $10,757 before; costs fell.',
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,20}[.,]?$/), { minLength: 1, maxLength: 60 }),
        (words) => {
          const cues = cueTexts(words.join(' '));
          expect(cues.join(' ')).toBe(words.join(' '));
          for (const cue of cues) expect(cue.length).toBeLessThanOrEqual(84);
          for (const line of cues.flatMap(twoLines)) expect(line.length).toBeLessThanOrEqual(64);
        },
      ),
    );
  });

  test('follow each other without gap from the first to the last moment of the narration', () => {
    const cues = cuesOf(text, 1_000, 6_000);
    expect(cues[0]?.startMs).toBe(1_000);
    expect(cues.at(-1)?.endMs).toBe(7_000);
    expect(cues[1]?.startMs).toBe(cues[0]?.endMs);
  });

  test('are WebVTT, whatever is said', () => {
    expect(webVtt([{ startMs: 3_723_004, endMs: 3_724_000, text: 'a --> b <i> & c' }])).toBe(
      'WEBVTT\n\n1\n01:02:03.004 --> 01:02:04.000\na → b &lt;i&gt; &amp; c\n'.replace('→', '→'),
    );
  });
});

describe('who speaks', () => {
  const slides = [
    { content: { kind: 'title', title: 'x', subtitle: undefined }, narration: 'x'.repeat(1_000), seconds: 1 },
  ] as const;
  const speech = { baseUrl: undefined, key: 'k', model: 'm', usdPerMillionCharacters: 15 };
  test('the service where it is configured, at a cost worked out before', () => {
    expect(chooseSpeaker({ voice: 'auto', speech, slides, costLimitUsd: 3 })).toMatchObject({
      kind: 'openai',
      costUsd: 0.015,
    });
  });
  test('nobody for more than the limit', () => {
    const dear = { ...speech, usdPerMillionCharacters: 4_000 };
    expect(() => chooseSpeaker({ voice: 'auto', speech: dear, slides, costLimitUsd: 3 })).toThrow(
      expect.objectContaining({ code: 'RENDER_COST_LIMIT' }),
    );
  });
  test('without a service and without espeak-ng nobody, and it says so', () => {
    const speaker = chooseSpeaker({ voice: 'auto', speech: undefined, slides, costLimitUsd: 3 }, '/nowhere');
    expect(speaker).toEqual({
      kind: 'none',
      note: 'Captions only, no narration: espeak-ng is not installed on this machine.',
    });
  });
  test('nobody when none is asked for, without a word', () => {
    expect(chooseSpeaker({ voice: 'none', speech, slides, costLimitUsd: 3 })).toEqual({
      kind: 'none',
      note: undefined,
    });
  });
});
