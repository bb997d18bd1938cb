import { fit, type Measure } from '../text/measure.ts';
import { round, svgLines } from '../text/svg-text.ts';
import type { Palette } from '../thumbnail/palettes.ts';
import type { SlideContent } from '../work/task.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';

export const SLIDE = { width: 1_920, height: 1_080 } as const;
const EDGE = 120;
const WIDE = SLIDE.width - 2 * EDGE;
/** Room below for burnt-in captions. */
export const CAPTION_HEIGHT = 190;
/** Where a chart or picture stands. */
export const FIGURE_BOX = {
  x: EDGE,
  y: 250,
  width: WIDE,
  height: SLIDE.height - 250 - CAPTION_HEIGHT,
} as const;

export interface SlideFrame {
  readonly badge: string | undefined;
  /** Position among the slides, 0 to 1. */
  readonly progress: number;
}

/** A slide without its chart or picture, which are laid over it. Throws RENDER_TEXT_TOO_LONG. */
export function slideSvg(
  content: SlideContent,
  palette: Palette,
  frame: SlideFrame,
  measure: Measure,
): string {
  const bar = `<rect x="0" y="${SLIDE.height - 10}" width="${round(SLIDE.width * frame.progress)}" height="10" fill="${palette.accent}"/>`;
  const badge =
    frame.badge === undefined
      ? ''
      : svgLines(
          [frame.badge],
          { x: SLIDE.width - EDGE, y: 40, anchor: 'end' },
          { weight: 'medium', size: 28, lineHeight: 1.2, colour: palette.quiet },
        );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SLIDE.width}" height="${SLIDE.height}"><rect width="100%" height="100%" fill="${palette.ground}"/>${inner(content, palette, measure)}${badge}${bar}</svg>`;
}

function inner(content: SlideContent, palette: Palette, measure: Measure): string {
  switch (content.kind) {
    case 'title':
      return titleSvg(content, palette, measure);
    case 'text':
      return heading(content.title, palette, measure) + linesSvg(content.lines, palette, measure);
    case 'figures':
      return heading(content.title, palette, measure) + figuresSvg(content.figures, palette, measure);
    case 'chart':
      return heading(content.title, palette, measure);
    case 'picture':
      return content.title === undefined ? '' : heading(content.title, palette, measure);
  }
}

function fitted(
  text: string,
  sizes: readonly number[],
  width: number,
  height: number,
  weight: 'bold' | 'medium' | 'regular',
  lineHeight: number,
  measure: Measure,
) {
  const found = fit(text, sizes, { weight, width, height, lineHeight }, measure);
  if (found === undefined)
    throw new WeirError('RENDER_TEXT_TOO_LONG', `"${text.slice(0, 60)}" does not fit on its slide.`);
  return found;
}

function titleSvg(
  { title, subtitle }: Extract<SlideContent, { kind: 'title' }>,
  palette: Palette,
  measure: Measure,
): string {
  const head = fitted(title, [128, 112, 96, 84, 72, 60], WIDE, 480, 'bold', 1.12, measure);
  const high = head.lines.length * head.size * 1.12;
  const y = 470 - high / 2;
  const mark = `<rect x="${EDGE}" y="${round(y - 56)}" width="120" height="14" rx="7" fill="${palette.accent}"/>`;
  const first = svgLines(
    head.lines,
    { x: EDGE, y },
    { weight: 'bold', size: head.size, lineHeight: 1.12, colour: palette.text },
  );
  if (subtitle === undefined || subtitle === '') return mark + first;
  const below = fitted(subtitle, [48, 42, 36, 32], WIDE, 160, 'medium', 1.25, measure);
  return (
    mark +
    first +
    svgLines(
      below.lines,
      { x: EDGE, y: y + high + 32 },
      { weight: 'medium', size: below.size, lineHeight: 1.25, colour: palette.quiet },
    )
  );
}

function heading(title: string, palette: Palette, measure: Measure): string {
  const head = fitted(title, [64, 56, 50, 44, 38], WIDE, 140, 'bold', 1.12, measure);
  const y = 90 + (140 - head.lines.length * head.size * 1.12) / 2;
  const mark = `<rect x="${EDGE - 40}" y="100" width="12" height="120" rx="6" fill="${palette.accent}"/>`;
  return (
    mark +
    svgLines(
      head.lines,
      { x: EDGE, y },
      { weight: 'bold', size: head.size, lineHeight: 1.12, colour: palette.text },
    )
  );
}

