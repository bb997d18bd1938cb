import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessDirectory } from '../platform/access/access.ts';
import { demoTenant } from '../platform/access/first-start.ts';
import type { Bus } from '../platform/bus/bus.ts';
import { openKv } from '../platform/bus/kv.ts';
import { Job } from '../platform/contracts/api.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import type { Clock } from '../platform/time/clock.ts';

/** While this file exists the demo feed does not start: somebody has removed the simulated data. */
const removedMark = (home: string): string => join(home, 'demo.removed');

export async function isDemoRemoved(home: string): Promise<boolean> {
  return readFile(removedMark(home)).then(
    () => true,
    () => false,
  );
}

/**
 * Ends the demo feed for good when a job asks for the removal of simulated data: stops it, revokes its keys, remembers that, and only
 * then tells the processors to delete.
 */
export async function endDemoWhenAsked(
  deps: {
    readonly bus: Bus;
    readonly access: AccessDirectory;
    readonly clock: Clock;
    readonly home: string;
    stopFeed(): Promise<void>;
  },
  signal: AbortSignal,
): Promise<void> {
  const { bus, access, clock, home } = deps;
  const jobs = await openKv(bus, buckets.jobs, { schema: Job });
  for await (const event of jobs.watch(signal)) {
    if (event.type !== 'put') continue;
    const { key, value: job, revision } = event.entry;
    if (job.kind !== 'simulated-removal' || job.state !== 'queued') continue;
    await deps.stopFeed();
    for (const apiKey of access.keys(demoTenant))
      if (apiKey.state === 'live') await access.revokeKey(demoTenant, apiKey.id);
    await writeFile(removedMark(home), `${new Date(clock.nowMs()).toISOString()}\n`);
    await rm(join(home, 'demo-feed.json'), { force: true });
    await jobs.update(
      key,
      {
        ...job,
        state: 'running',
        stage: 'feed stopped',
        updatedAtMs: clock.nowMs(),
        params: { ...job.params, feedStopped: true },
      },
      revision,
    );
  }
}
