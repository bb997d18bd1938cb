import type { TrendSource } from '../../platform/contracts/trend.ts';
import { DAY_MS, HOUR_MS } from './activity.ts';
import { learnGrowth, type GrowthCurve } from './growth-curve.ts';
import { addViewing, createViewing, type Viewing } from './viewing.ts';

/** Reports of a content kept: enough for the hours a late publication has to count again. */
const MAX_REPORTS = 12;
/** A day's gain is taken as such when the reports lie at least this far apart. */
const MARK_AFTER_MS = 20 * HOUR_MS;

interface ContentReport {
  readonly hour: number;
  /** Views gained since the report before. */
  readonly gain: number;
  /** What of it counts as the last 24 hours'. */
  effective: number;
}

/** A post or video: what it is about and how its views go. */
export interface Content {
  readonly id: string;
  source: TrendSource;
  channel: string;
  title: string;
  category: string;
  /** Keys of its terms, without the channel's. */
  terms: readonly string[];
  labels: readonly string[];
  /** Known once a publication was seen. */
  publishedMs: number | undefined;
  /** When it was first heard of. */
  firstSeenMs: number;
  lastMs: number;
  views: number;
  reactions: number;
  readonly reports: ContentReport[];
  /** The last full day: its end and gain. */
  markMs: number;
  markGain: number;
  /** Views gained since the mark. */
  sinceMark: number;
  /** Highest gain of a day. */
  highestGain: number;
  /** Single views by the tenant's own viewers; undefined while there are none. */
  viewing: Viewing | undefined;
}

/** Contents heard of most recently, at most `capacity`; the one silent longest leaves first. */
export interface Contents {
  readonly capacity: number;
  readonly byId: Map<string, Content>;
  forgotten: number;
}

export function createContents(capacity: number): Contents {
  return { capacity, byId: new Map(), forgotten: 0 };
}

/** The content of an id, made when it is new, and now the one heard of last. */
export function touchContent(contents: Contents, id: string, atMs: number): Content {
  const held = contents.byId.get(id);
  if (held !== undefined) {
    contents.byId.delete(id);
    contents.byId.set(id, held);
    return held;
  }
  const made: Content = {
    id,
    source: 'platform',
    channel: '',
    title: '',
    category: '',
    terms: [],
    labels: [],
    publishedMs: undefined,
    firstSeenMs: atMs,
    lastMs: atMs,
    views: 0,
    reactions: 0,
    reports: [],
    markMs: Number.NEGATIVE_INFINITY,
    markGain: 0,
    sinceMark: 0,
    highestGain: 0,
    viewing: undefined,
  };
  contents.byId.set(id, made);
  if (contents.byId.size > contents.capacity) {
    const [oldest] = contents.byId.keys();
    if (oldest !== undefined) contents.byId.delete(oldest);
    contents.forgotten++;
  }
  return made;
}

/**
 * Counts a report of views gained. Answers what of it counts for the last 24 hours: a gain over a longer time (the first report of an
 * old content, reports days apart) is spread evenly. Losses are corrections and count nothing.
 */
export function reportViews(
  content: Content,
  atMs: number,
  gain: number,
  reactions: number,
  curve: GrowthCurve,
): number {
  const isFirst = content.reports.length === 0;
  const sinceMs = isFirst ? content.publishedMs : content.lastMs;
  const effective = lastDayShare(gain, sinceMs, atMs);
  content.views += gain;
  content.reactions += reactions;
  content.reports.push({ hour: Math.floor(atMs / HOUR_MS), gain, effective });
  if (content.reports.length > MAX_REPORTS) content.reports.shift();
  content.sinceMark += gain;
  if (isFirst) {
    mark(content, atMs, effective);
  } else markDay(content, atMs, curve);
  content.lastMs = Math.max(content.lastMs, atMs);
  return effective;
}

/** Counts views by single viewers. A content that is reported of has them in its reports. */
export function countViewing(
  content: Content,
  viewed: {
    readonly atMs: number;
    readonly hour: number;
    readonly views: number;
    readonly reactions: number;
  },
  effective: number,
  curve: GrowthCurve,
): void {
  const { atMs, hour, views, reactions } = viewed;
  content.viewing ??= createViewing();
  addViewing(content.viewing, hour, effective);
  content.viewing.unreported += views;
  content.views += views;
  content.reactions += reactions;
  // The first views begin a day; a part of one teaches nothing.
  if (!Number.isFinite(content.markMs)) mark(content, atMs, 0);
  content.sinceMark += effective;
  markDay(content, atMs, curve);
  content.lastMs = Math.max(content.lastMs, atMs);
}

/** Ends a day once it is nearly whole, and learns how the views of such contents go on. */
function markDay(content: Content, atMs: number, curve: GrowthCurve): void {
  if (atMs - content.markMs < MARK_AFTER_MS) return;
  const after = content.sinceMark / ((atMs - content.markMs) / DAY_MS);
  if (content.publishedMs !== undefined && atMs - content.markMs <= 2 * DAY_MS)
    learnGrowth(curve, content.markMs - content.publishedMs, content.markGain, after);
  mark(content, atMs, Math.max(0, after));
}

function mark(content: Content, atMs: number, gain: number): void {
  content.markMs = atMs;
  content.markGain = gain;
  content.sinceMark = 0;
  content.highestGain = Math.max(content.highestGain, gain);
}

/** The publication became known after the first report: that report counts again, by the age the content had. Answers the change. */
export function correctFirstReport(
  content: Content,
): { readonly hour: number; readonly change: number } | undefined {
  const [first] = content.reports;
  if (first === undefined || content.publishedMs === undefined || content.reports.length > 1)
    return undefined;
  const effective = lastDayShare(first.gain, content.publishedMs, content.lastMs);
  const change = effective - first.effective;
  first.effective = effective;
  content.markGain = effective;
  content.highestGain = effective;
  return { hour: first.hour, change };
}

function lastDayShare(gain: number, sinceMs: number | undefined, atMs: number): number {
  if (!(gain > 0)) return 0;
  if (sinceMs === undefined || atMs - sinceMs <= DAY_MS) return gain;
  return (gain * DAY_MS) / (atMs - sinceMs);
}
