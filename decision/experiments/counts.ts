import type { Static } from '@sinclair/typebox';
import type { Experiment } from '../../platform/contracts/experiment.ts';
import { type CountRow, metricsOf } from './count-sql.ts';
import type { ExperimentCounts } from './read.ts';
import type { Sums } from './sequential.ts';

type Row = Static<typeof CountRow>;

/** Rows of the events as the reading wants them. Users who saw several variants under the same shares, or one that is not of the experiment, are left out and counted. */
export function countsFrom(experiment: Experiment, rows: readonly Row[]): ExperimentCounts {
  const variants = experiment.variants.map(({ key }) => key);
  const clean = rows.filter(({ mixed, variant }) => mixed === 0 && variants.includes(variant));
  return {
    metrics: metricsOf(experiment).map(({ key }, m) => ({
      metric: key,
      variants: variants.map((variant) => sumsOf(clean, variant, m)),
    })),
    epochs: experiment.epochs.map(({ shares }, e) => ({
      shares,
      users: variants.map((variant) =>
        clean
          .filter((row) => row.variant === variant && row.epoch === e + 1)
          .reduce((n, { users }) => n + users, 0),
      ),
    })),
    movedUsers: clean.reduce((n, { moved }) => n + moved, 0),
    mixedUsers: rows.reduce((n, row) => n + (clean.includes(row) ? 0 : row.users), 0),
  };
}

function sumsOf(rows: readonly Row[], variant: string, metric: number): Sums {
  let users = 0;
  let sum = 0;
  let sumSquares = 0;
  for (const row of rows) {
    if (row.variant !== variant) continue;
    users += row.users;
    sum += row.sums[metric] ?? 0;
    sumSquares += row.squares[metric] ?? 0;
  }
  return { users, sum, sumSquares };
}