function linesSvg(lines: readonly string[], palette: Palette, measure: Measure): string {
  const room = FIGURE_BOX.height / lines.length;
  const size = [52, 48, 44, 40, 36, 32, 28].find((each) =>
    lines.every(
      (line) =>
        fit(
          line,
          [each],
          { weight: 'regular', width: WIDE - 60, height: room - each * 0.5, lineHeight: 1.3 },
          measure,
        ) !== undefined,
    ),
  );
  if (size === undefined) throw new WeirError('RENDER_TEXT_TOO_LONG', 'The lines do not fit on their slide.');
  let y: number = FIGURE_BOX.y + 30;
  const parts: string[] = [];
  for (const line of lines) {
    const made = fitted(line, [size], WIDE - 60, room, 'regular', 1.3, measure);
    parts.push(`<circle cx="${EDGE + 12}" cy="${round(y + size * 0.65)}" r="9" fill="${palette.accent}"/>`);
    parts.push(
      svgLines(
        made.lines,
        { x: EDGE + 52, y },
        { weight: 'regular', size, lineHeight: 1.3, colour: palette.text },
      ),
    );
    y += made.lines.length * size * 1.3 + size * 0.6;
  }
  return parts.join('');
}

function figuresSvg(
  figures: readonly { readonly label: string; readonly value: string; readonly note: string }[],
  palette: Palette,
  measure: Measure,
): string {
  const columns = figures.length <= 3 ? figures.length : figures.length === 4 ? 2 : 3;
  const rows = Math.ceil(figures.length / columns);
  const gap = 40;
  const wide = (WIDE - gap * (columns - 1)) / columns;
  const high = Math.min(330, (FIGURE_BOX.height - gap * (rows - 1)) / rows);
  const top = FIGURE_BOX.y + (FIGURE_BOX.height - rows * high - (rows - 1) * gap) / 2;
  return figures
    .map(({ label, value, note }, i) => {
      const x = EDGE + (i % columns) * (wide + gap);
      const y = top + Math.floor(i / columns) * (high + gap);
      const number = fitted(value, [110, 96, 84, 72, 60, 48], wide - 80, 140, 'bold', 1.1, measure);
      const small = fitted(note === '' ? ' ' : note, [32, 28, 24, 20], wide - 80, 50, 'medium', 1.2, measure);
      const name = fitted(label, [36, 32, 28, 24], wide - 80, 50, 'medium', 1.2, measure);
      return `<rect x="${round(x)}" y="${round(y)}" width="${round(wide)}" height="${round(high)}" rx="20" fill="${palette.text}" fill-opacity=".07"/>${svgLines(name.lines, { x: x + 40, y: y + 34 }, { weight: 'medium', size: name.size, lineHeight: 1.2, colour: palette.quiet })}${svgLines(number.lines, { x: x + 40, y: y + 94 }, { weight: 'bold', size: number.size, lineHeight: 1.1, colour: palette.text })}${svgLines(small.lines, { x: x + 40, y: y + high - 74 }, { weight: 'medium', size: small.size, lineHeight: 1.2, colour: palette.accent })}`;
    })
    .join('');
}

/** A caption as it is burnt in: white on a dark ground, whatever lies behind. */
export function captionSvg(lines: readonly string[], measure: Measure): string {
  const size = 46;
  const widest = Math.max(...lines.map((line) => measure(line, 'medium', size)));
  const wide = Math.min(SLIDE.width - 80, widest + 64);
  const high = lines.length * size * 1.3 + 28;
  const x = (SLIDE.width - wide) / 2;
  const y = SLIDE.height - 40 - high;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SLIDE.width}" height="${SLIDE.height}"><rect x="${round(x)}" y="${round(y)}" width="${round(wide)}" height="${round(high)}" rx="12" fill="#000000" fill-opacity=".82"/>${svgLines(lines, { x: SLIDE.width / 2, y: y + 14, anchor: 'middle' }, { weight: 'medium', size, lineHeight: 1.3, colour: '#ffffff' })}</svg>`;
}
