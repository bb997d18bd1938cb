import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../platform/log/log.ts';
import { systemClock } from '../platform/time/clock.ts';
import { createAcknowledgedKeeper, readAcknowledged, type LogLoss } from './acknowledged.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'weir-mark-'));
  mkdirSync(join(home, 'run'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function keeper(losses: LogLoss[] = []) {
  const initial = readAcknowledged(home, silentLog);
  return createAcknowledgedKeeper({ home, clock: systemClock, log: silentLog }, initial, (loss) =>
    losses.push(loss),
  );
}
const batch = (seq: number, isRepeat = false) => ({ seq, partition: seq % 4, events: 10 + seq, isRepeat });

describe('the mark of what was acknowledged', () => {
  it('is there after a stop, whatever the order of acknowledgements', async () => {
    const first = keeper();
    for (const seq of [1, 3, 2, 5]) first.note(batch(seq));
    await first.stop();
    const mark = readAcknowledged(home, silentLog);
    expect(mark?.lastSeq).toBe(5);
    expect(mark?.recent).toEqual([1, 3, 2, 5].map((seq) => ({ seq, partition: seq % 4, events: 10 + seq })));
    const second = keeper();
    second.note(batch(6));
    await second.stop();
    expect(readAcknowledged(home, silentLog)).toMatchObject({ lastSeq: 6 });
  });

  it('is written while it runs, so that a kill leaves all but the last moment', async () => {
    const running = keeper();
    running.note(batch(7));
    const deadlineMs = systemClock.monotonicMs() + 5_000;
    while (readAcknowledged(home, silentLog)?.lastSeq !== 7 && systemClock.monotonicMs() < deadlineMs)
      await systemClock.sleep(20);
    expect(readAcknowledged(home, silentLog)?.lastSeq).toBe(7);
    await running.stop();
  });

  it('remembers a bounded number of batches', async () => {
    const running = keeper();
    for (let seq = 1; seq <= 10_000; seq++) running.note(batch(seq));
    const { lastSeq, recent } = running.mark();
    await running.stop();
    expect([lastSeq, recent.length, recent[0]?.seq]).toEqual([10_000, 4_096, 5_905]);
    expect(readFileSync(join(home, 'run', 'acknowledged'), 'utf8').length).toBeLessThan(100_000);
  });

  it.each(['', 'nonsense', '{"lastSeq":-1,"atMs":0,"batches":[]}', '{"lastSeq":1}'])(
    'that reads %j counts as none',
    (text) => {
      writeFileSync(join(home, 'run', 'acknowledged'), text);
      expect(readAcknowledged(home, silentLog)).toBeUndefined();
    },
  );
});

describe('a log that loses its end while in use', () => {
  it('is noticed by the first sequence handed out again, and by lower ones that follow', async () => {
    const losses: LogLoss[] = [];
    const running = keeper(losses);
    for (let seq = 1; seq <= 20; seq++) running.note(batch(seq));
    // 16 and 15 were on their way together; the later one is acknowledged first.
    running.note(batch(16));
    running.note(batch(15));
    running.note(batch(17));
    expect(losses.map(({ lastSeq, before }) => [lastSeq, before.lastSeq, before.recent.length])).toEqual([
      [15, 20, 20],
      [14, 20, 20],
    ]);
    expect(new Set(losses.map(({ atMs }) => atMs)).size).toBe(1);
    expect(running.mark().lastSeq).toBe(17);
    await running.stop();
  });

  it('is not what a repeated batch means, whose first acknowledgement was lost', async () => {
    const losses: LogLoss[] = [];
    const running = keeper(losses);
    running.note(batch(1));
    running.note(batch(1, true));
    running.note(batch(2));
    await running.stop();
    expect(losses).toEqual([]);
  });
});
