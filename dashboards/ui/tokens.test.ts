import { describe, expect, test } from 'vitest';
import css from './tokens.css?raw';

/** Tokens of one theme as the style sheet writes them. */
function tokensOf(selector: string): ReadonlyMap<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf('}', start));
  return new Map(
    [...block.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1] ?? '', match[2] ?? '']),
  );
}

type Rgb = readonly [number, number, number];

function linear(hex: string): Rgb {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** WCAG 2.2 contrast ratio. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, blue] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

/** Full protanopia and deuteranopia (Machado, Oliveira, Fernandes 2009), and no deficiency. */
const visions: readonly (readonly Rgb[])[] = [
  [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
];

/** Oklab (Ottosson 2020), where equal distances look equally different. */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** Least difference of two colours over the ways people see. */
function difference(a: string, b: string): number {
  const seen = (hex: string, vision: readonly Rgb[]): Rgb => {
    const [r, g, blue] = linear(hex);
    const row = ([x, y, z]: Rgb): number => Math.min(1, Math.max(0, x * r + y * g + z * blue));
    const [first, second, third] = vision.map(row);
    return oklab([first ?? 0, second ?? 0, third ?? 0]);
  };
  return Math.min(
    ...visions.map((vision) => {
      const [x, y] = [seen(a, vision), seen(b, vision)];
      return 100 * Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
    }),
  );
}

describe.each([["[data-theme='light']"], ["[data-theme='dark']"], ["[data-theme='contrast']"]])(
  '%s',
  (selector) => {
    const tokens = tokensOf(selector);
    const token = (name: string): string => tokens.get(name) ?? '';
    const series = [1, 2, 3, 4, 5, 6, 7, 8].map((slot) => token(`series-${slot}`));

    test.each(['text', 'quiet', 'accent', 'good', 'warn', 'bad'])(
      '%s can be read on every ground',
      (name) => {
        for (const ground of ['ground', 'panel', 'sunken']) {
          const ratio = contrast(token(name), token(ground));
          expect(ratio).toBeGreaterThanOrEqual(4.5);
        }
      },
    );

    test.each([
      ['on-accent', 'accent'],
      ['accent', 'accent-soft'],
      ['good', 'good-soft'],
      ['warn', 'warn-soft'],
      ['bad', 'bad-soft'],
    ])('%s can be read on %s', (name, ground) => {
      expect(contrast(token(name), token(ground))).toBeGreaterThanOrEqual(4.5);
    });

    test('edges of controls and series stand out from their panel', () => {
      for (const colour of [token('edge'), token('series-9'), ...series])
        expect(contrast(colour, token('panel'))).toBeGreaterThanOrEqual(3);
    });

    test('series can be told apart, with every kind of colour vision', () => {
      for (const [i, a] of series.entries())
        for (const b of series.slice(i + 1)) expect(difference(a, b)).toBeGreaterThanOrEqual(8);
    });
  },
);

test('the system preference gives exactly the dark theme', () => {
  const dark = tokensOf("[data-theme='dark']");
  const preferred = tokensOf("  :root:not([data-theme='light'], [data-theme='contrast'])");
  expect(dark.size).toBeGreaterThan(20);
  expect([...preferred]).toEqual([...dark]);
});
