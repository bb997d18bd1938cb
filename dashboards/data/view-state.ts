import type { Dimension, WindowSize } from '../../platform/contracts/kpi.ts';

/** The contract's lists, spelled again because importing them would bring the schema library into the page. */
export const dimensions = ['channel', 'content', 'country', 'stream'] as const satisfies readonly Dimension[];
export const grains = ['1m', '1h', '1d', '1mo'] as const satisfies readonly WindowSize[];
export type Grain = (typeof grains)[number];

export const presets = ['1h', 'today', 'yesterday', '24h', '7d', '30d', '90d', '12mo'] as const;
export type Preset = (typeof presets)[number];

/** A preset is relative and moves on; dates are local days, both included. */
export type RangeChoice =
  | { readonly kind: 'preset'; readonly preset: Preset }
  | { readonly kind: 'dates'; readonly from: string; readonly to: string };

/** `week` is weekday-matched, `period` the one just before, `year` the same weekdays of last year. */
export const comparisons = ['week', 'period', 'year', 'none'] as const;
export type Comparison = (typeof comparisons)[number];

export type Filters = Readonly<Partial<Record<Dimension, string>>>;

/** What is looked at. All of it lives in the URL, so a link shows the same. */
export interface ViewState {
  readonly range: RangeChoice;
  readonly grain: Grain | 'auto';
  readonly compare: Comparison;
  readonly filters: Filters;
  /** Part of the range that is shown enlarged. */
  readonly zoom: { readonly fromMs: number; readonly toMs: number } | undefined;
  /** Whose data; undefined is whatever the session has. */
  readonly tenant: string | undefined;
}

export const defaultView: ViewState = {
  range: { kind: 'preset', preset: 'today' },
  grain: 'auto',
  compare: 'week',
  filters: {},
  zoom: undefined,
  tenant: undefined,
};

/** Parameters this state owns; everything else in the URL belongs to the screen. */
const owned = ['range', 'grain', 'compare', 'zoom', 'tenant', ...dimensions] as const;

/** Reads what it can; what is missing or wrong is the default. Never throws. */
export function readView(search: string): ViewState {
  const params = new URLSearchParams(search);
  const filters: Partial<Record<Dimension, string>> = {};
  for (const dimension of dimensions) {
    const value = params.get(dimension);
    if (value !== null && value !== '') filters[dimension] = value;
  }
  const grain = params.get('grain');
  const compare = params.get('compare');
  const tenant = params.get('tenant');
  return {
    range: readRangeChoice(params.get('range')),
    grain: grains.find((each) => each === grain) ?? 'auto',
    compare: comparisons.find((each) => each === compare) ?? defaultView.compare,
    filters,
    zoom: readZoom(params.get('zoom')),
    tenant: tenant !== null && /^[a-z][a-z0-9-]{0,62}$/.test(tenant) ? tenant : undefined,
  };
}

/** The search part of the URL for a view, without `?`; defaults are left out, parameters of the screen are kept. */
export function writeView(view: ViewState, search = ''): string {
  const params = new URLSearchParams(search);
  for (const name of owned) params.delete(name);
  const { range, grain, compare, filters, zoom, tenant } = view;
  if (tenant !== undefined) params.set('tenant', tenant);
  const text = range.kind === 'preset' ? range.preset : `${range.from}..${range.to}`;
  if (text !== 'today') params.set('range', text);
  if (grain !== 'auto') params.set('grain', grain);
  if (compare !== defaultView.compare) params.set('compare', compare);
  for (const dimension of dimensions) {
    const value = filters[dimension];
    if (value !== undefined && value !== '') params.set(dimension, value);
  }
  if (zoom !== undefined) params.set('zoom', `${zoom.fromMs}..${zoom.toMs}`);
  return params.toString();
}

const dateRange = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/;

function readRangeChoice(text: string | null): RangeChoice {
  const preset = presets.find((each) => each === text);
  if (preset !== undefined) return { kind: 'preset', preset };
  const match = dateRange.exec(text ?? '');
  const from = match?.[1];
  const to = match?.[2];
  if (from === undefined || to === undefined || !isDay(from) || !isDay(to) || from > to)
    return defaultView.range;
  return { kind: 'dates', from, to };
}

/** Whether `YYYY-MM-DD` names a day of the calendar that the store can hold. */
export function isDay(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(ms) && ms >= 0 && text < '2299' && new Date(ms).toISOString().slice(0, 10) === text;
}

function readZoom(text: string | null): ViewState['zoom'] {
  const match = /^(\d{1,15})\.\.(\d{1,15})$/.exec(text ?? '');
  const fromMs = Number(match?.[1] ?? Number.NaN);
  const toMs = Number(match?.[2] ?? Number.NaN);
  return fromMs < toMs ? { fromMs, toMs } : undefined;
}
