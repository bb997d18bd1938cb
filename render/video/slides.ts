import sharp from 'sharp';
import { chartSvg } from '../charts/chart-svg.ts';
import { chartThemes } from '../charts/theme.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createWords } from '../text/format.ts';
import type { Measure } from '../text/measure.ts';
import { paletteOf } from '../thumbnail/palettes.ts';
import type { SlideLook, VideoSlide } from '../work/task.ts';
import { captionSvg, FIGURE_BOX, SLIDE, slideSvg } from './slide-svg.ts';
import { twoLines } from './captions.ts';

/** A slide as PNG, 1920×1080. */
export async function slidePng(
  task: SlideLook,
  slide: VideoSlide,
  { count, index }: { readonly index: number; readonly count: number },
  measure: Measure,
): Promise<Buffer> {
  const palette = paletteOf[task.palette];
  const { content } = slide;
  const frame = { badge: task.badge, progress: (index + 1) / count };
  const base = sharp(Buffer.from(slideSvg(content, palette, frame, measure)));
  const at = { left: FIGURE_BOX.x, top: FIGURE_BOX.y };
  if (content.kind === 'chart') {
    const theme = { ...chartThemes[palette.charts], ground: palette.ground };
    const size = { width: FIGURE_BOX.width, height: FIGURE_BOX.height, fontSize: 26 };
    const svg = chartSvg(content.spec, size, theme, createWords(task.currency, task.timeZone));
    return await base
      .composite([{ input: Buffer.from(svg), ...at }])
      .png()
      .toBuffer();
  }
  if (content.kind !== 'picture') return await base.png().toBuffer();
  const box =
    content.title === undefined ? { x: 0, y: 0, width: SLIDE.width, height: SLIDE.height - 10 } : FIGURE_BOX;
  try {
    const picture = await sharp(content.picture, { limitInputPixels: 40_000_000 })
      .rotate()
      .resize(box.width, box.height, {
        fit: content.title === undefined ? 'cover' : 'contain',
        background: palette.ground,
      })
      .flatten({ background: palette.ground })
      .png()
      .toBuffer();
    return await base
      .composite([{ input: picture, left: box.x, top: box.y }])
      .png()
      .toBuffer();
  } catch (error) {
    throw new WeirError('RENDER_PICTURE_INVALID', 'A picture of the video cannot be read.', { cause: error });
  }
}

/** The same with a caption burnt in. */
export async function captioned(slide: Buffer, text: string, measure: Measure): Promise<Buffer> {
  return await sharp(slide)
    .composite([{ input: Buffer.from(captionSvg(twoLines(text), measure)) }])
    .png()
    .toBuffer();
}
