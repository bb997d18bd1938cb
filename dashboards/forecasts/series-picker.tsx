import type { ReactNode } from 'react';
import type { ForecastSummary } from '../../platform/contracts/forecast.ts';
import { useRouter } from '../data/router.ts';
import { Field } from '../ui/form.tsx';

/** Which series is shown: totals first, then the parts of each. The choice is in the address. */
export function SeriesPicker({
  forecasts,
  chosen,
}: {
  readonly forecasts: readonly ForecastSummary[];
  readonly chosen: ForecastSummary | undefined;
}): ReactNode {
  const router = useRouter();
  const groups = new Map<string, ForecastSummary[]>();
  for (const each of forecasts) {
    const name = each.rollup === 'total' ? 'Totals' : `${kpiTitle(forecasts, each.kpi)} by ${each.rollup}`;
    groups.set(name, [...(groups.get(name) ?? []), each]);
  }
  const ordered = [...groups].toSorted(([a], [b]) => Number(b === 'Totals') - Number(a === 'Totals'));
  return (
    <Field label="Series">
      {(ids) => (
        <select
          {...ids}
          className="select forecast-picker"
          value={chosen?.id ?? ''}
          onChange={(event) => {
            const next = forecasts.find(({ id }) => id === event.target.value);
            if (next !== undefined) router.go(seriesAddress(next, router.read().search));
          }}
        >
          {chosen === undefined ? <option value="">Choose a series</option> : null}
          {ordered.map(([name, list]) => (
            <optgroup key={name} label={name}>
              {list.map((each) => (
                <option key={each.id} value={each.id}>
                  {each.title}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      )}
    </Field>
  );
}

function kpiTitle(forecasts: readonly ForecastSummary[], kpi: string): string {
  return forecasts.find((each) => each.kpi === kpi && each.rollup === 'total')?.title ?? kpi;
}

/** Address of a series on this screen, with whatever else the address holds. */
export function seriesAddress(
  { dim, kpi, rollup }: Pick<ForecastSummary, 'kpi' | 'rollup' | 'dim'>,
  search: string,
): string {
  const params = new URLSearchParams(search);
  params.set('kpi', kpi);
  if (rollup === 'total') {
    params.delete('rollup');
    params.delete('dim');
  } else {
    params.set('rollup', rollup);
    params.set('dim', dim);
  }
  return `/forecasts?${params.toString()}`;
}
