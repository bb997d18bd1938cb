import { Cron } from 'croner';

/**
 * The first moment after `afterMs` at which a cron line of five fields comes due in an IANA zone; null when it never does. A local time
 * that a change of the clocks leaves out comes due at the jump, one that is repeated comes due once. Throws RangeError for a
 * line or zone nobody understands; seconds and years are refused.
 */
export function nextCronMs(line: string, timeZone: string, afterMs: number): number | null {
  const fields = line.trim().split(/\s+/);
  if (fields.length !== 5)
    throw new RangeError('a cron line has five fields: minute, hour, day of month, month, weekday');
  try {
    return (
      new Cron(line.trim(), { timezone: timeZone, paused: true }).nextRun(new Date(afterMs))?.getTime() ??
      null
    );
  } catch (error) {
    throw new RangeError(error instanceof Error ? error.message : 'the cron line or the zone is wrong', {
      cause: error,
    });
  }
}
