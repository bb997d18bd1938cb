import type { ReactNode } from 'react';
import type { Trend, TrendMoment, TrendStage } from '../../platform/contracts/trend.ts';
import { duration } from '../data/format.ts';
import { useWorkspace } from '../data/workspace.ts';

const tones: Readonly<Record<TrendStage, string>> = {
  emerging: 'badge badge-accent',
  rising: 'badge badge-good',
  peak: 'badge badge-warn',
  declining: 'badge',
  dead: 'badge',
};

const marks: Readonly<Record<TrendStage, string>> = {
  emerging: '✦',
  rising: '▲',
  peak: '◆',
  declining: '▼',
  dead: '○',
};

/** Told apart by mark and word, not by colour alone. */
export function StageBadge({ stage }: { readonly stage: TrendStage }): ReactNode {
  return (
    <span className={tones[stage]}>
      <span aria-hidden="true">{marks[stage]}</span> {stage}
    </span>
  );
}

/** Its peak is behind it: what it may have ahead is another one. */
export function isPastPeak({ stage }: Pick<Trend, 'stage'>): boolean {
  return stage === 'declining' || stage === 'dead';
}

/** Velocity in words: how long until it is twice or half of what it is. */
export function velocityWords(velocity: number): string {
  if (Math.abs(velocity) < 0.05) return 'steady';
  const days = 86_400_000 / Math.abs(velocity);
  return `${velocity > 0 ? 'doubles' : 'halves'} in ${duration(Math.max(3_600_000, days))}`;
}

/** A time that is known, or expected with the interval that holds it four times in five. */
export function Moment({
  moment,
  nowMs,
}: {
  readonly moment: TrendMoment;
  readonly nowMs: number;
}): ReactNode {
  const { format } = useWorkspace();
  if (moment.isPast)
    return (
      <time dateTime={new Date(moment.expectedMs).toISOString()}>{format.dateTime(moment.expectedMs)}</time>
    );
  // In data of the past, what was expected then has gone by as well.
  if (moment.expectedMs <= nowMs)
    return (
      <span>
        {format.dateTime(moment.expectedMs)}{' '}
        <span className="quiet">
          est., {format.date(moment.fromMs)} to {format.date(moment.toMs)}
        </span>
      </span>
    );
  const inMs = (ms: number): string => duration(Math.max(0, ms - nowMs));
  return (
    <span title={format.dateTime(moment.expectedMs)}>
      in {inMs(moment.expectedMs)}{' '}
      <span className="quiet">
        est., {inMs(moment.fromMs)} to {inMs(moment.toMs)}
      </span>
    </span>
  );
}

/** A money estimate in US dollars, the currency of the seeds' figures, whatever the tenant's is. */
export function usd(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: value >= 100 ? 0 : 2,
  }).format(value);
}

/** Mentions to two decimals: how many were to be expected is often less than one. */
export function mentions(value: number): number {
  return Math.round(value * 100) / 100;
}

export function healthWords(health: number): string {
  if (health > 0.8) return 'going up';
  return health < 0.3 ? 'going down' : 'holding';
}

export const adviceWords: Readonly<Record<Trend['timing']['advice'], string>> = {
  'publish now': 'Publish now',
  prepare: 'Prepare',
  'too late': 'Too late for this peak',
};
