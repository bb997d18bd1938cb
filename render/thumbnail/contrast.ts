/** Contrast of colours by WCAG 2.2: relative luminance of sRGB, (lighter + .05) / (darker + .05). */

export type Rgb = readonly [number, number, number];

export function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

export function luminance([red, green, blue]: Rgb): number {
  const linear = (channel: number): number => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** A colour of `over` laid with opacity `alpha` on `under`. */
export function blend(under: Rgb, over: Rgb, alpha: number): Rgb {
  const mix = (i: 0 | 1 | 2): number => under[i] * (1 - alpha) + over[i] * alpha;
  return [mix(0), mix(1), mix(2)];
}

/**
 * The least opacity of a scrim of colour `over` that gives `text` a contrast of `wanted` on all but a hundredth of the pixels; undefined where even
 * the opaque scrim does not. `pixels` are RGB bytes of what lies behind the text.
 */
export function scrimOpacity(pixels: Uint8Array, text: Rgb, over: Rgb, wanted: number): number | undefined {
  for (let step = 0; step <= 20; step += 1) {
    const alpha = step / 20;
    if (lowContrastShare(pixels, text, over, alpha, wanted) <= 0.01) return alpha;
  }
  return undefined;
}

/** Share of the pixels on which the text has less contrast than wanted. */
export function lowContrastShare(
  pixels: Uint8Array,
  text: Rgb,
  over: Rgb,
  alpha: number,
  wanted: number,
): number {
  const count = Math.floor(pixels.length / 3);
  if (count === 0) return 0;
  let low = 0;
  for (let at = 0; at + 2 < pixels.length; at += 3) {
    const under: Rgb = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
    if (contrast(text, blend(under, over, alpha)) < wanted) low += 1;
  }
  return low / count;
}
