import type { DeadLetterList, EventStats, Job, StoredEvent } from '../../platform/contracts/api.ts';
import type { SystemState } from '../../platform/contracts/live.ts';
import type { ModelsReply } from '../../platform/contracts/models.ts';
import type { SourceList } from '../../platform/contracts/source.ts';
import type { StageList } from '../../platform/contracts/stages.ts';
import { apiPath } from './api-path.ts';
import type { Http } from './http.ts';
import { isModelsReply } from './wire-forecast.ts';
import {
  isDeadLetterList,
  isEventStats,
  isJob,
  isJobList,
  isSourceList,
  isStageList,
  isStoredEvents,
  isSystemState,
} from './wire-system.ts';

export interface DeadLetterArgs {
  readonly code?: string | undefined;
  readonly beforeSeq?: number | undefined;
  readonly limit: number;
}

export interface EventArgs {
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  readonly limit: number;
}

/** Routes of the engine room: state, jobs, stored and refused events. Each throws ApiError. */
export interface SystemApi {
  readonly stages: () => Promise<StageList>;
  readonly sources: () => Promise<SourceList>;
  readonly eventStats: () => Promise<EventStats>;
  readonly events: (args: EventArgs) => Promise<{ events: StoredEvent[] }>;
  readonly deadLetters: (args: DeadLetterArgs) => Promise<DeadLetterList>;
  readonly replay: (selection: { seqs?: number[]; code?: string }) => Promise<Job>;
  readonly jobs: () => Promise<{ jobs: Job[] }>;
  readonly cancelJob: (id: string) => Promise<Job>;
  readonly system: () => Promise<SystemState>;
  readonly removeDemo: () => Promise<Job>;
  readonly models: () => Promise<ModelsReply>;
}

export function createSystemApi({ request }: Pick<Http, 'request'>): SystemApi {
  return {
    stages: () => request({ method: 'GET', path: apiPath('system', 'stages') }, isStageList),
    sources: () => request({ method: 'GET', path: apiPath('sources') }, isSourceList),
    eventStats: () => request({ method: 'GET', path: apiPath('events', 'stats') }, isEventStats),
    events: ({ id, type, limit }) =>
      request({ method: 'GET', path: apiPath('events'), query: { id, type, limit } }, isStoredEvents),
    deadLetters: ({ code, beforeSeq, limit }) =>
      request(
        { method: 'GET', path: apiPath('deadletter'), query: { code, beforeSeq, limit } },
        isDeadLetterList,
      ),
    replay: (body) => request({ method: 'POST', path: apiPath('deadletter', 'replay'), body }, isJob),
    jobs: () => request({ method: 'GET', path: apiPath('jobs') }, isJobList),
    cancelJob: (id) => request({ method: 'POST', path: apiPath('jobs', id, 'cancel') }, isJob),
    system: () => request({ method: 'GET', path: apiPath('system') }, isSystemState),
    removeDemo: () => request({ method: 'DELETE', path: apiPath('demo') }, isJob),
    models: () => request({ method: 'GET', path: apiPath('system', 'models') }, isModelsReply),
  };
}
