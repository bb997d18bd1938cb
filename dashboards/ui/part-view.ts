import type { Preset, ViewState } from '../data/view-state.ts';

/** Parts that ask about weeks: a day has neither cohorts nor weekdays. */
const longParts = new Set([
  '/revenue/recurring',
  '/revenue/funnel',
  '/revenue/cohorts',
  '/revenue/attribution',
  '/revenue/seasonality',
  '/revenue/pnl',
  '/revenue/risks',
]);
const shortRanges = new Set<Preset>(['1h', 'today', 'yesterday', '24h']);

/** What changes of the view on the way to a part: from a look at a day, one that asks about weeks opens on a month. */
export function viewOnTheWay(path: string, { range }: ViewState): Partial<ViewState> {
  const isShort = range.kind === 'preset' && shortRanges.has(range.preset);
  return isShort && longParts.has(path) ? { range: { kind: 'preset', preset: '30d' }, grain: 'auto' } : {};
}
