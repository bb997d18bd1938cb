import { escapeHtml } from './escape.ts';
import type { FontWeight } from './fonts.ts';

const weights: Readonly<Record<FontWeight, number>> = { regular: 400, medium: 500, bold: 700 };

/** Lines of text in SVG; `y` is the top of the first. */
export function svgLines(
  lines: readonly string[],
  at: { readonly x: number; readonly y: number; readonly anchor?: 'start' | 'middle' | 'end' },
  style: {
    readonly weight: FontWeight;
    readonly size: number;
    readonly lineHeight: number;
    readonly colour: string;
  },
): string {
  const spans = lines.map((line, i) => {
    // The baseline of Inter lies at .97 of its size below the top of its line box of 1.21.
    const y =
      at.y + style.size * (0.5 * (style.lineHeight - 1.21) + 0.97) + i * style.size * style.lineHeight;
    return `<text x="${at.x}" y="${round(y)}">${escapeHtml(line)}</text>`;
  });
  return `<g font-family="Inter" font-weight="${weights[style.weight]}" font-size="${style.size}" fill="${style.colour}" text-anchor="${at.anchor ?? 'start'}">${spans.join('')}</g>`;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
