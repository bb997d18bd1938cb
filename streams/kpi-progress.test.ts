import { describe, expect, it } from 'vitest';
import { createKpiProgressBoard, writtenMarks, type KpiProgress } from './kpi-progress.ts';

const none = new Set<string>();

describe('how far the rows are complete', () => {
  it('is the lowest watermark of the partitions with messages waiting', () => {
    const progress: KpiProgress[] = [
      { partition: 0, logSeq: 10, watermarksMs: { main: 100, demo: 50 } },
      { partition: 1, logSeq: 8, watermarksMs: { main: 70 } },
    ];
    const marks = writtenMarks(
      progress,
      new Map([
        [0, 10],
        [1, 9],
      ]),
    );
    expect(marks.get('main')).toEqual({ watermarkMs: 70, isDrained: false });
  });

  it('is held by a partition that does not know the tenant while it is behind those that do', () => {
    const lastSeqs = new Map([
      [0, 10],
      [1, 12],
    ]);
    const knows = { partition: 0, logSeq: 10, watermarksMs: { demo: 50 } };
    const held = { watermarkMs: Number.NEGATIVE_INFINITY, isDrained: false };
    // It has told nothing at all, and then of another tenant.
    expect(writtenMarks([knows], lastSeqs).get('demo')).toEqual(held);
    expect(
      writtenMarks([knows, { partition: 1, logSeq: 8, watermarksMs: { main: 70 } }], lastSeqs).get('demo'),
    ).toEqual(held);
    // Beyond what the other stands for, or read to its own end, it has none of the tenant's events.
    for (const [logSeq, lastSeq] of [
      [11, 12],
      [8, 8],
    ] as const)
      expect(
        writtenMarks(
          [knows, { partition: 1, logSeq, watermarksMs: { main: 70 } }],
          new Map([
            [0, 10],
            [1, lastSeq],
          ]),
        ).get('demo'),
      ).toEqual({ watermarkMs: 50, isDrained: true });
  });

  it('is the newest watermark when nothing waits anywhere: an idle partition holds nobody', () => {
    const progress: KpiProgress[] = [
      { partition: 0, logSeq: 10, watermarksMs: { main: 100 } },
      { partition: 1, logSeq: 8, watermarksMs: { main: 70 } },
    ];
    expect(
      writtenMarks(
        progress,
        new Map([
          [0, 10],
          [1, 8],
        ]),
      ).get('main'),
    ).toEqual({ watermarkMs: 100, isDrained: true });
  });

  it('is held by a partition whose rows of the tenant wait, also when its log is read to the end', () => {
    const lastSeqs = new Map([
      [0, 10],
      [1, 8],
    ]);
    const read = { partition: 0, logSeq: 10, watermarksMs: { main: 100, demo: 90 } };
    const waits = { partition: 1, logSeq: 8, watermarksMs: { main: 70 }, waiting: ['main'] };
    expect(writtenMarks([read, waits], lastSeqs).get('main')).toEqual({ watermarkMs: 70, isDrained: false });
    expect(writtenMarks([read, waits], lastSeqs).get('demo')).toEqual({ watermarkMs: 90, isDrained: true });
    // After a restart nothing is known of what was complete before.
    const restarted = { ...waits, watermarksMs: {} };
    expect(writtenMarks([read, restarted], lastSeqs).get('main')).toEqual({
      watermarkMs: Number.NEGATIVE_INFINITY,
      isDrained: false,
    });
  });

  it('keeps the mark of a tenant whose rows wait for the next write, and drops one that is gone', async () => {
    const saved: KpiProgress[] = [];
    const board = createKpiProgressBoard(async (progress) => void saved.push(progress));
    board.written({ partition: 0, logSeq: 1, watermarksMs: { main: 10, demo: 10 }, waiting: none });
    board.written({ partition: 0, logSeq: 2, watermarksMs: { demo: 20 }, waiting: new Set(['main']) });
    await board.saveChanged();
    board.written({ partition: 0, logSeq: 3, watermarksMs: { main: 30 }, waiting: none });
    await board.saveChanged();
    await board.saveChanged();
    expect(saved).toEqual([
      { partition: 0, logSeq: 2, watermarksMs: { main: 10, demo: 20 }, waiting: ['main'] },
      { partition: 0, logSeq: 3, watermarksMs: { main: 30 } },
    ]);
  });

  it('saves again what could not be saved', async () => {
    let isAway = true;
    const saved: number[] = [];
    const board = createKpiProgressBoard(async ({ logSeq }) => {
      if (isAway) throw new Error('away');
      saved.push(logSeq);
    });
    board.written({ partition: 0, logSeq: 7, watermarksMs: {}, waiting: none });
    await expect(board.saveChanged()).rejects.toThrow('away');
    isAway = false;
    await board.saveChanged();
    expect(saved).toEqual([7]);
  });
});
