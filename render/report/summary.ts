import type { BreakdownReply } from '../../platform/contracts/revenue.ts';
import type { Words } from '../text/format.ts';
import type { ReportFacts } from './facts.ts';
import { relative, type SummaryLine } from './model.ts';

/**
 * The executive summary: what changed, why by contributions, what to do where a signal says so. Every sentence is computed from the figures
 * of the report; where there is nothing to compare with, it says that instead.
 */
export function summaryOf(
  facts: ReportFacts,
  words: Words,
  names: { readonly period: string; readonly prior: string },
): readonly SummaryLine[] {
  if (facts.freshness.events === 0)
    return [
      {
        kind: 'note',
        text: `No events fall into ${names.period}: there is nothing to report on, and zeros below mean no data.`,
      },
      ...recurring(facts, words),
    ];
  return [
    ...what(facts, words, names),
    ...target(facts, words),
    ...recurring(facts, words),
    ...why(facts, words),
    ...toDo(facts, words),
  ];
}

function what(
  { pnl, priorPnl }: ReportFacts,
  words: Words,
  names: { readonly period: string; readonly prior: string },
): SummaryLine[] {
  const now = pnl.total;
  if (priorPnl === null)
    return [
      {
        kind: 'what',
        text: `Revenue for ${names.period} was ${words.money(now.revenueMinor)}, with a profit of ${words.money(now.profitMinor)}. There is no earlier period to compare with.`,
      },
    ];
  const before = priorPnl.total;
  const lines: SummaryLine[] = [
    {
      kind: 'what',
      text: `Revenue was ${words.money(now.revenueMinor)}, ${moved(now.revenueMinor, before.revenueMinor, words)} on ${names.prior}.`,
    },
    {
      kind: 'what',
      text: `${now.profitMinor < 0 ? 'The loss' : 'Profit'} was ${words.money(Math.abs(now.profitMinor))}${now.margin === null ? '' : `, a margin of ${words.percent(now.margin)}`}, after ${words.money(before.profitMinor)} before; costs went from ${words.money(before.costMinor)} to ${words.money(now.costMinor)}.`,
    },
  ];
  return lines;
}

function moved(now: number, before: number, words: Words): string {
  const by = relative(now, before);
  if (by === null) return `from ${words.money(before)}`;
  if (Math.abs(by) < 0.0005) return 'unchanged';
  return `${by > 0 ? 'up' : 'down'} ${words.percent(Math.abs(by))} (${words.money(Math.abs(now - before))})`;
}

function why({ streams, channels }: ReportFacts, words: Words): SummaryLine[] {
  return [contribution(streams, 'stream', words), contribution(channels, 'channel', words)].flatMap((line) =>
    line === undefined ? [] : [{ kind: 'why' as const, text: line }],
  );
}

/** Who moved the total most, in its direction and against it. */
function contribution(reply: BreakdownReply, name: string, words: Words): string | undefined {
  if (reply.previousTotalMinor === null) return undefined;
  const total = reply.totalMinor - reply.previousTotalMinor;
  if (total === 0) return undefined;
  const parts = reply.rows
    .filter((row) => row.id !== '')
    .map((row) => ({ title: row.title, by: row.revenueMinor - (row.previousMinor ?? 0) }));
  const withIt = parts.filter(({ by }) => by * total > 0).toSorted((a, b) => Math.abs(b.by) - Math.abs(a.by));
  const against = parts
    .filter(({ by }) => by * total < 0)
    .toSorted((a, b) => Math.abs(b.by) - Math.abs(a.by));
  const [first, second] = withIt;
  if (first === undefined) return undefined;
  const says = ({ title, by }: { title: string; by: number }): string =>
    `${title} (${by > 0 ? '+' : '−'}${words.money(Math.abs(by))})`;
  const counter = against[0] === undefined ? '' : `, while ${says(against[0])} went the other way`;
  return `By ${name}, the ${total > 0 ? 'rise' : 'fall'} came most from ${says(first)}${second === undefined ? '' : ` and ${says(second)}`}${counter}.`;
}

function target({ pnl }: ReportFacts, words: Words): SummaryLine[] {
  if (pnl.targetMinor <= 0) return [];
  const gap = pnl.total.profitMinor - pnl.targetMinor;
  return [
    {
      kind: 'what',
      text: `Profit is ${words.money(Math.abs(gap))} ${gap >= 0 ? 'above' : 'below'} the target of ${words.money(pnl.targetMinor)} for these days.`,
    },
  ];
}

function recurring({ recurring: facts }: ReportFacts, words: Words): SummaryLine[] {
  const first = facts?.months[0];
  const last = facts?.months.at(-1);
  if (first === undefined || last === undefined) return [];
  return [
    {
      kind: 'what',
      text: `MRR closed at ${words.money(last.closing)} with ${words.count(last.customers)} customers, after opening at ${words.money(first.opening)}.`,
    },
  ];
}

const advice: Readonly<Record<string, string>> = {
  stream_concentration: 'most revenue comes from one stream: grow a second one before relying on it',
  channel_concentration: 'most revenue comes from one channel: a strike or ban there would take most of it',
  few_streams: 'there are few streams of revenue: try another on the channels that convert best',
  revenue_falling: 'revenue a day is falling: see which stream and channel above moved it',
  rpm_falling: 'revenue per 1,000 views is falling: check fill and prices of advertising',
};

function toDo({ signals, streams }: ReportFacts, words: Words): SummaryLine[] {
  const firing = signals.filter(
    (signal) => signal.isFiring && signal.isGood !== true && signal.severity !== 'info',
  );
  const lines: SummaryLine[] = firing.slice(0, 3).map((signal) => ({
    kind: 'do' as const,
    text: `Look at: ${signal.title} (${signal.severity}, since ${words.dateTime(signal.startedAtMs)}).`,
  }));
  for (const risk of streams.risks.slice(0, 2)) {
    const about = risk.subject === undefined ? '' : ` (${risk.subject})`;
    lines.push({ kind: 'do', text: `Risk${about}: ${advice[risk.code] ?? risk.code}.` });
  }
  if (lines.length === 0)
    lines.push({ kind: 'note', text: 'No signal is firing and no risk is beyond its bound.' });
  return lines;
}
