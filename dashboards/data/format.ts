import type { KpiUnit, WindowSize } from '../../platform/contracts/kpi.ts';
import type { Change } from './series.ts';

/** What figures are written for: a tile (four digits), an axis (short), or in full. */
export type Precision = 'tile' | 'axis' | 'full';

export interface FormatContext {
  readonly locale: string;
  readonly currency: string;
  readonly timeZone: string;
}

/** Figures and times as people of a place read them, in the tenant's currency and zone. */
export interface Formatter {
  readonly context: FormatContext;
  /** Decimal places of the currency. */
  readonly minorDigits: number;
  readonly value: (value: number | null | undefined, unit: KpiUnit, precision: Precision) => string;
  /** Word for the unit beside a figure that does not carry it. */
  readonly unit: (unit: KpiUnit) => string;
  readonly count: (value: number) => string;
  readonly percent: (ratio: number) => string;
  /** "4.2%" or "0.3 points", never signed; the direction is said in words. */
  readonly changeAmount: (change: Change) => string;
  /** Start of a window as a label: "14:00", "20 Nov", "Nov 2026". */
  readonly window: (startMs: number, size: WindowSize) => string;
  /** A window in full: "Fri 20 Nov 2026, 14:00–15:00". */
  readonly windowFull: (startMs: number, endMs: number, size: WindowSize) => string;
  readonly time: (ms: number) => string;
  readonly dateTime: (ms: number) => string;
  readonly date: (ms: number) => string;
}

/** What stands where there is no value. */
export const noValue = '–';

