import { describe, expect, test } from 'vitest';
import { createZone } from '../data/zone-time.ts';
import {
  emptySlide,
  firstStoryboard,
  missingOf,
  moved,
  readStoryboard,
  slideKinds,
  slideOf,
} from './storyboard-draft.ts';

const zone = createZone('Europe/Berlin');
/** Noon in Berlin, two days after the clocks went back. */
const nowMs = Date.UTC(2026, 9, 27, 11);

describe('a storyboard as it is asked for', () => {
  test('covers whole days of the tenant’s zone that end before today, over a change of the clocks', () => {
    const kpis = slideOf({ ...emptySlide('kpis', 1), kind: 'kpis', kpis: ['views'], days: 7 }, zone, nowMs);
    expect(kpis).toEqual({
      kind: 'kpis',
      title: 'The figures',
      kpis: ['views'],
      fromMs: Date.UTC(2026, 9, 19, 22),
      toMs: Date.UTC(2026, 9, 26, 23),
      seconds: 4,
    });
  });

  test('says nothing that was left empty', () => {
    expect(slideOf({ ...emptySlide('title', 1), title: ' A ' }, zone, nowMs)).toEqual({
      kind: 'title',
      title: 'A',
      seconds: 4,
    });
    expect(slideOf(emptySlide('chart', 1), zone, nowMs)).not.toHaveProperty('chart.by');
  });

  test('text is cut to six lines of what is in them', () => {
    const slide = slideOf(
      { ...emptySlide('text', 1), kind: 'text', lines: ' a \n\nb\nc\nd\ne\nf\ng' },
      zone,
      nowMs,
    );
    expect(slide).toMatchObject({ lines: ['a', 'b', 'c', 'd', 'e', 'f'] });
  });
});

test('what is missing is said of each kind, and what a storyboard begins as is whole', () => {
  expect(slideKinds.map((kind) => missingOf(emptySlide(kind, 1)))).toEqual([
    'It needs a title.',
    undefined,
    undefined,
    'It needs a line of text.',
    'Upload a picture.',
  ]);
  expect(firstStoryboard('Demo').map(missingOf)).toEqual([undefined, undefined, undefined, undefined]);
});

test('slides move within the storyboard and not out of it', () => {
  const ids = (slides: readonly { readonly id: number }[]): number[] => slides.map(({ id }) => id);
  const slides = firstStoryboard('Demo');
  expect(ids(moved(slides, 0, 1))).toEqual([2, 1, 3, 4]);
  expect(ids(moved(slides, 3, -1))).toEqual([1, 2, 4, 3]);
  expect(ids(moved(slides, 0, -1))).toEqual([1, 2, 3, 4]);
  expect(ids(moved(slides, 3, 1))).toEqual([1, 2, 3, 4]);
});

test('a kept draft is read back; anything else is not taken for one', () => {
  const all = slideKinds.map((kind, i) => emptySlide(kind, i));
  expect(readStoryboard(JSON.stringify(all))).toEqual(all);
  for (const text of [
    null,
    '',
    '{}',
    '[]',
    '[{"kind":"title"}]',
    JSON.stringify([{ ...all[1], kpis: [1] }]),
    JSON.stringify([{ ...all[2], by: 'moon' }]),
    JSON.stringify(Array.from({ length: 41 }, () => all[0])),
  ])
    expect(readStoryboard(text)).toBeUndefined();
});
