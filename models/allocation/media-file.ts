import { readFileSync } from 'node:fs';
import type { ResponseHistory } from './response-fit.ts';

const media = ['tv_S', 'ooh_S', 'print_S', 'facebook_S', 'search_S', 'newsletter', 'competitor_sales_B'];

/** Weekly revenue with media spend as the makers of Robyn simulated it (208 weeks; no truth is published). No field has a comma in it. */
export function readMediaFile(path: string): ResponseHistory {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = head.split(',').map((name) => name.replaceAll('"', ''));
  const column = (name: string): Float64Array =>
    Float64Array.from(lines, (line) => Number(line.split(',')[names.indexOf(name)]?.replaceAll('"', '')));
  return {
    startsMs: lines.map((line) => Date.parse(line.slice(0, 10))),
    outcome: column('revenue'),
    inputs: media.map((id) => ({ id, amounts: column(id), priorReturn: 50_000 })),
  };
}
