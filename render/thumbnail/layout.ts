import type { ThumbnailTemplate } from '../../platform/contracts/render-names.ts';
import type { ThumbnailParams } from '../../platform/contracts/render-params.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { fit, type Fitted, type Measure } from '../text/measure.ts';

export const THUMBNAIL = { width: 1_280, height: 720 } as const;
/** Text keeps clear of the edges, and of the corner at the right below where players show the duration. */
export const SAFE = { left: 64, top: 56, right: 64, bottom: 56, badgeWidth: 190, badgeHeight: 70 } as const;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface TextBlock extends Fitted {
  readonly box: Box;
}

/** Where the parts of a thumbnail stand. */
export interface Layout {
  readonly template: ThumbnailTemplate;
  /** What the picture covers; it is cut to fit. */
  readonly picture: Box;
  readonly kicker: TextBlock | undefined;
  readonly figure: TextBlock | undefined;
  readonly headline: TextBlock;
  /** The area behind all text. */
  readonly textArea: Box;
}

const LINE = 1.12;
/** Below 56 px a title cannot be read where thumbnails are smallest, 168 px wide. */
const sizes = [132, 120, 108, 98, 88, 80, 72, 64, 56];
const figureSizes = [260, 230, 200, 180, 160, 140, 120];

/** Finds places and sizes; throws RENDER_TEXT_TOO_LONG where the text fits at no size that can be read. */
export function layoutOf(
  template: ThumbnailTemplate,
  params: Pick<ThumbnailParams, 'text' | 'kicker' | 'figure'>,
  measure: Measure,
): Layout {
  const full: Box = { x: 0, y: 0, ...THUMBNAIL };
  const picture: Box = template === 'split' ? { x: 640, y: 0, width: 640, height: 720 } : full;
  const width =
    template === 'split'
      ? 640 - SAFE.left - 40
      : template === 'figure'
        ? 780
        : THUMBNAIL.width - SAFE.left - SAFE.right - SAFE.badgeWidth;
  const top = SAFE.top;
  const bottom = THUMBNAIL.height - SAFE.bottom;
  const kicker =
    params.kicker === undefined || params.kicker === ''
      ? undefined
      : block(params.kicker, [40, 36, 32], 'medium', { x: SAFE.left, y: top, width, height: 52 }, measure);
  const figure =
    template !== 'figure' || params.figure === undefined || params.figure === ''
      ? undefined
      : block(
          params.figure,
          figureSizes,
          'bold',
          {
            x: SAFE.left,
            y: top + (kicker === undefined ? 0 : 60),
            width: THUMBNAIL.width - SAFE.left - SAFE.right,
            height: 300,
          },
          measure,
        );
  const above =
    figure === undefined ? (kicker === undefined ? top : top + 68) : figure.box.y + figure.box.height + 12;
  const headline = block(
    params.text,
    sizes,
    'bold',
    { x: SAFE.left, y: above, width, height: bottom - above },
    measure,
  );
  // A headline alone stands at the foot, where the eye ends; below a figure it follows it.
  const y =
    figure === undefined && template === 'headline'
      ? bottom - headline.box.height
      : template === 'split'
        ? Math.max(above, (THUMBNAIL.height - headline.box.height) / 2)
        : headline.box.y;
  const placed = { ...headline, box: { ...headline.box, y } };
  const blocks = [kicker, figure, placed].flatMap((each) => (each === undefined ? [] : [each.box]));
  return { template, picture, kicker, figure, headline: placed, textArea: around(blocks) };
}

function block(
  text: string,
  allowed: readonly number[],
  weight: 'medium' | 'bold',
  box: Box,
  measure: Measure,
): TextBlock {
  const found = fit(
    text,
    allowed,
    { weight, width: box.width, height: box.height, lineHeight: LINE },
    measure,
  );
  if (found === undefined)
    throw new WeirError(
      'RENDER_TEXT_TOO_LONG',
      `"${text.slice(0, 60)}" does not fit at ${allowed.at(-1) ?? 0} pixels, the smallest size that can be read.`,
    );
  const widest = Math.max(...found.lines.map((line) => measure(line, weight, found.size)));
  return {
    ...found,
    box: { x: box.x, y: box.y, width: widest, height: found.lines.length * found.size * LINE },
  };
}

function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  const edge = 20;
  return {
    x: Math.max(0, x - edge),
    y: Math.max(0, y - edge),
    width: Math.min(THUMBNAIL.width, right + edge) - Math.max(0, x - edge),
    height: Math.min(THUMBNAIL.height, bottom + edge) - Math.max(0, y - edge),
  };
}
