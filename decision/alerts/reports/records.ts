import { openKvMirror, type KvMirror } from '../../../platform/access/kv-mirror.ts';
import type { Bus } from '../../../platform/bus/bus.ts';
import { openKv } from '../../../platform/bus/kv.ts';
import { openObjects, type Objects } from '../../../platform/bus/objects.ts';
import { RenderJob, RenderSchedule } from '../../../platform/contracts/render.ts';
import { ReportMailMark } from '../../../platform/contracts/report-mail.ts';
import { artefactsBucket, buckets } from '../../../platform/contracts/subjects.ts';

/** What the mail of reports is made from; of these, only the marks are written here. */
export interface ReportRecords {
  readonly jobs: KvMirror<RenderJob>;
  readonly marks: KvMirror<ReportMailMark>;
  readonly scheduleOf: (key: string) => Promise<RenderSchedule | undefined>;
  readonly artefacts: Objects;
  stop(): Promise<void>;
}

/** As their writers open them, so that none changes the bound of another. */
const SCHEDULE_BUCKET_BYTES = 8 * 1024 * 1024;
/** Some hundred bytes for each of the renders that are kept. */
const MARK_BUCKET_BYTES = 8 * 1024 * 1024;

export async function openReportRecords(bus: Bus, artefactBytes: number | undefined): Promise<ReportRecords> {
  const [jobs, marks, schedules, artefacts] = await Promise.all([
    openKvMirror(bus, buckets.renders, { schema: RenderJob }),
    openKvMirror(bus, buckets.reportMails, { schema: ReportMailMark, maxBytes: MARK_BUCKET_BYTES }),
    openKv(bus, buckets.renderSchedules, { schema: RenderSchedule, maxBytes: SCHEDULE_BUCKET_BYTES }),
    openObjects(bus, artefactsBucket, artefactBytes === undefined ? {} : { maxBytes: artefactBytes }),
  ]);
  return {
    jobs,
    marks,
    scheduleOf: async (key) => (await schedules.get(key))?.value,
    artefacts,
    stop: async () => {
      await jobs.stop();
      await marks.stop();
    },
  };
}
