import { dimensions, type Dimension } from '../../platform/contracts/kpi.ts';

/** Topics without a filter. */
const plainTopics = [
  'counters',
  'top',
  'system',
  'anomalies',
  'jobs',
  'decisions',
  'alerts',
  'renders',
] as const;

export type Topic =
  | {
      readonly kind: 'kpis';
      readonly filter: { readonly dimension: Dimension; readonly value: string } | undefined;
    }
  | { readonly kind: (typeof plainTopics)[number] };

const maxValueChars = 256;

/** A topic by its name; undefined when there is none. `kpis` takes one filter: only single dimensions are kept live. */
export function parseTopic(name: string): Topic | undefined {
  if (name === 'kpis') return { kind: 'kpis', filter: undefined };
  const plain = plainTopics.find((known) => known === name);
  if (plain !== undefined) return { kind: plain };
  if (!name.startsWith('kpis?') || name.length > 2_000) return undefined;
  const [first, ...others] = new URLSearchParams(name.slice('kpis?'.length));
  if (first === undefined || others.length > 0) return undefined;
  const dimension = dimensions.find((known) => known === first[0]);
  const value = first[1];
  if (dimension === undefined || value === '' || value.length > maxValueChars) return undefined;
  return { kind: 'kpis', filter: { dimension, value } };
}
