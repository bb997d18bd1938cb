import type { ReactNode } from 'react';
import { TrendDetail } from './trend-detail.tsx';
import { TrendList } from './trend-list.tsx';
import './trends.css';

/** The board of trends, or one of them with its evidence. */
export function TrendsScreen({ path }: { readonly path: string }): ReactNode {
  const [, , rawKey] = path.split('/');
  if (rawKey === undefined || rawKey === '') return <TrendList />;
  const key = decoded(rawKey);
  return <TrendDetail key={key} trendKey={key} />;
}

/** An address typed wrong is a key nobody knows, not a fault. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
