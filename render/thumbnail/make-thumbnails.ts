import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { PaletteName, ThumbnailTemplate } from '../../platform/contracts/render-names.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createMeasure } from '../text/measure.ts';
import { round, svgLines } from '../text/svg-text.ts';
import type { MadeBytes, Task, Tell } from '../work/task.ts';
import { contrast, lowContrastShare, rgbOf, scrimOpacity } from './contrast.ts';
import { layoutOf, THUMBNAIL, type Box, type Layout, type TextBlock } from './layout.ts';
import { paletteOf, type Palette } from './palettes.ts';

const WANTED_CONTRAST = 4.5;
const MAX_PIXELS = 40_000_000;

/** Every template in every palette asked for; the legibility of each is measured on its own pixels. */
export async function makeThumbnails(
  { params, picture }: Extract<Task, { kind: 'thumbnail' }>,
  tell: Tell,
): Promise<{ readonly files: readonly MadeBytes[]; readonly notes: readonly string[] }> {
  const measure = createMeasure();
  const files: MadeBytes[] = [];
  const notes: string[] = [];
  const seen = new Set<string>();
  const count = params.templates.length * params.palettes.length;
  for (const template of params.templates) {
    const layout = layoutOf(template, params, measure);
    for (const name of params.palettes) {
      tell(`thumbnail ${files.length + 1} of ${count}`, (95 * files.length) / count);
      const palette = paletteFor(name, params.accent);
      const { png, scrim } = await draw(layout, palette, picture);
      const digest = createHash('sha256').update(png).digest('hex');
      if (seen.has(digest)) continue;
      seen.add(digest);
      const file = fileName(template, name);
      files.push({ name: file, contentType: 'image/png', bytes: png });
      if (scrim > 0)
        notes.push(
          `${file}: the picture behind the text was covered by ${Math.round(100 * scrim)}% so that it can be read.`,
        );
    }
  }
  return { files, notes };
}

function fileName(template: ThumbnailTemplate, palette: PaletteName): string {
  return `thumbnail-${template}-${palette}.png`;
}

/** An accent of one's own is taken where it can be told from the ground. */
function paletteFor(name: PaletteName, accent: string | undefined): Palette {
  const palette = paletteOf[name];
  return accent !== undefined && contrast(rgbOf(accent), rgbOf(palette.ground)) >= 3
    ? { ...palette, accent }
    : palette;
}

async function draw(
  layout: Layout,
  palette: Palette,
  picture: string | undefined,
): Promise<{ readonly png: Buffer; readonly scrim: number }> {
  const { width, height } = THUMBNAIL;
  const ground = sharp({ create: { width, height, channels: 3, background: palette.ground } });
  const behind =
    picture === undefined
      ? ground
      : ground.composite([
          { input: await cut(picture, layout.picture), left: layout.picture.x, top: layout.picture.y },
        ]);
  const base = await behind.png().toBuffer();
  const pixels = await pixelsOf(base, layout.textArea);
  const [text, scrimColour] = [rgbOf(palette.text), rgbOf(palette.ground)];
  const scrim = scrimOpacity(pixels, text, scrimColour, WANTED_CONTRAST) ?? 1;
  const readable = (hex: string): boolean =>
    lowContrastShare(pixels, rgbOf(hex), scrimColour, scrim, WANTED_CONTRAST) <= 0.01;
  const svg = overlay(
    layout,
    palette,
    scrim,
    picture !== undefined,
    readable(palette.accent) ? palette.accent : palette.text,
  );
  const png = await sharp(base)
    .composite([{ input: Buffer.from(svg) }])
    .png({ compressionLevel: 6 })
    .toBuffer();
  if (!readable(palette.text))
    throw new WeirError('RENDER_FAILED', 'The text cannot be read on this palette.');
  return { png, scrim };
}

/** The picture cut to its box, at what stands out in it. Decoding is bounded: a small file can hold a very large picture. */
async function cut(path: string, box: Box): Promise<Buffer> {
  try {
    return await sharp(path, { limitInputPixels: MAX_PIXELS })
      .rotate()
      .resize(box.width, box.height, { fit: 'cover', position: sharp.strategy.attention })
      .flatten({ background: '#808080' })
      .png()
      .toBuffer();
  } catch (error) {
    throw new WeirError('RENDER_PICTURE_INVALID', 'The picture cannot be read.', { cause: error });
  }
}

async function pixelsOf(png: Buffer, area: Box): Promise<Uint8Array> {
  const left = Math.floor(area.x);
  const top = Math.floor(area.y);
  return await sharp(png)
    .extract({
      left,
      top,
      width: Math.min(THUMBNAIL.width - left, Math.ceil(area.width)),
      height: Math.min(THUMBNAIL.height - top, Math.ceil(area.height)),
    })
    .removeAlpha()
    .raw()
    .toBuffer();
}

function overlay(
  layout: Layout,
  palette: Palette,
  scrim: number,
  hasPicture: boolean,
  figureColour: string,
): string {
  const { textArea } = layout;
  const texts = [
    textSvg(layout.kicker, 'medium', palette.text),
    textSvg(layout.figure, 'bold', figureColour),
    textSvg(layout.headline, 'bold', palette.text),
  ];
  const cover =
    scrim === 0
      ? ''
      : `<rect x="${round(textArea.x)}" y="${round(textArea.y)}" width="${round(textArea.width)}" height="${round(textArea.height)}" rx="14" fill="${palette.ground}" fill-opacity="${scrim}"/>`;
  const bar = hasPicture ? '' : decoration(layout, palette);
  const edge = `<rect x="0" y="${THUMBNAIL.height - 12}" width="${THUMBNAIL.width}" height="12" fill="${palette.accent}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${THUMBNAIL.width}" height="${THUMBNAIL.height}">${bar}${cover}${edge}${texts.join('')}</svg>`;
}

/** Without a picture, shapes of the accent fill the side no text stands on. */
function decoration({ template }: Layout, palette: Palette): string {
  if (template === 'split')
    return `<rect x="640" y="0" width="640" height="720" fill="${palette.accent}"/><circle cx="960" cy="340" r="190" fill="${palette.ground}" fill-opacity=".16"/><circle cx="1080" cy="470" r="120" fill="${palette.ground}" fill-opacity=".2"/>`;
  return `<g fill="${palette.accent}" fill-opacity=".2"><circle cx="1180" cy="120" r="210"/><circle cx="1040" cy="40" r="90"/></g>`;
}

function textSvg(block: TextBlock | undefined, weight: 'medium' | 'bold', colour: string): string {
  if (block === undefined) return '';
  return svgLines(block.lines, block.box, { weight, size: block.size, lineHeight: 1.12, colour });
}
