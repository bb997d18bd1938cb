import { Cron } from 'croner';

/** Next time strictly after `afterMs` that the expression names in the zone; undefined where there is none. Throws on a wrong one. */
export function nextRun(cron: string, zone: string, afterMs: number): number | undefined {
  return patternOf(cron, zone).nextRun(new Date(afterMs))?.getTime();
}

/** What is wrong with the expression or the zone; undefined when nothing is. */
export function cronFault(cron: string, zone: string): string | undefined {
  try {
    patternOf(cron, zone).nextRun(new Date(0));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const patterns = new Map<string, Cron>();
const maxPatterns = 1_000;

/** Croner is used for its arithmetic alone: paused, it sets no timer. */
function patternOf(cron: string, zone: string): Cron {
  const key = `${zone} ${cron}`;
  let pattern = patterns.get(key);
  if (pattern === undefined) {
    pattern = new Cron(cron, { timezone: zone, paused: true });
    if (patterns.size >= maxPatterns) patterns.clear();
    patterns.set(key, pattern);
  }
  return pattern;
}
