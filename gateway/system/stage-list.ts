import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import {
  stageNames,
  StageStatus,
  stageStatusSubject,
  type StageList,
  type StageView,
} from '../../platform/contracts/stages.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { createSharedAnswers } from '../history/shared-answers.ts';

const TIMEOUT_MS = 1_500;
const codec = createJsonCodec(StageStatus);

/** Where the second stages stand, asked of their owners at most once a second; one nobody answers for has no owner. */
export function createStageReader(bus: Bus, clock: Clock): () => Promise<StageList> {
  const answers = createSharedAnswers<StageList>(clock, 1_000, 1);
  const ask = async (name: string): Promise<StageView> => {
    const status = bus.isConnected()
      ? await bus.request(stageStatusSubject(name), {}, codec, TIMEOUT_MS).catch(() => undefined)
      : undefined;
    if (status !== undefined) return { ...status, isOwned: true };
    return {
      name,
      isOwned: false,
      position: null,
      pendingMessages: null,
      flushedAtMs: null,
      owesWrites: null,
      failure: null,
      repair: null,
    };
  };
  return async () =>
    await answers.get('stages', async () => ({ stages: await Promise.all(stageNames.map(ask)) }));
}
