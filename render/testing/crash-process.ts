import { openKvMirror } from '../../platform/access/kv-mirror.ts';
import { connectBus } from '../../platform/bus/bus.ts';
import { openObjects } from '../../platform/bus/objects.ts';
import { RenderJob } from '../../platform/contracts/render.ts';
import { artefactsBucket, buckets } from '../../platform/contracts/subjects.ts';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { createWorkProcess } from '../adapters/work-process.ts';
import { createArtefactStore } from '../artefacts/artefact-store.ts';
import { createRenderMetrics } from '../metrics.ts';
import { startQueue } from '../queue/queue.ts';
import { buildReport } from '../report/build-report.ts';
import { octoberFacts } from './facts.ts';

/** A renderer of its own, to be killed: takes the queue of a test server and makes a real report of fixed facts. */
const [, , servers = '', token = '', home = ''] = process.argv;
const metrics = createMetrics({ processMetrics: false });
const bus = await connectBus({ servers, token, name: 'crash', log: silentLog, metrics, clock: systemClock });
const objects = await openObjects(bus, artefactsBucket, { maxBytes: 1 << 26 });
const processes = createWorkProcess(home);
await startQueue(
  {
    bus,
    jobs: await openKvMirror(bus, buckets.renders, { schema: RenderJob }),
    artefacts: await createArtefactStore(objects, metrics, 1 << 26),
    history: { note: async () => {} },
    produce: async (request, { signal, progress }) => {
      const folder = processes.folder(`${request.tenant}.${request.id}`);
      const task = {
        kind: 'report',
        report: buildReport(octoberFacts()),
        formats: ['csv'],
        paper: 'A4',
      } as const;
      return await processes.run(task, { folder, signal, progress });
    },
    metrics: createRenderMetrics(metrics),
    clock: systemClock,
    random: createRandom(1),
  },
  { atOnce: 1, timeoutMs: 60_000, maxAttempts: 5, retentionMs: 3_600_000, ackWaitMs: 1_000 },
);
process.stdout.write('ready\n');
