import { heldOutKinds, knownKinds, type Kind } from './false-alarms/kinds.ts';
import type { NetworkSettings } from './false-alarms/networks.ts';
import { measureRecall, type Recall } from './false-alarms/recall.ts';
import { alarmsOfKind, WATCHED, type Grain } from './false-alarms/series.ts';
import { measureTenants, type TenantAlarms } from './false-alarms/tenants.ts';

const SETTINGS = [1, 2, 5, 10, 20];
/** By the minute a network has ten thousand windows a week: few settings and days, or it would take an hour. */
const MINUTE_SETTINGS = [5, 20];
const MINUTE_WEEKS = 1;
const MINUTE_RATES_PER_SECOND = [10, 5];
const KIND_SEEDS = 2;
/** Networks whose alarms were looked at while the constants were chosen have other seeds. */
const FIRST_SEED = 21;
const RATES_PER_SECOND = [100, 40];

interface KindAlarms {
  readonly name: string;
  readonly isHeldOut: boolean;
  readonly grain: Grain;
  /** Alarms a week for each of the settings, as parts of them. */
  readonly ofSetting: readonly number[];
}

export interface FalseAlarms {
  readonly kinds: readonly KindAlarms[];
  readonly hours: readonly TenantAlarms[];
  readonly minutes: readonly TenantAlarms[];
  readonly recall: readonly Recall[];
}

/**
 * "About N false alarms a week", counted where nothing is wrong: on single series of many kinds, and on all series of simulated networks
 * together; and what is found of anomalies that were put in.
 */
export function measureFalseAlarms(weeks: number, seeds: number, tell: (line: string) => void): FalseAlarms {
  const kinds = [...kindsOf(knownKinds, false), ...kindsOf(heldOutKinds, true)];
  tell(`  ${Object.keys(knownKinds).length + Object.keys(heldOutKinds).length} kinds of series`);
  const seedsFrom = Array.from({ length: seeds }, (_, at) => FIRST_SEED + at);
  const hours = seedsFrom.map((seed, at): NetworkSettings => ({
    seed: `quiet ${seed}`,
    window: '1h',
    weeks,
    ratePerSecond: RATES_PER_SECOND[at % RATES_PER_SECOND.length] ?? 100,
  }));
  const minutes = MINUTE_RATES_PER_SECOND.map((ratePerSecond, at): NetworkSettings => ({
    seed: `quiet ${FIRST_SEED + at}`,
    window: '1m',
    weeks: MINUTE_WEEKS,
    ratePerSecond,
  }));
  return {
    kinds,
    hours: measureTenants(hours, SETTINGS, tell),
    minutes: measureTenants(minutes, MINUTE_SETTINGS, tell),
    recall: measureRecall(1),
  };
}

function kindsOf(kinds: Readonly<Record<string, Kind>>, isHeldOut: boolean): KindAlarms[] {
  return (['1h', '1m'] as const).flatMap((grain) =>
    Object.entries(kinds).map(([name, kind]) => ({
      name,
      isHeldOut,
      grain,
      ofSetting: alarmsOfKind(name, kind, grain, SETTINGS, KIND_SEEDS).map(
        (perWeek, at) => perWeek / (SETTINGS[at] ?? 1),
      ),
    })),
  );
}

/** The section of docs/benchmarks.md. */
export function falseAlarmsReport(found: FalseAlarms, weeks: number, seeds: number): string {
  const { hours, kinds, minutes, recall } = found;
  const held = kinds.filter(({ isHeldOut }) => isHeldOut);
  const known = kinds.filter(({ isHeldOut }) => !isHeldOut);
  return `"About N false alarms a week", counted where nothing is wrong. All figures are alarms a week as a part of N: 1 is the promise kept.

**One series.** ${known.length / 2} kinds of series that the constants were chosen on and ${held.length / 2} that were held out, ${KIND_SEEDS} seeds each: ${WATCHED['1h'].weeks - WATCHED['1h'].learningWeeks} weeks of hours, ${WATCHED['1m'].weeks - WATCHED['1m'].learningWeeks} of
minutes after ${WATCHED['1h'].learningWeeks} and ${WATCHED['1m'].learningWeeks} of learning. Median over the kinds, quartiles in parentheses, then least and most.

${table(
  ['setting', ...SETTINGS.map(String)],
  [
    ['hours, chosen on', ...spreadOf(known, '1h')],
    ['hours, held out', ...spreadOf(held, '1h')],
    ['minutes, chosen on', ...spreadOf(known, '1m')],
    ['minutes, held out', ...spreadOf(held, '1m')],
  ],
)}

The kinds held out:

${table(
  [
    'kind',
    ...SETTINGS.map((setting) => `${setting}, hours`),
    ...SETTINGS.map((setting) => `${setting}, minutes`),
  ],
  held
    .filter(({ grain }) => grain === '1h')
    .map(({ name, ofSetting }) => [
      name,
      ...ofSetting.map(cell),
      ...(held.find((other) => other.name === name && other.grain === '1m')?.ofSetting ?? []).map(cell),
    ]),
)}

**All series of a network.** Every KPI of sums, counts and their ratios; total, channels, countries; outages and viral moments are known and
alarms at them are counted apart. Counted are incidents: alarms over the same events that begin together are one, as the list has it; signals are what was sent, one
for each KPI of an incident. Hours: ${seeds} networks of ${weeks} weeks, at ${RATES_PER_SECOND.join(' and ')} events a second in turn, that the constants were not chosen on. Minutes: ${MINUTE_RATES_PER_SECOND.length} of
${MINUTE_WEEKS} week at ${MINUTE_RATES_PER_SECOND.join(' and ')}. Learning is two weeks of hours, two days of minutes. With a known cause: incidents a week, not a part of N.

${tenantTable('hours', hours)}

${tenantTable('minutes', minutes)}

**Found** of anomalies put into eight kinds of series at all times of day, setting 1: outages of 3 hours and of 15 minutes, single spikes, shifts of 48 points.

${table(
  ['put in', 'hours', 'minutes'],
  recall.map(({ found: part, what }) => [what, percent(part['1h']), percent(part['1m'])]),
)}
`;
}

function tenantTable(name: string, rows: readonly TenantAlarms[]): string {
  return table(
    [
      'setting',
      `${name}: all together`,
      'each network',
      'of so many expected',
      'while learning',
      'a day of it',
      'signals',
      'with a known cause',
    ],
    rows.map(({ expected, overall, perWeek, setting, signals, whileLearning, withCause }) => [
      String(setting),
      cell(overall / setting),
      perWeek.map((each) => cell(each / setting)).join(' '),
      expected.toFixed(1),
      cell(whileLearning / setting),
      cell(whileLearning / 7),
      cell(signals / setting),
      cell(withCause),
    ]),
  );
}

function spreadOf(kinds: readonly KindAlarms[], grain: Grain): string[] {
  const rows = kinds.filter((kind) => kind.grain === grain);
  return SETTINGS.map((_, at) => {
    const sorted = rows.map(({ ofSetting }) => ofSetting[at] ?? 0).toSorted((a, b) => a - b);
    const quantile = (part: number): string => cell(sorted[Math.round((sorted.length - 1) * part)] ?? 0);
    return `${quantile(0.5)} (${quantile(0.25)}–${quantile(0.75)}), ${quantile(0)}–${quantile(1)}`;
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

const cell = (value: number): string => value.toFixed(2);
const percent = (part: number): string => `${Math.round(100 * part)} %`;
