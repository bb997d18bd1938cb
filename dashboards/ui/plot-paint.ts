import type uPlot from 'uplot';
import type { ChartColours } from './chart-colours.ts';
import type { ChartSpec } from './chart-spec.ts';

/** Hatches the running window: what stands there will still change. */
export function hatchRunning(u: uPlot, spec: ChartSpec, colours: ChartColours): void {
  const index = spec.completeCount;
  if (index >= spec.starts.length) return;
  const { ctx, bbox } = u;
  const clamp = (x: number): number => Math.min(Math.max(x, bbox.left), bbox.left + bbox.width);
  const left = clamp(u.valToPos(index - 0.5, 'x', true));
  const right = clamp(u.valToPos(index + 0.5, 'x', true));
  if (right - left < 1) return;
  const [top, bottom] =
    spec.kind === 'stacked' ? stackEdges(u, spec, index) : [bbox.top, bbox.top + bbox.height];
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, right - left, bottom - top);
  ctx.clip();
  const gap = 6 * devicePixelRatio;
  ctx.lineWidth = (spec.kind === 'stacked' ? 2.5 : 1) * devicePixelRatio;
  ctx.strokeStyle = spec.kind === 'stacked' ? colours.panel : colours.line;
  ctx.beginPath();
  for (let x = left - bbox.height; x < right; x += gap) {
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
