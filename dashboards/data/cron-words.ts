const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** A usual cron expression as people say it: "every day at 06:00". Undefined for what is easier read as it is. */
export function cronWords(cron: string): string | undefined {
  const fields = cron.trim().split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  if (fields.length !== 5 || month !== '*') return undefined;
  const isDaily = day === '*' && weekday === '*';
  const everyMinutes = stepOf(minute, 60);
  if (everyMinutes !== undefined)
    return hour === '*' && isDaily ? `every ${counted(everyMinutes, 'minute')}` : undefined;
  const atMinute = numberOf(minute, 59);
  if (atMinute === undefined) return undefined;
  const past = atMinute === 0 ? '' : `, ${counted(atMinute, 'minute')} past`;
  if (hour === '*') return isDaily ? `every hour${past}` : undefined;
  const everyHours = stepOf(hour, 24);
  if (everyHours !== undefined) return isDaily ? `every ${counted(everyHours, 'hour')}${past}` : undefined;
  const atHour = numberOf(hour, 23);
  if (atHour === undefined) return undefined;
  const time = `at ${two(atHour)}:${two(atMinute)}`;
  if (isDaily) return `every day ${time}`;
  if (day === '*') {
    if (weekday === '1-5') return `Monday to Friday ${time}`;
    // 7 is Sunday, too.
    const at = numberOf(weekday, 7);
    return at === undefined ? undefined : `every ${weekdays[at % 7] ?? ''} ${time}`;
  }
  const date = numberOf(day, 31);
  return weekday === '*' && date !== undefined && date > 0
    ? `on day ${date} of every month ${time}`
    : undefined;
}

function stepOf(field: string, most: number): number | undefined {
  const step = field.startsWith('*/') ? numberOf(field.slice(2), most) : undefined;
  // Others begin anew at the turn of the hour or the day, so that "every" would not be true.
  return step !== undefined && step > 1 && most % step === 0 ? step : undefined;
}

function numberOf(field: string, most: number): number | undefined {
  return /^\d{1,2}$/.test(field) && Number(field) <= most ? Number(field) : undefined;
}

function counted(count: number, unit: string): string {
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
