import { WeirError } from '../../platform/errors/weir-error.ts';
import { createCsvRecordReader } from '../import/csv-record.ts';
import type { PlainEvent } from '../import/plain-event.ts';
import { at, listAt, parseJson } from './json.ts';
import { MAX_EVENTS, unseen, type Reading, type SourceAdapter } from './source.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** First cells that begin the table of an export, and how long a row of it lasts. */
const grains: Readonly<Record<string, number>> = {
  time: HOUR_MS,
  hour: HOUR_MS,
  day: DAY_MS,
  date: DAY_MS,
  week: 7 * DAY_MS,
  month: 31 * DAY_MS,
};

export interface InterestOptions {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly format: 'csv' | 'json';
}

interface Interest {
  readonly term: string;
  readonly timeMs: number;
  readonly volume: number;
}

/**
 * Search interest from an address that answers with an export in the form of Google Trends (`Day,term: (Region)`, an index from 0 to 100, `<1` for next to
 * nothing), or with JSON (`[{"term","time","volume"}]`). Only times that are over are told, each once; next to nothing is nothing. The export has its scale
 * anew each time, so what was told first stays.
 */
export function interestAdapter({ name, url, token, format }: InterestOptions): SourceAdapter {
  return {
    request: ({ etag, lastModified }) => ({
      url,
      headers: {
        accept: format === 'csv' ? 'text/csv' : 'application/json',
        ...(etag === '' ? {} : { 'if-none-match': etag }),
        ...(lastModified === '' ? {} : { 'if-modified-since': lastModified }),
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      },
    }),
    read: (text, state, atMs): Reading => {
      const all = (format === 'csv' ? fromCsv(text, atMs) : fromJson(text, atMs))
        .filter(({ volume, timeMs }) => volume > 0 && timeMs <= atMs)
        .toSorted((a, b) => a.timeMs - b.timeMs || (a.term < b.term ? -1 : 1));
      // The newest times win where there are more than one poll may tell.
      const idOf = ({ term, timeMs }: Interest): string => `${term}@${new Date(timeMs).toISOString()}`;
      const { fresh, state: next } = unseen(state, all.slice(-MAX_EVENTS), idOf);
      const events = fresh.map((interest): PlainEvent => ({
        id: idOf(interest),
        source: `source:${name}`,
        type: 'search_trend',
        time: new Date(interest.timeMs).toISOString(),
        data: { term: interest.term, volume: interest.volume },
      }));
      return { events, state: next, nextPage: undefined };
    },
  };
}

function fromCsv(text: string, atMs: number): Interest[] {
  const reader = createCsvRecordReader(',', { maxLines: 4, maxLength: 65_536 });
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const records = [
    ...lines.flatMap((line, i) => reader.push({ number: i + 1, text: line, isCut: false })),
    ...reader.end(),
  ];
  const rows = records.flatMap((record) => ('fields' in record ? [record.fields] : []));
  const headAt = rows.findIndex(
    ([first = '', second]) => second !== undefined && grainOf(first) !== undefined,
  );
  const head = rows[headAt];
  const grainMs = grainOf(head?.[0] ?? '');
  if (head === undefined || grainMs === undefined)
    throw new WeirError(
      'SOURCE_ANSWER_INVALID',
      'The answer has no table of search interest: no line begins with Day, Week, Month, Hour or Time.',
    );
  const terms = head.slice(1).map((title) => title.replace(/:\s*\([^)]*\)\s*$/, '').trim());
  return rows.slice(headAt + 1).flatMap(([time = '', ...cells]) => {
    const timeMs = instantOf(time);
    // A day that is not over has a part of its interest only.
    if (timeMs === undefined || timeMs + grainMs > atMs) return [];
    return cells.flatMap((cell, i) => {
      const volume = Number(cell);
      const term = terms[i] ?? '';
      return term === '' || cell.trim() === '' || !(volume >= 0 && volume <= 1e9)
        ? []
        : { term: term.slice(0, 256), timeMs, volume: Math.round(volume) };
    });
  });
}

function fromJson(text: string, atMs: number): Interest[] {
  return listAt(parseJson(text), '').flatMap((item) => {
    const term = at(item, '/term');
    const time = at(item, '/time');
    const volume = at(item, '/volume');
    const timeMs = typeof time === 'string' ? instantOf(time) : atMs;
    if (typeof term !== 'string' || term.trim() === '' || timeMs === undefined) return [];
    if (typeof volume !== 'number' || !(volume >= 0 && volume <= 1e9)) return [];
    return { term: term.trim().slice(0, 256), timeMs, volume: Math.round(volume) };
  });
}

function grainOf(title: string): number | undefined {
  const name = title.trim().toLowerCase();
  return Object.hasOwn(grains, name) ? grains[name] : undefined;
}

/** `2026-05-01`, `2026-05`, `2026-05-01T03`, with or without a zone; UTC where none is given. */
function instantOf(text: string): number | undefined {
  const clean = text.trim().replace(' ', 'T');
  const full = /T\d{2}$/.test(clean) ? `${clean}:00` : clean;
  const zoned = /T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(full) || !full.includes('T') ? full : `${full}Z`;
  const ms = /^\d{4}-\d{2}/.test(zoned) ? Date.parse(zoned) : Number.NaN;
  return Number.isFinite(ms) ? ms : undefined;
}
