import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { KpiDefinition, WindowSize } from '../../platform/contracts/kpi.ts';

/** Deterministic numbers with a daily and a weekly shape: the same for the same window, whenever they are asked for. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const lengths: Readonly<Record<WindowSize, number>> = {
  '10s': 10_000,
  '1m': 60_000,
  '1h': HOUR,
  '1d': DAY,
  '1mo': 30 * DAY,
};

export const streams = [
  'ads',
  'sponsorship',
  'affiliate',
  'product_sales',
  'tips',
  'subscriptions',
  'merchandise',
  'super_chat',
  'memberships',
];
const streamShare = [0.31, 0.14, 0.06, 0.12, 0.05, 0.17, 0.04, 0.04, 0.07];
export const countries = ['US', 'IN', 'BR', 'GB', 'DE', 'JP', 'FR', 'MX', 'CA', 'ID', 'KR', 'ES'];
export const channels = [
  'Deep Sea Diaries',
  'Knotty Woodworks',
  'Bytes & Bites',
  'Night Train',
  'Gardens of Tomorrow',
  'Small Rockets',
  'The Ledger',
  'Paper Lanterns',
  'Field Notes',
  'Low Orbit',
  'Second Draft',
  'Copper Kettle',
];

function hash(text: string): number {
  let value = 2_166_136_261;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 16_777_619) >>> 0;
  // Neighbouring texts must give numbers far apart (MurmurHash3's finaliser).
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return ((value ^ (value >>> 16)) >>> 0) / 2 ** 32;
}

/** Events of an hour relative to the mean: low at night, high in the evening and at weekends, growing over weeks, with noise. */
function shape(timeMs: number, seed: string): number {
  const hour = (timeMs / HOUR) % 24;
  const weekday = Math.floor(timeMs / DAY + 4) % 7;
  const daily = 1 + 0.55 * Math.sin(((hour - 13) / 24) * 2 * Math.PI);
  const weekly = weekday === 0 || weekday === 6 ? 1.18 : 1;
  const growth = Math.exp((timeMs - Date.UTC(2026, 10, 1)) / (500 * DAY));
  return daily * weekly * growth * (0.9 + 0.2 * hash(`${seed} ${Math.floor(timeMs / HOUR)}`));
}

/** Sum of an hourly rate over a window, up to `nowMs`. */
function sumOver(startMs: number, endMs: number, nowMs: number, perHour: number, seed: string): number {
  const end = Math.min(endMs, nowMs);
  let sum = 0;
  for (let at = startMs; at < end;) {
    const next = Math.min(end, Math.floor(at / HOUR) * HOUR + HOUR);
    sum += perHour * shape(at, seed) * ((next - at) / HOUR);
    at = next;
  }
  return sum;
}

const perHour: Readonly<Record<string, number>> = {
  total_revenue: 412,
  revenue_by_stream: 412,
  profit: 268,
  views: 61_400,
  unique_viewers: 22_100,
  subscribers_gained: 84,
};
const rates: Readonly<Record<string, readonly [mean: number, swing: number]>> = {
  rpm: [6.71, 0.5],
  arpu: [0.0187, 0.002],
  conversion_rate: [0.0312, 0.004],
  ctr: [0.0461, 0.006],
  avg_watch_time: [6.35, 0.7],
  engagement_rate: [0.0534, 0.005],
  content_velocity: [2.4, 0.6],
  cost_per_video: [2.31, 0.4],
  profit_margin: [0.651, 0.03],
  availability: [0.9994, 0.0004],
  mrr: [184_200, 9_000],
  arr: [2_210_400, 100_000],
  net_new_mrr: [6_200, 2_000],
  gross_mrr_churn: [0.031, 0.004],
  net_mrr_churn: [-0.004, 0.006],
  nrr: [1.071, 0.02],
  grr: [0.912, 0.01],
  quick_ratio: [3.4, 0.6],
  logo_churn: [0.026, 0.004],
  customers: [1_412, 40],
  arpa: [130.4, 4],
  ltv: [3_510, 200],
  cac: [212, 30],
  ltv_cac: [16.5, 2],
  cac_payback: [2.3, 0.4],
  dau_mau: [0.31, 0.03],
  revenue_growth_rate: [0.082, 0.03],
  latency: [0.42, 0.08],
  time_to_publish: [3.1, 0.6],
};

