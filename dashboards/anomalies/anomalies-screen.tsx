import type { ReactNode } from 'react';
import { AnomalyDetailView } from './anomaly-detail.tsx';
import { AnomalyListView } from './anomaly-list.tsx';
import './anomalies.css';

/** What was not as expected, or one such stretch in depth. */
export function AnomaliesScreen({ path }: { readonly path: string }): ReactNode {
  const [, , rawId] = path.split('/');
  const id = rawId === undefined ? '' : decodeURIComponent(rawId);
  return id === '' ? <AnomalyListView /> : <AnomalyDetailView key={id} id={id} />;
}
