import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { ModelsStatus, modelsStatusSubject, type ModelsReply } from '../../platform/contracts/models.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { createSharedAnswers } from '../history/shared-answers.ts';

const TIMEOUT_MS = 1_500;
const codec = createJsonCodec(ModelsStatus);

/** How the models service is, asked of it at most once a second; a tenant sees the titles of its own work only. */
export function createModelsReader(bus: Bus, clock: Clock): (tenant: string) => Promise<ModelsReply> {
  const answers = createSharedAnswers<ModelsStatus | undefined>(clock, 1_000, 1);
  return async (tenant) => {
    const status = await answers.get('models', async () =>
      bus.isConnected()
        ? await bus.request(modelsStatusSubject, {}, codec, TIMEOUT_MS).catch(() => undefined)
        : undefined,
    );
    if (status === undefined) return { isOwned: false, status: null };
    return {
      isOwned: true,
      status: { ...status, running: null, runs: status.runs.filter((run) => run.tenant === tenant) },
    };
  };
}
