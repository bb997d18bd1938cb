import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, extname } from 'node:path';
import { fillGaps } from '../models/forecast/fill-gaps.ts';
import { forecastHistories, memberNames } from '../models/forecast/forecast-histories.ts';
import type { SeriesForecast } from '../models/forecast/panel-forecast.ts';
import { withoutGrossErrors } from '../models/forecast/sound-histories.ts';
import { messageOf, WeirError } from '../platform/errors/weir-error.ts';
import { m4Text, parseM4File } from './m4-file.ts';

export interface EvalForecastOptions {
  readonly train: string;
  readonly out: string;
  readonly horizon: number;
  readonly season: number;
  /** Percent. */
  readonly levels: readonly number[];
  readonly threads?: number;
}

/**
 * Forecasts every series of an M4 file. Writes the points to `out` and the bounds of each level beside it: `x.csv`, `x.lower-95.csv`,
 * `x.upper-95.csv`.
 */
export async function evalForecast(
  options: EvalForecastOptions,
  say: (line: string) => void,
): Promise<number> {
  const { train, out, horizon, season, levels } = options;
  const series = parseM4File(read(train), basename(train));
  const histories = series.map(({ id, values }) => {
    const made = withoutGrossErrors(fillGaps(values, season) ?? Float64Array.of(0), season);
    if (made.replaced > 0)
      say(
        `${id}: ${made.replaced} value${made.replaced === 1 ? '' : 's'} more than 10,000 times the usual size, taken for a fault and replaced`,
      );
    return made.values;
  });
  const before = process.cpuUsage();
  let said = 0;
  const forecasts = await forecastHistories(
    { histories, horizon, period: season, levels: levels.map((level) => level / 100) },
    {
      threads: options.threads ?? Math.min(8, availableParallelism()),
      progress: (done, all) => {
        const tenths = Math.floor((10 * done) / all);
        if (tenths > said) say(`${tenths * 10}% of ${all} tasks`);
        said = tenths;
      },
    },
  );
  const ids = series.map(({ id }) => id);
  requireFinite(ids, forecasts);
  writeFileSync(
    out,
    m4Text(
      ids,
      forecasts.map(({ point }) => point),
    ),
  );
  for (const level of levels) {
    const bounds = forecasts.map(({ intervals }) => intervals.get(level / 100));
    writeFileSync(
      besides(out, `lower-${level}`),
      m4Text(
        ids,
        bounds.map((each) => each?.lower ?? new Float64Array(horizon)),
      ),
    );
    writeFileSync(
      besides(out, `upper-${level}`),
      m4Text(
        ids,
        bounds.map((each) => each?.upper ?? new Float64Array(horizon)),
      ),
    );
  }
  const { user, system } = process.cpuUsage(before);
  say(
    `${summary(forecasts, memberNames(season))}\n${series.length} series in ${((user + system) / 1e6).toFixed(1)} s of CPU, to ${out}`,
  );
  return 0;
}

/** A file with NaN in it would be scored, or summed, by somebody who does not look. */
function requireFinite(ids: readonly string[], forecasts: readonly SeriesForecast[]): void {
  const bad = ids.filter((_, i) => {
    const made = forecasts[i];
    const bounds = [...(made?.intervals.values() ?? [])].flatMap(({ lower, upper }) => [lower, upper]);
    return made === undefined || ![made.point, ...bounds].every((each) => each.every(Number.isFinite));
  });
  if (bad.length > 0)
    throw new WeirError(
      'EVAL_NOT_FINITE',
      `no finite forecast of ${bad.slice(0, 5).join(', ')}${bad.length > 5 ? ` and ${bad.length - 5} more` : ''}; nothing was written`,
    );
}

/** Mean weights of the members, and on how many series the backtest beats seasonal-naive. */
function summary(forecasts: readonly SeriesForecast[], names: readonly string[]): string {
  const weights = names.map((name, k) => {
    const mean = forecasts.reduce((sum, each) => sum + (each.weights[k] ?? 0), 0) / forecasts.length;
    return `${name} ${mean.toFixed(3)}`;
  });
  const known = forecasts.flatMap(({ relativeToSeasonalNaive: r }) => (r === undefined ? [] : [r]));
  const better = known.filter((r) => r < 1).length;
  return `mean weights: ${weights.join(', ')}\nbeats seasonal-naive in the backtest on ${better} of ${known.length} series`;
}

function besides(path: string, what: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.${what}${extension}`;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new WeirError('EVAL_DATA_MISSING', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
