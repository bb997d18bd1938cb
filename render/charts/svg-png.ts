import sharp from 'sharp';

/** PNG of an SVG, `scale` pixels a unit. Needs FONTCONFIG_FILE set before the process began (see `text/fonts.ts`). */
export async function svgPng(svg: string, scale = 1): Promise<Buffer> {
  return await sharp(Buffer.from(svg), { density: 72 * scale })
    .flatten({ background: '#ffffff' })
    .png({ compressionLevel: 6 })
    .toBuffer();
}
