import type { ReactNode } from 'react';
import type { KpiFigures } from '../data/figures.ts';
import type { Grain } from '../data/view-state.ts';

const words: Readonly<Record<Grain, string>> = {
  '1m': 'Latest minute',
  '1h': 'Latest hour',
  '1d': 'Latest day',
  '1mo': 'Latest month',
};

/** Says so when a figure is that of the newest window, because a rate over the whole range is not known. */
export function NewestOnly({ figures }: { readonly figures: KpiFigures }): ReactNode {
  if (figures.valueSpan === 'range' || figures.value === null) return null;
  return <span className="small quiet">{words[figures.grain]} · </span>;
}