export const kpis: readonly KpiDefinition[] = kpiCatalogue;

/** Value of a KPI in one window, narrowed to a share of the whole named by `cut`. */
export function kpiValue(
  key: string,
  startMs: number,
  size: WindowSize,
  nowMs: number,
  cut = '',
  share = 1,
): number | null {
  if (startMs > nowMs) return null;
  const rate = rates[key];
  if (rate !== undefined) {
    const wobble = shape(startMs, key + cut) - 1;
    return rate[0] + rate[1] * wobble + (cut === '' ? 0 : rate[0] * (hash(cut) - 0.5) * 0.4);
  }
  const seed = key === 'revenue_by_stream' ? 'total_revenue' : key;
  return rounded(key, sumOver(startMs, startMs + lengths[size], nowMs, perHour[key] ?? 10, seed) * share);
}

function rounded(key: string, value: number): number {
  const isMoney = key === 'total_revenue' || key === 'revenue_by_stream' || key === 'profit';
  return isMoney ? Math.round(value * 100) / 100 : Math.round(value);
}

/** Values of every cut in one window; sums add up to the value of the whole exactly, the last cut taking what is left. */
export function cutValues(
  key: string,
  dimension: string,
  startMs: number,
  size: WindowSize,
  nowMs: number,
): ReadonlyMap<string, number | null> {
  const cuts = cutsOf(dimension);
  const values = new Map<string, number | null>();
  const whole = kpiValue(key, startMs, size, nowMs);
  let left = whole ?? 0;
  for (const [i, { id, share }] of cuts.entries()) {
    const isLast = i === cuts.length - 1;
    const varied = share * (0.85 + 0.3 * hash(`${id} ${startMs}`));
    const value =
      rates[key] !== undefined || whole === null
        ? kpiValue(key, startMs, size, nowMs, id)
        : rounded(key, isLast ? left : Math.min(left, whole * varied));
    values.set(id, value);
    left -= value ?? 0;
  }
  return values;
}

export function windowStarts(fromMs: number, toMs: number, size: WindowSize): number[] {
  if (size === '1mo') {
    const starts: number[] = [];
    const date = new Date(fromMs);
    for (let month = date.getUTCMonth(); ; month += 1) {
      const start = Date.UTC(date.getUTCFullYear(), month, 1);
      if (start >= toMs) return starts;
      starts.push(start);
    }
  }
  const length = lengths[size];
  const starts: number[] = [];
  for (let start = Math.floor(fromMs / length) * length; start < toMs; start += length) starts.push(start);
  return starts;
}

export interface Cut {
  readonly id: string;
  readonly share: number;
}

export function cutsOf(dimension: string): readonly Cut[] {
  if (dimension === 'stream') return streams.map((id, i) => ({ id, share: streamShare[i] ?? 0 }));
  const ids =
    dimension === 'country'
      ? countries
      : dimension === 'channel'
        ? channels
        : contents.map((each) => each.id);
  const weights = ids.map((_id, i) => 1 / (i + 1.6));
  const sum = weights.reduce((a, b) => a + b, 0);
  return ids.map((id, i) => ({ id, share: (weights[i] ?? 0) / sum }));
}

export const contents: readonly { readonly id: string; readonly title: string }[] = Array.from(
  { length: 40 },
  (_, i) => ({
    id: `vid-${String(i + 1).padStart(4, '0')}`,
    title: `${['How we measured', 'The quiet life of', 'Building', 'What nobody says about', 'A week with', 'Repairing'][i % 6] ?? ''} ${
      [
        'deep water',
        'a night train',
        'small rockets',
        'the old ledger',
        'paper',
        'copper',
        'our first garden',
      ][i % 7] ?? ''
    }${i > 20 ? `, part ${i - 19}` : ''}`,
  }),
);
