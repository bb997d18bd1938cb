import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { openKvMirror, type KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { openObjects } from '../../platform/bus/objects.ts';
import type { ContactPoint } from '../../platform/contracts/alert-subscription.ts';
import { RenderJob, RenderSchedule, type LiveRender } from '../../platform/contracts/render.ts';
import { artefactsBucket, buckets } from '../../platform/contracts/subjects.ts';
import type { SystemState } from '../../platform/contracts/live.ts';
import { createDownloadLinks, openDownloadSecret } from '../../platform/signed-link/download-links.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { HttpApp } from '../adapters/express.ts';
import { createSharedAnswers } from '../history/shared-answers.ts';
import type { Route } from '../http/route.ts';
import { createDownloads, piecesOf } from './download-page.ts';
import { createRenderDesk } from './render-desk.ts';
import { renderRoutes } from './render-routes.ts';

export interface GatewayRenders {
  readonly routes: readonly Route[];
  /** Renders of a tenant for the live topic, newest first. */
  live(tenant: string): readonly LiveRender[];
  /** The download route, which answers bytes and no JSON. */
  mount(http: HttpApp): void;
  /** How rendering is, for the state of the system; undefined where nobody renders. */
  part(): Promise<SystemState['parts'][number] | undefined>;
  /** For links to unsubscribe. */
  readonly schedules: KvMirror<RenderSchedule>;
  stop(): Promise<void>;
}

const SCHEDULE_BUCKET_BYTES = 8 * 1024 * 1024;

/** Wires everything of the gateway that has to do with renders. `nameOf` gives the words for whoever asks. */
export async function startGatewayRenders(
  bus: Bus,
  clock: Clock,
  artefactBytes: number,
  nameOf: (subject: string) => string,
  contactOf: (key: string) => ContactPoint | undefined,
): Promise<GatewayRenders> {
  const [jobs, schedules, objects, secret] = await Promise.all([
    openKvMirror(bus, buckets.renders, { schema: RenderJob }),
    openKvMirror(bus, buckets.renderSchedules, { schema: RenderSchedule, maxBytes: SCHEDULE_BUCKET_BYTES }),
    openObjects(bus, artefactsBucket, { maxBytes: artefactBytes }),
    openDownloadSecret(bus),
  ]);
  const links = createDownloadLinks(secret, clock);
  const desk = createRenderDesk({ bus, jobs, schedules, objects, links, contactOf, clock });
  const download = createDownloads(jobs, objects, links);
  const tools = createSharedAnswers<Awaited<ReturnType<typeof desk.tools>>>(clock, 30_000, 1);
  return {
    schedules,
    live: (tenant) => desk.list(tenant).map(({ params: _params, ...shown }) => shown),
    routes: renderRoutes(desk, nameOf),
    mount: (http) =>
      http.get('/artefacts/:tenant/:id/:name', async ({ request, response }) => {
        const search = new URL(request.originalUrl, 'http://localhost').searchParams;
        const { headers, bytes, status } = await download({
          tenant: String(request.params['tenant']),
          id: String(request.params['id']),
          name: String(request.params['name']),
          until: search.get('until') ?? '',
          signature: search.get('sig') ?? '',
          isInline: search.get('inline') === '1',
          range: request.headers.range,
        });
        response.status(status);
        for (const [name, value] of headers) response.setHeader(name, value);
        // Whoever leaves early ends the writing, which is no fault.
        await pipeline(Readable.from(piecesOf(bytes)), response).catch(() => undefined);
      }),
    part: async () => {
      const known = await tools.get('tools', async () => await desk.tools());
      if (known.length === 0) return undefined;
      const missing = known.filter(({ isThere }) => !isThere);
      const name = 'render';
      if (missing.length === 0)
        return { name, state: 'up', detail: known.map((tool) => tool.name).join(' and ') };
      return {
        name,
        state: 'degraded',
        detail: missing.map((tool) => `${tool.name} is not installed: ${tool.without}`).join('; '),
      };
    },
    stop: async () => {
      await jobs.stop();
      await schedules.stop();
    },
  };
}
