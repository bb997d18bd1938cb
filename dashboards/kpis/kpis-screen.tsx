import type { ReactNode } from 'react';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { Explorer } from './explorer.tsx';
import { KpiForm } from './kpi-form.tsx';
import { KpiList } from './kpi-list.tsx';
import { NoSuchKpi } from './no-such-kpi.tsx';

/** The list of KPIs, one of them in depth, or the form for a new one. */
export function KpisScreen({ path }: { readonly path: string }): ReactNode {
  const { queries, can } = useWorkspace();
  const kpis = useQuery(queries.kpis, 'all');
  const [, , rawKey, action] = path.split('/');
  const key = rawKey === undefined ? '' : decodeURIComponent(rawKey);
  if (kpis.problem !== undefined && kpis.data === undefined)
    return <ProblemNote problem={kpis.problem} onRetry={queries.kpis.refresh} />;
  if (kpis.data === undefined) return <Skeleton height={400} />;
  const { kpis: list } = kpis.data;
  if (key === '') return <KpiList kpis={list} />;
  if (key === 'new')
    return can('kpis:write') ? <KpiForm known={list} kpi={undefined} /> : <NoSuchKpi name="new" />;
  const kpi = list.find((each) => each.key === key);
  if (kpi === undefined) return <NoSuchKpi name={key} />;
  if (action === 'edit' && can('kpis:write')) return <KpiForm key={kpi.key} known={list} kpi={kpi} />;
  return <Explorer key={kpi.key} kpi={kpi} />;
}
