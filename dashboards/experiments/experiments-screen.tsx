import type { ReactNode } from 'react';
import { ExperimentDetail } from './experiment-detail.tsx';
import { ExperimentListView } from './experiment-list.tsx';
import './experiments.css';

/** Tests of one thing against another: all of them, or one in depth. */
export function ExperimentsScreen({ path }: { readonly path: string }): ReactNode {
  const [, , rawKey] = path.split('/');
  const key = rawKey === undefined ? '' : decodeURIComponent(rawKey);
  return key === '' ? <ExperimentListView /> : <ExperimentDetail key={key} experimentKey={key} />;
}
