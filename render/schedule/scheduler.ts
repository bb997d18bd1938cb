import { Type, type Static } from '@sinclair/typebox';
import { openKvMirror } from '../../platform/access/kv-mirror.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { encodeJson } from '../../platform/bus/json.ts';
import { openKv, type Kv } from '../../platform/bus/kv.ts';
import { RenderSchedule, type RenderRequest } from '../../platform/contracts/render.ts';
import { buckets, renderSubject } from '../../platform/contracts/subjects.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { dueRun } from './due.ts';

const EVERY_MS = 15_000;
/** Some thousands of schedules. */
const BUCKET_BYTES = 8 * 1024 * 1024;
const Mark = Type.Object({ lastMs: Type.Number() });

export const openSchedules = async (bus: Bus): Promise<Kv<RenderSchedule>> =>
  await openKv(bus, buckets.renderSchedules, { schema: RenderSchedule, maxBytes: BUCKET_BYTES });
export const openMarks = async (bus: Bus): Promise<Kv<Static<typeof Mark>>> =>
  await openKv(bus, buckets.renderMarks, { schema: Mark, maxBytes: BUCKET_BYTES });

/**
 * Asks for the reports that are due. The wish carries an id that follows from schedule and due time and is published first, then the mark
 * moves: a crash in between asks again under the same id, which is the same job. Several owners do no harm for the same reason.
 */
export async function startScheduler(bus: Bus, clock: Clock): Promise<{ stop(): Promise<void> }> {
  const log = bus.log.child({ module: 'render-schedule' });
  const schedules = await openKvMirror(bus, buckets.renderSchedules, {
    schema: RenderSchedule,
    maxBytes: BUCKET_BYTES,
  });
  const marks = await openMarks(bus);

  const look = async (schedule: RenderSchedule): Promise<void> => {
    const key = `${schedule.tenant}.${schedule.id}`;
    const mark = await marks.get(key);
    const nowMs = clock.nowMs();
    const lastMs = Math.max(mark?.value.lastMs ?? 0, schedule.createdAtMs);
    const due = dueRun(schedule, lastMs, nowMs);
    if (due !== undefined) {
      const request = requestOf(schedule, due.atMs);
      await bus.publish(renderSubject('report'), encodeJson(request), {
        msgId: `${request.tenant}.${request.id}`,
      });
      log.info({ schedule: key, dueAtMs: due.atMs }, 'a scheduled report was asked for');
    }
    // Skipped runs are passed over, too: what is decided once is not decided again.
    if (due !== undefined || nowMs - lastMs > 3_600_000)
      await marks.put(key, { lastMs: due?.atMs ?? nowMs - 1 });
  };
  const lookAll = async (): Promise<void> => {
    for (const schedule of schedules.values())
      await look(schedule).catch((error: unknown) =>
        log.warn({ err: error, schedule: schedule.id }, 'a schedule could not be looked at'),
      );
  };
  await lookAll();
  const ticker = clock.every(EVERY_MS, lookAll);
  return {
    stop: async () => {
      ticker.stop();
      await schedules.stop();
    },
  };
}

export function requestOf(schedule: RenderSchedule, dueAtMs: number): RenderRequest {
  return {
    id: `${schedule.id}-${dueAtMs}`.slice(0, 120),
    tenant: schedule.tenant,
    kind: 'report',
    title: schedule.title,
    params: { ...schedule.report, atMs: dueAtMs },
    askedBy: { type: 'schedule', id: schedule.id, name: schedule.title },
    priority: 5,
    createdAtMs: dueAtMs,
  };
}
