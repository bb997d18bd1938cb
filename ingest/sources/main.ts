import { readFile } from 'node:fs/promises';
import type { Bus } from '../../platform/bus/bus.ts';
import { openKv } from '../../platform/bus/kv.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import type { Access } from '../../platform/contracts/tenant.ts';
import { messageOf, WeirError } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { createDoor } from '../import/adapters/http-door.ts';
import { createGuardedFetch } from './adapters/guarded-fetch.ts';
import type { SourcesConfig } from './config.ts';
import { createSourceMetrics } from './metrics.ts';
import { runSource } from './run-source.ts';
import { readSources } from './source-list.ts';
import { SourceState } from './source.ts';

export interface SourcesDeps {
  readonly bus: Bus;
  readonly access: Pick<Access, 'authenticate'>;
  /** Of the HTTP door. */
  readonly url: string;
  /** Used when the settings name no ingest key. */
  readonly localKey: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Sources {
  readonly count: number;
  stop(): Promise<void>;
}

const requestTimeoutMs = 30_000;

/**
 * Starts asking the sources of the configured file, each in a loop of its own, as a client of the public HTTP door; with none configured it does nothing. Throws
 * SOURCE_CONFIG_INVALID and SOURCE_ADDRESS_REFUSED.
 */
export async function startSources(deps: SourcesDeps, config: SourcesConfig): Promise<Sources> {
  const { bus, clock, url } = deps;
  if (config.file === undefined) return { count: 0, stop: () => Promise.resolve() };
  const log = deps.log.child({ module: 'sources' });
  const sources = readSources(await fileText(config.file), config.tokens, config.allowLoopback);
  const apiKey = config.apiKey ?? deps.localKey;
  const principal = deps.access.authenticate(apiKey);
  if (typeof principal === 'string')
    throw new WeirError(
      'SOURCE_CONFIG_INVALID',
      `WEIR_SOURCES_API_KEY is no key of this Weir: ${principal}.`,
    );
  const { tenant } = principal;
  const kv = await openKv(bus, buckets.sources, { schema: SourceState });
  const ending = new AbortController();
  const metrics = createSourceMetrics(deps.metrics);
  const running = sources.map((source) => {
    const random = createRandom(`${source.name}/${clock.nowMs()}`);
    return runSource(
      {
        tenant,
        fetch: createGuardedFetch(config),
        door: createDoor(
          { clock, random, signal: ending.signal },
          { url, apiKey, giveUpAfterMs: Number.POSITIVE_INFINITY, requestTimeoutMs },
        ),
        kv,
        clock,
        random,
        log,
        metrics,
        signal: ending.signal,
      },
      source,
    );
  });
  log.info({ sources: sources.length, tenant }, 'sources are asked');
  return {
    count: sources.length,
    stop: async () => {
      ending.abort();
      await Promise.all(running);
    },
  };
}

async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new WeirError('SOURCE_CONFIG_INVALID', `WEIR_SOURCES_FILE cannot be read: ${messageOf(error)}`);
  }
}
