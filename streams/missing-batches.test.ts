import { describe, expect, it } from 'vitest';
import type { LogIncident, PartitionPosition } from '../platform/contracts/verify.ts';
import {
  findMissing,
  judgeIncidents,
  judgeMissing,
  rangesText,
  type LogInventory,
} from './missing-batches.ts';

const inventory = (change: Partial<LogInventory>): LogInventory => ({
  firstSeq: 1,
  lastSeq: 100,
  messages: 100,
  bytes: 1_000,
  maxBytes: -1,
  deleted: [],
  ...change,
});
const at = (partition: number, position: number, intentTo = position, seqOffset = 0): PartitionPosition => ({
  partition,
  position,
  intentTo,
  seqOffset,
});
const nothing = (): boolean => false;
const judged = (
  log: LogInventory,
  lastAcknowledged: number,
  recent: [seq: number, partition: number, events: number][],
  positions: PartitionPosition[],
  hasRows: (partition: number, rowSeq: number) => boolean = nothing,
) =>
  findMissing(
    log,
    {
      lastSeq: lastAcknowledged,
      atMs: 0,
      recent: recent.map(([seq, partition, events]) => ({ seq, partition, events })),
    },
    positions,
    [],
  )
    .flatMap((missing) => judgeMissing(missing, hasRows))
    .map(({ code, severity, details }) => [code, severity, details['sequences'], details['partitions']]);

describe('what is missing from the log', () => {
  it('is nothing when the log ends where the acknowledgements do, or later', () => {
    expect(judged(inventory({}), 100, [], [at(0, 90), at(1, 100)])).toEqual([]);
    expect(judged(inventory({}), 80, [], [at(0, 100)])).toEqual([]);
  });

  it('is known by the positions alone when no mark is left', () => {
    const missing = findMissing(inventory({ lastSeq: 90 }), undefined, [at(0, 95, 97)], []);
    expect(missing.map(({ seqs }) => rangesText(seqs))).toEqual(['91–97']);
  });

  it('is stored where the partition had read it, lost where it had not', () => {
    const found = judged(
      inventory({ lastSeq: 90 }),
      94,
      [
        [91, 0, 5],
        [92, 1, 6],
        [93, 0, 7],
        [94, 1, 8],
      ],
      [at(0, 93), at(1, 80)],
    );
    expect(found).toEqual([
      ['LOG_BATCHES_MISSING_BUT_STORED', 'info', '91, 93', { 0: '91, 93' }],
      ['LOG_BATCHES_LOST', 'error', '92, 94', { 1: '92, 94' }],
    ]);
  });

  it('is stored when its rows are there although the position does not say so', () => {
    const rows = new Set(['0/1092']);
    const found = judged(
      inventory({ lastSeq: 90 }),
      92,
      [[92, 0, 5]],
      [at(0, 91, 92, 1_000)],
      (partition, seq) => rows.has(`${partition}/${seq}`),
    );
    expect(found).toEqual([['LOG_BATCHES_MISSING_BUT_STORED', 'info', '91–92', { 0: '92', unknown: '91' }]]);
  });

  it('is not called lost or stored when its partition is unknown and partitions differ', () => {
    expect(judged(inventory({ lastSeq: 90 }), 91, [], [at(0, 95), at(1, 80)])).toEqual([
      ['LOG_BATCHES_MISSING_AND_UNKNOWN', 'error', '91–95', { unknown: '91–95' }],
    ]);
  });

  it('has no proof in a position beyond a hole, as a reader steps over it', () => {
    const log = inventory({ deleted: [50, 99] });
    expect(judged(log, 100, [], [at(0, 60), at(1, 60)])).toEqual([
      ['LOG_BATCHES_MISSING_AND_UNKNOWN', 'error', '50', { unknown: '50' }],
      ['LOG_BATCHES_LOST', 'error', '99', { unknown: '99' }],
    ]);
    expect(judged(log, 100, [], [at(0, 60), at(1, 60)], () => true)).toEqual([
      ['LOG_BATCHES_MISSING_BUT_STORED', 'info', '50, 99', { unknown: '50, 99' }],
    ]);
  });
});

describe('losses that were noted', () => {
  const door: LogIncident = {
    foundBy: 'door',
    atMs: 1_000_000,
    lastSeq: 90,
    acknowledgedSeq: 92,
    missing: [
      { seq: 91, partition: 0, events: 3 },
      { seq: 92, partition: 1, events: 4 },
    ],
    positions: [at(0, 90), at(1, 90)],
  };
  const processor: LogIncident = {
    partition: 1,
    position: 92,
    intentTo: 92,
    seqOffset: 0,
    lastSeq: 90,
    atMs: 1_000_500,
  };

  it('stay named after the log has gone beyond them, by what the processors themselves noted', () => {
    const missing = findMissing(
      inventory({ lastSeq: 500 }),
      undefined,
      [at(0, 500), at(1, 500)],
      [door, processor],
    );
    expect(missing).toHaveLength(1);
    const findings = missing.flatMap((one) => judgeMissing(one, nothing));
    expect(findings.map(({ code, details }) => [code, details['sequences']])).toEqual([
      ['LOG_BATCHES_LOST', '91'],
      ['LOG_BATCHES_MISSING_BUT_STORED', '92'],
    ]);
    expect(judgeIncidents([door, processor])).toMatchObject([{ code: 'LOG_TRUNCATED', severity: 'info' }]);
  });

  it('are not called lost because the checkpoints are gone as well', () => {
    const wiped = { ...door, positions: [] };
    const notes = [0, 1].map((partition) => ({ ...processor, partition }));
    const missing = findMissing(inventory({ lastSeq: 500 }), undefined, [], [wiped, ...notes]);
    expect(missing.flatMap((one) => judgeMissing(one, nothing))).toMatchObject([
      { code: 'LOG_BATCHES_MISSING_BUT_STORED', details: { sequences: '91–92' } },
    ]);
  });

  it('are a fault when nobody knows what had been acknowledged', () => {
    expect(judgeIncidents([processor])).toMatchObject([{ code: 'LOG_TRUNCATED', severity: 'error' }]);
  });
});

it.each([
  [[], ''],
  [[3], '3'],
  [[3, 4], '3–4'],
  [[1, 3, 4, 5, 9], '1, 3–5, 9'],
])('%j reads %s', (numbers, text) => {
  expect(rangesText(numbers)).toBe(text);
});
