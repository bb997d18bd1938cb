import type { PrivacyPeriod } from '../../platform/contracts/privacy.ts';

const DAY_MS = 86_400_000;

export interface Period {
  /** Such as 2026-11, 2026-W48 or 2026-11-25; part of the key of the ledger. */
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The period a moment lies in, in UTC: a tenant can change its own time zone, and with it would get a fresh budget. Weeks are those of ISO
 * 8601.
 */
export function periodAt(kind: PrivacyPeriod, atMs: number): Period {
  const date = new Date(atMs);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  if (kind === 'month')
    return {
      name: date.toISOString().slice(0, 7),
      startMs: Date.UTC(year, month, 1),
      endMs: Date.UTC(year, month + 1, 1),
    };
  const dayMs = Date.UTC(year, month, date.getUTCDate());
  if (kind === 'day') return { name: date.toISOString().slice(0, 10), startMs: dayMs, endMs: dayMs + DAY_MS };
  const startMs = dayMs - ((date.getUTCDay() + 6) % 7) * DAY_MS;
  // A week belongs to the year its Thursday lies in.
  const thursday = new Date(startMs + 3 * DAY_MS);
  const yearStartMs = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = Math.floor((thursday.getTime() - yearStartMs) / (7 * DAY_MS)) + 1;
  return {
    name: `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`,
    startMs,
    endMs: startMs + 7 * DAY_MS,
  };
}
