import { escapeTsv } from '../../platform/store/tsv.ts';
import { HOUR_MS } from './activity.ts';
import type { Evaluation } from './evaluation.ts';

export const trendColumns = [
  'tenant',
  'hour',
  'key',
  'evaluated_at',
  'rank',
  'stage',
  'score',
  'attention',
  'views24h',
  'mentions24h',
  'health',
  'detail',
  'version',
] as const;

/** Rows of an evaluation: absolute, one a trend and hour. A later evaluation of the hour has a higher version and replaces them. */
export function trendRows(tenant: string, { atMs, version, trends }: Evaluation): string {
  const hourSeconds = (Math.floor(atMs / HOUR_MS) * HOUR_MS) / 1_000;
  let rows = '';
  for (const trend of trends) {
    const { evidence } = trend;
    rows += `${tenant}\t${hourSeconds}\t${escapeTsv(trend.key)}\t${atMs}\t${trend.rank}\t${trend.stage}\t${trend.score}\t${trend.attention}\t${evidence.views24h}\t${evidence.mentions24h}\t${trend.health}\t${escapeTsv(JSON.stringify(trend))}\t${version}\n`;
  }
  return rows;
}