export function createFormatter(context: FormatContext): Formatter {
  const { locale, currency, timeZone } = context;
  const numbers = new Map<string, Intl.NumberFormat>();
  const number = (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const key = JSON.stringify(options);
    let found = numbers.get(key);
    if (found === undefined) {
      found = new Intl.NumberFormat(locale, options);
      numbers.set(key, found);
    }
    return found;
  };
  const times = new Map<string, Intl.DateTimeFormat>();
  const time = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    const key = JSON.stringify(options);
    let found = times.get(key);
    if (found === undefined) {
      found = new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options });
      times.set(key, found);
    }
    return found;
  };
  const minorDigits = number({ style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };

  const amount = (value: number, precision: Precision): string => {
    const style = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
    const size = Math.abs(value);
    if (precision === 'full') {
      const digits = size > 0 && size < 1 ? Math.max(minorDigits, 4) : minorDigits;
      return number({ ...style, minimumFractionDigits: minorDigits, maximumFractionDigits: digits }).format(
        value,
      );
    }
    if (size >= 10_000)
      return number({
        ...style,
        notation: 'compact',
        minimumFractionDigits: 0,
        maximumSignificantDigits: precision === 'axis' ? 3 : 4,
      }).format(value);
    if (size > 0 && size < 1 && minorDigits > 0)
      return number({ ...style, minimumFractionDigits: 0, maximumSignificantDigits: 3 }).format(value);
    const digits = size >= 100 || (precision === 'axis' && Number.isInteger(value)) ? 0 : minorDigits;
    return number({ ...style, minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  };

  const plain = (value: number, precision: Precision): string => {
    if (precision === 'full') return number({ maximumFractionDigits: 6 }).format(value);
    const size = Math.abs(value);
    const digits = precision === 'axis' ? 3 : 4;
    if (size >= 10_000)
      return number({ notation: 'compact', maximumSignificantDigits: digits }).format(value);
    return number({ maximumSignificantDigits: size >= 1_000 ? 4 : digits }).format(value);
  };

  const percent = (value: number, precision: Precision): string => {
    if (precision === 'full') return number({ style: 'percent', maximumFractionDigits: 4 }).format(value);
    const size = Math.abs(value);
    // Near one, where availability lives, two decimals are what tells good from bad.
    const fraction =
      precision === 'axis' ? (size < 0.1 ? 1 : 0) : size < 0.1 || (size >= 0.99 && size < 1.01) ? 2 : 1;
    return number({
      style: 'percent',
      maximumFractionDigits: fraction,
      minimumFractionDigits: precision === 'axis' || size === 0 || size === 1 ? 0 : fraction,
    }).format(value);
  };

  return {
    context,
    minorDigits,
    value: (value, unit, precision) => {
      if (value == null || !Number.isFinite(value)) return noValue;
      switch (unit) {
        case 'currency':
          return amount(value, precision);
        case 'ratio':
          return percent(value, precision);
        case 'minutes':
          return precision === 'axis' ? `${plain(value, 'axis')} min` : duration(value * 60_000);
        case 'seconds':
          return precision === 'axis' ? `${plain(value, 'axis')} s` : duration(value * 1_000);
        case 'months':
          return `${number({ maximumFractionDigits: precision === 'full' ? 2 : 1 }).format(value)} mo`;
        case 'times':
          return `${plain(value, precision)}×`;
        case 'hours':
          return precision === 'axis' ? `${plain(value, 'axis')} h` : duration(value * 3_600_000);
        case 'count':
        case 'per_day':
          return plain(value, precision);
      }
    },
    unit: (unit) => (unit === 'per_day' ? 'a day' : ''),
    count: (value) => number({ maximumFractionDigits: 0 }).format(value),
    percent: (ratio) =>
      number({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(ratio),
    changeAmount: (change) => {
      const size = Math.abs(change.amount);
      if (change.kind === 'points') {
        const points = number({ maximumFractionDigits: size < 0.01 ? 2 : 1 }).format(size * 100);
        return `${points} ${points === '1' ? 'point' : 'points'}`;
      }
      return number({ style: 'percent', maximumFractionDigits: size < 0.1 ? 1 : 0 }).format(size);
    },
    window: (startMs, size) => {
      if (size === '1mo') return time({ month: 'short', year: 'numeric' }).format(startMs);
      return time(size === '1d' ? day : clock).format(startMs);
    },
    windowFull: (startMs, endMs, size) => {
      if (size === '1mo') return time({ month: 'long', year: 'numeric' }).format(startMs);
      const date = time({ ...day, weekday: 'short', year: 'numeric' }).format(startMs);
      if (size === '1d') return date;
      const format = time(size === '10s' ? { ...clock, second: '2-digit' } : clock);
      return `${date}, ${format.format(startMs)}–${format.format(endMs)}`;
    },
    time: (ms) => time({ ...clock, second: '2-digit' }).format(ms),
    dateTime: (ms) => time({ ...day, year: 'numeric', ...clock, second: '2-digit' }).format(ms),
    date: (ms) => time({ ...day, year: 'numeric' }).format(ms),
  };
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time in its two largest units: "1 h 5 min", "8 min 30 s", "420 ms". */
export function duration(ms: number): string {
  const sign = ms < 0 ? '−' : '';
  const size = Math.abs(ms);
  if (size < 1_000) return `${sign}${Math.round(size)} ms`;
  if (size < 10_000) return `${sign}${Math.round(size / 100) / 10} s`;
  const first = units.findIndex(([, length]) => Math.round(size / 1_000) * 1_000 >= length);
  const [name, length] = units[first] ?? units[3];
  const second = units[first + 1];
  if (second === undefined) return `${sign}${Math.round(size / length)} ${name}`;
  const rounded = Math.round(size / second[1]) * second[1];
  const whole = Math.floor(rounded / length);
  const rest = Math.round((rounded - whole * length) / second[1]);
  return rest === 0 ? `${sign}${whole} ${name}` : `${sign}${whole} ${name} ${rest} ${second[0]}`;
}

/** How long ago, in words: "now", "12 s ago", "3 min ago". */
export function ago(ms: number): string {
  if (ms < 2_000) return 'now';
  const size = ms < 60_000 ? Math.floor(ms / 1_000) * 1_000 : ms;
  return `${duration(size).split(' ').slice(0, 2).join(' ')} ago`;
}
