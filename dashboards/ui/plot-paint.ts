import type uPlot from 'uplot';
import type { ChartColours } from './chart-colours.ts';
import type { ChartSpec } from './chart-spec.ts';

/** Hatches what is running: what stands there will still change. */
export function hatchRunning(u: uPlot, spec: ChartSpec, colours: ChartColours): void {
  const running = spec.starts.flatMap((_start, i) =>
    i >= spec.completeCount && spec.series.some((series) => series.values[i] != null) ? [i] : [],
  );
  if (spec.kind === 'lines') {
    const [first, last] = [running[0], running.at(-1)];
    const { top, height } = u.bbox;
    if (first !== undefined && last !== undefined) hatch(u, first, last, top, top + height, colours.line, 1);
    return;
  }
  for (const index of running) {
    const [top, bottom] = stackEdges(u, spec, index);
    hatch(u, index, index, top, bottom, colours.panel, 2.5);
  }
}

function hatch(
  u: uPlot,
  first: number,
  last: number,
  top: number,
  bottom: number,
  colour: string,
  width: number,
): void {
  const { ctx, bbox } = u;
  const clamp = (x: number): number => Math.min(Math.max(x, bbox.left), bbox.left + bbox.width);
  const left = clamp(u.valToPos(first - 0.5, 'x', true));
  const right = clamp(u.valToPos(last + 0.5, 'x', true));
  if (right - left < 1) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, right - left, bottom - top);
  ctx.clip();
  ctx.lineWidth = width * devicePixelRatio;
  ctx.strokeStyle = colour;
  ctx.beginPath();
  for (let x = left - bbox.height; x < right; x += 6 * devicePixelRatio) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}

/** Upper and lower edge of the bar of one window, in canvas pixels. */
function stackEdges(u: uPlot, spec: ChartSpec, index: number): readonly [number, number] {
  let [up, down] = [0, 0];
  for (const { values } of spec.series) {
    const value = values[index] ?? 0;
    if (value > 0) up += value;
    else down += value;
  }
  return [u.valToPos(up, 'y', true), u.valToPos(down, 'y', true)];
}

/** What was expected, as an area behind the line; windows nothing was expected of leave it open. */
export function drawBand(u: uPlot, spec: ChartSpec, colours: ChartColours): void {
  for (const band of [spec.band, spec.innerBand]) if (band !== undefined) fillBand(u, band, colours);
}

function fillBand(u: uPlot, band: NonNullable<ChartSpec['band']>, colours: ChartColours): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colours.accent;
  ctx.globalAlpha = 0.14;
  for (const [first, last] of stretches(band.lower, band.upper)) {
    ctx.beginPath();
    for (let i = first; i <= last; i += 1)
      ctx.lineTo(u.valToPos(i, 'x', true), u.valToPos(band.upper[i] ?? 0, 'y', true));
    for (let i = last; i >= first; i -= 1)
      ctx.lineTo(u.valToPos(i, 'x', true), u.valToPos(band.lower[i] ?? 0, 'y', true));
    ctx.closePath();
    ctx.fill();
  }
  ctx.restore();
}

/** First and last index of each run of windows in which both edges are known. */
export function stretches(
  lower: readonly (number | null)[],
  upper: readonly (number | null)[],
): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  let first: number | undefined;
  for (let i = 0; i <= lower.length; i += 1) {
    const isKnown = i < lower.length && lower[i] != null && upper[i] != null;
    if (isKnown) first ??= i;
    else if (first !== undefined) {
      found.push([first, i - 1]);
      first = undefined;
    }
  }
  return found;
}

/** A mark above each window something happened in, with a hair line through it; shape and words say it without its colour. */
export function drawEvents(u: uPlot, spec: ChartSpec, colours: ChartColours): void {
  const { ctx, bbox } = u;
  const size = 5 * devicePixelRatio;
  for (const { index, tone } of spec.events ?? []) {
    const x = u.valToPos(index, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.save();
    ctx.strokeStyle = tone === 'good' ? colours.good : colours.bad;
    ctx.fillStyle = ctx.strokeStyle;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([2 * devicePixelRatio, 2 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(x - size, bbox.top);
    ctx.lineTo(x + size, bbox.top);
    ctx.lineTo(x, bbox.top + 1.6 * size);
    ctx.closePath();
    ctx.fill();
    ctx.restore();
  }
}

/** Target and alert lines with their names, which say what the line is without its colour. */
export function drawMarks(u: uPlot, spec: ChartSpec, colours: ChartColours): void {
  const { ctx, bbox } = u;
  for (const mark of spec.marks ?? []) {
    const y = u.valToPos(mark.value, 'y', true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.save();
    ctx.strokeStyle = mark.tone === 'good' ? colours.good : colours.bad;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash(
      mark.tone === 'good'
        ? [2 * devicePixelRatio, 3 * devicePixelRatio]
        : [6 * devicePixelRatio, 3 * devicePixelRatio],
    );
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillStyle = ctx.strokeStyle;
    ctx.font = scaled(colours.font);
    ctx.textAlign = 'left';
    ctx.textBaseline = y - bbox.top < 16 * devicePixelRatio ? 'top' : 'bottom';
    ctx.fillText(mark.label, bbox.left + 4 * devicePixelRatio, y - 2 * devicePixelRatio);
    ctx.restore();
  }
}

/** Canvas pixels are device pixels, so sizes in a font have to be multiplied. */
export function scaled(font: string): string {
  return font.replace(/(\d+)px/, (_match, size: string) => `${Number(size) * devicePixelRatio}px`);
}
