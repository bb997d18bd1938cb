import type { AlertItem, AlertMessage } from '../../../platform/contracts/alert-thread.ts';
import type { KpiUnit } from '../../../platform/contracts/kpi.ts';

/** Text of messages, the same on every channel: what, since when, how unusual, why, what to do, why you got it. */

type MessageThread = AlertMessage['threads'][number];

/** Where links lead: the address people use, without a slash at its end. */
export interface Links {
  readonly baseUrl: string;
}

export interface ThreadLinks {
  readonly open: string;
  readonly acknowledge: string;
  readonly snooze: string;
  readonly silence: string;
  readonly chart: string | undefined;
}

/** Each names its tenant: who is signed in to another one is taken there. */
export function threadLinks(
  { baseUrl }: Links,
  { tenant }: Pick<AlertMessage, 'tenant'>,
  thread: MessageThread,
): ThreadLinks {
  const open = `${baseUrl}/alerts/${thread.threadId}?tenant=${tenant}`;
  const chart = thread.items[0]?.link;
  return {
    open,
    acknowledge: `${open}&do=acknowledge`,
    snooze: `${open}&do=snooze`,
    silence: `${open}&do=silence`,
    chart:
      chart === undefined || !chart.startsWith('/')
        ? undefined
        : `${baseUrl}${chart}${chart.includes('?') ? '&' : '?'}tenant=${tenant}`,
  };
}

const stateWords = { firing: 'Firing', acknowledged: 'Acknowledged', resolved: 'Over' } as const;

/** One line that says what it is, for subjects and titles. */
export function headline(message: AlertMessage): string {
  const [first] = message.threads;
  if (message.kind === 'test') return `Test message from Weir (${message.tenantName})`;
  if (message.report !== undefined) return `${message.report.title} (${message.tenantName})`;
  if (message.kind === 'digest') {
    const threads = message.threads.length + message.moreThreads;
    return `${threads} alert threads, worst ${message.severity} (${message.tenantName})`;
  }
  if (first === undefined) return `Alerts of ${message.tenantName}`;
  const escalated = message.isEscalation ? 'Not acknowledged: ' : '';
  const mark = first.state === 'firing' ? first.severity : stateWords[first.state].toLowerCase();
  return `${escalated}[${mark}] ${first.title}`;
}

/** What the message counts and does not list. */
export function countLines(message: AlertMessage): string[] {
  const { counts, held, moreThreads } = message;
  const lines: [number, string][] = [
    [moreThreads, 'more threads are not listed here'],
    [held, 'messages were held back by the rate cap and are in this one'],
    [counts.covered, 'narrower or dependent alerts are explained by these'],
    [counts.silenced, 'alerts were held back by silences'],
    [counts.dropped, 'alerts were left out during quiet hours'],
    [counts.overflow, 'alerts came when no more could be kept'],
  ];
  return lines.flatMap(([count, words]) => (count > 0 ? [`${count.toLocaleString('en-US')} ${words}.`] : []));
}

/** Title line and details of one thread. */
export function threadLines(
  message: AlertMessage,
  thread: MessageThread,
): { title: string; lines: string[] } {
  const lines = [`${stateWords[thread.state]} · ${thread.severity} · ${since(message, thread)}`];
  if (thread.impact !== null) lines.push(impactWords(thread.impact, message.currency));
  return { title: thread.title, lines };
}

/** Everything said of one alert. */
export function itemLines(message: AlertMessage, item: AlertItem): string[] {
  const lines: string[] = [];
  if (item.body !== '') lines.push(item.body);
  const unusual = howUnusual(item, message.currency);
  if (unusual !== undefined) lines.push(`How unusual: ${unusual}`);
  const why = whyWords(item, message.currency);
  if (why !== undefined) lines.push(`Why: ${why}`);
  lines.push(`What to do: ${advice(item)}`);
  return lines;
}

export function because(message: AlertMessage): string {
  if (message.kind === 'test')
    return 'You get this because somebody pressed the test button of this contact point.';
  if (message.kind === 'report')
    return `You get this because of the report schedule “${message.subscriptionName}”: ${message.why}.`;
  const escalated = message.isEscalation
    ? ' Nobody has acknowledged it in time, so you are told as well.'
    : '';
  return `You get this because of the subscription “${message.subscriptionName}”: ${message.why}.${escalated}`;
}

function since({ createdAtMs, timeZone }: AlertMessage, thread: MessageThread): string {
  const from = localTime(thread.startedAtMs, timeZone);
  if (thread.endedAtMs !== null)
    return `from ${from} to ${localTime(thread.endedAtMs, timeZone)}, ${duration(thread.endedAtMs - thread.startedAtMs)}`;
  return `since ${from}, ${duration(createdAtMs - thread.startedAtMs)} so far`;
}

export function localTime(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(atMs);
}

export function duration(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
  return `${Math.round(hours / 24)} days`;
}

export function impactWords(impact: number, currency: string): string {
  const side = impact < 0 ? 'less' : 'more';
  return `Money: about ${amount(Math.abs(impact), 'currency', currency)} ${side} than expected over this time (est.)`;
}

function howUnusual(item: AlertItem, currency: string): string | undefined {
  const parts: string[] = [];
  const value = (number: number): string => amount(number, item.unit, currency);
  if (item.observed !== null && item.lower !== null && item.upper !== null)
    parts.push(`${value(item.observed)} where ${value(item.lower)} to ${value(item.upper)} was expected`);
  else if (item.observed !== null && item.expected !== null)
    parts.push(`${value(item.observed)} against ${value(item.expected)}`);
  if (item.score !== null && item.score > 0 && item.score < 1 && item.kind === 'anomaly') {
    const weeks = item.score / (1 - item.score);
    parts.push(
      `as rare as once in ${weeks < 1.5 ? 'a week' : `${Math.round(weeks)} weeks`} when nothing is wrong`,
    );
  }
  return parts.length === 0 ? undefined : parts.join('; ');
}

function whyWords(item: AlertItem, currency: string): string | undefined {
  if (item.why.length === 0) return undefined;
  return item.why
    .map(
      ({ contribution, dimension, share, value }) =>
        `${dimension} ${value} ${contribution < 0 ? '−' : '+'}${amount(Math.abs(contribution), item.unit, currency)} (${Math.round(100 * share)}%)`,
    )
    .join(', ');
}

function advice(item: AlertItem): string {
  if (item.state === 'resolved') return 'nothing; it is over.';
  if (item.kpi === 'feed') return 'look whether your senders run and their keys are valid (System).';
  if (item.kind === 'decision') return 'open it and decide.';
  if (item.isGood === true) return 'look what made it, and whether to do more of that.';
  const [first] = item.why;
  if (first !== undefined) return `begin with ${first.dimension} ${first.value}, which moved it most.`;
  if (item.kind === 'trend' || item.kind === 'viral')
    return 'decide whether to publish on it while it rises.';
  return 'open the chart, compare with the same time of other weeks, and look what was changed then.';
}

const unitWords: Readonly<Record<KpiUnit, string>> = {
  currency: '',
  count: '',
  ratio: '%',
  minutes: ' min',
  per_day: ' a day',
  hours: ' h',
  seconds: ' s',
  months: ' months',
  times: '×',
};

/** Three significant digits with the unit. */
export function amount(value: number, unit: KpiUnit | null, currency: string): string {
  const shown = unit === 'ratio' ? 100 * value : value;
  const text = Number(shown.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 });
  if (unit === null) return text;
  return unit === 'currency' ? `${text} ${currency}` : `${text}${unitWords[unit]}`;
}
