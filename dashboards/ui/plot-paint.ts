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
