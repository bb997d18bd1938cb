/** Hour of the day 0…23 and weekday 0…6 from Monday, as clocks and calendars of a place show them. */
export interface LocalTime {
  readonly hour: number;
  readonly weekday: number;
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Throws RangeError for a zone the platform does not know. */
export function createLocalTime(timeZone: string): (timeMs: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    hour: 'numeric',
    weekday: 'short',
  });
  return (timeMs) => {
    const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, value]));
    return {
      hour: Number(parts.get('hour') ?? 0),
      weekday: Math.max(0, weekdays.indexOf(parts.get('weekday') ?? '')),
    };
  };
}
