import type { Filters } from './view-state.ts';

/** The dimensions series are watched by. */
export function watchedFilters({ channel, country, stream }: Filters): Filters {
  return {
    ...(channel === undefined ? {} : { channel }),
    ...(country === undefined ? {} : { country }),
    ...(stream === undefined ? {} : { stream }),
  };
}
