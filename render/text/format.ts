import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { KpiUnit, WindowSize } from '../../platform/contracts/kpi.ts';

/** How figures and times are written in what is rendered: one language, the tenant's currency and zone. */
export interface Words {
  readonly currency: string;
  readonly timeZone: string;
  /** Minor units a major one has. */
  readonly scale: number;
  money(minor: number | null): string;
  /** Short, for axes: $12.3K. */
  moneyShort(minor: number): string;
  /** For headlines: $21,345, and from a million on $2.13M. */
  moneyHeadline(minor: number): string;
  countHeadline(value: number): string;
  count(value: number | null): string;
  percent(ratio: number | null): string;
  signedPercent(ratio: number | null): string;
  value(value: number | null, unit: KpiUnit): string;
  valueShort(value: number, unit: KpiUnit): string;
  date(ms: number): string;
  dateTime(ms: number): string;
  window(startMs: number, grain: WindowSize): string;
}

export const NONE = '–';

export function createWords(currency: string, timeZone: string): Words {
  const digits = currencyExponent(currency) ?? 2;
  const scale = 10 ** digits;
  const number = (options: Intl.NumberFormatOptions): ((value: number) => string) => {
    const format = new Intl.NumberFormat('en-US', options);
    return (value) => format.format(Object.is(value, -0) ? 0 : value);
  };
  const money = number({
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const moneyShort = number({
    style: 'currency',
    currency,
    notation: 'compact',
    minimumFractionDigits: 0,
    maximumFractionDigits: 1,
  });
  const moneyWhole = number({
    style: 'currency',
    currency,
    minimumFractionDigits: 0,
    maximumFractionDigits: 0,
  });
  const moneyLarge = number({
    style: 'currency',
    currency,
    notation: 'compact',
    minimumSignificantDigits: 3,
    maximumSignificantDigits: 4,
  });
  const countLarge = number({
    notation: 'compact',
    minimumSignificantDigits: 3,
    maximumSignificantDigits: 4,
  });
  const count = number({ maximumFractionDigits: 0 });
  const countShort = number({ notation: 'compact', maximumFractionDigits: 1 });
  const decimal = number({ maximumFractionDigits: 2 });
  const percent = number({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const signed = number({
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
  const time = (options: Intl.DateTimeFormatOptions): ((ms: number) => string) => {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone, ...options });
    return (ms) => format.format(ms);
  };
  const date = time({ day: 'numeric', month: 'short', year: 'numeric' });
  const dateTime = time({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  const windows: Readonly<Record<WindowSize, (ms: number) => string>> = {
    '10s': time({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    '1m': time({ hour: '2-digit', minute: '2-digit' }),
    '1h': time({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
    '1d': time({ day: 'numeric', month: 'short' }),
    '1mo': time({ month: 'short', year: 'numeric' }),
  };
  const known = (value: number | null, write: (value: number) => string): string =>
    value === null || !Number.isFinite(value) ? NONE : write(value);
  const suffixes: Readonly<Partial<Record<KpiUnit, string>>> = {
    minutes: ' min',
    per_day: ' a day',
    hours: ' h',
    seconds: ' s',
    months: ' months',
    times: '×',
  };
  const value = (given: number, unit: KpiUnit): string => {
    if (unit === 'currency') return money(given);
    if (unit === 'ratio') return percent(given);
    if (unit === 'count') return count(given);
    return `${decimal(given)}${suffixes[unit] ?? ''}`;
  };
  return {
    currency,
    timeZone,
    scale,
    money: (minor) => known(minor, (each) => money(each / scale)),
    moneyShort: (minor) => moneyShort(minor / scale),
    moneyHeadline: (minor) =>
      Math.abs(minor / scale) < 1_000_000 ? moneyWhole(minor / scale) : moneyLarge(minor / scale),
    countHeadline: (given) => (Math.abs(given) < 100_000 ? count(given) : countLarge(given)),
    count: (given) => known(given, count),
    percent: (ratio) => known(ratio, percent),
    signedPercent: (ratio) => known(ratio, signed),
    value: (given, unit) => known(given, (each) => value(each, unit)),
    valueShort: (given, unit) => {
      if (unit === 'currency') return moneyShort(given);
      if (unit === 'count' || unit === 'per_day') return countShort(given);
      return value(given, unit);
    },
    date,
    dateTime,
    window: (startMs, grain) => windows[grain](startMs),
  };
}
