import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { thumbnailTemplates } from '../../platform/contracts/render-names.ts';
import { createMeasure, wrap } from '../text/measure.ts';
import { blend, contrast, lowContrastShare, rgbOf, scrimOpacity } from './contrast.ts';
import { layoutOf, SAFE, THUMBNAIL } from './layout.ts';
import { paletteOf } from './palettes.ts';

const measure = createMeasure();

describe('contrast by WCAG 2.2', () => {
  test.each([
    // Values of the WebAIM contrast checker.
    ['#000000', '#ffffff', 21],
    ['#767676', '#ffffff', 4.54],
    ['#0000ff', '#ffffff', 8.59],
    ['#ff0000', '#ffffff', 4.0],
  ])('%s on %s is %d', (a, b, expected) => {
    expect(contrast(rgbOf(a), rgbOf(b))).toBeCloseTo(expected, 1);
  });

  test('every palette reads: text 7 at least, quiet text 4.5, accent 3', () => {
    for (const { accent, ground, quiet, text } of Object.values(paletteOf)) {
      expect(contrast(rgbOf(text), rgbOf(ground))).toBeGreaterThanOrEqual(7);
      expect(contrast(rgbOf(quiet), rgbOf(ground))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(rgbOf(accent), rgbOf(ground))).toBeGreaterThanOrEqual(3);
    }
  });

  test('a scrim is as thin as it may be, and after it 99 pixels in 100 read', () => {
    const white = rgbOf('#ffffff');
    const black = rgbOf('#000000');
    expect(scrimOpacity(Uint8Array.from([0, 0, 0, 10, 10, 10]), white, black, 4.5)).toBe(0);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 300, maxLength: 900 }), (bytes) => {
        const pixels = bytes.subarray(0, bytes.length - (bytes.length % 3));
        const alpha = scrimOpacity(pixels, white, black, 4.5) ?? expect.fail();
        expect(lowContrastShare(pixels, white, black, alpha, 4.5)).toBeLessThanOrEqual(0.01);
        if (alpha > 0)
          expect(lowContrastShare(pixels, white, black, alpha - 0.05, 4.5)).toBeGreaterThan(0.01);
      }),
      { numRuns: 40 },
    );
    expect(blend([0, 0, 0], [200, 100, 50], 0.5)).toEqual([100, 50, 25]);
  });
});

describe('where the text stands', () => {
  const words = fc.array(
    fc.constantFrom('Ads', 'fell', 'revenue', 'October', 'why', 'it', 'matters', '12%'),
    { minLength: 1, maxLength: 9 },
  );
  test('inside the safe area, clear of the corner with the duration, in every template', () => {
    fc.assert(
      fc.property(words, fc.constantFrom(...thumbnailTemplates), fc.boolean(), (list, template, hasMore) => {
        const more = hasMore ? { kicker: 'Monthly', figure: '+12.1%' } : {};
        const layout = layoutOf(template, { text: list.join(' '), ...more }, measure);
        for (const block of [layout.kicker, layout.figure, layout.headline]) {
          if (block === undefined) continue;
          const { height, width, x, y } = block.box;
          expect(x).toBeGreaterThanOrEqual(SAFE.left);
          expect(y).toBeGreaterThanOrEqual(SAFE.top);
          expect(x + width).toBeLessThanOrEqual(THUMBNAIL.width - SAFE.right + 0.5);
          expect(y + height).toBeLessThanOrEqual(THUMBNAIL.height - SAFE.bottom + 0.5);
          const isBelowBadge = y + height > THUMBNAIL.height - SAFE.badgeHeight;
          if (isBelowBadge) expect(x + width).toBeLessThanOrEqual(THUMBNAIL.width - SAFE.badgeWidth + 0.5);
          for (const line of block.lines)
            expect(measure(line, 'bold', block.size)).toBeLessThanOrEqual(THUMBNAIL.width);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('longer text is smaller, and too long a text is refused', () => {
    const short = layoutOf('headline', { text: 'Ads fell' }, measure);
    const long = layoutOf(
      'headline',
      { text: 'Why revenue fell in October and what we did about it in the end' },
      measure,
    );
    expect(long.headline.size).toBeLessThan(short.headline.size);
    for (const text of ['word '.repeat(40).trim(), 'x'.repeat(60)])
      expect(() => layoutOf('split', { text }, measure)).toThrow(
        expect.objectContaining({ code: 'RENDER_TEXT_TOO_LONG' }),
      );
  });

  test('lines hold every word in its order', () => {
    expect(
      wrap('one two three', { weight: 'bold', size: 20, width: 80, maxLines: 3 }, measure)?.join(' '),
    ).toBe('one two three');
  });
});
