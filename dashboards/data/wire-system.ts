import type { DeadLetterList, EventStats, Job, StoredEvent } from '../../platform/contracts/api.ts';
import type { SourceList, SourceStatus } from '../../platform/contracts/source.ts';
import type { StageList, StageView } from '../../platform/contracts/stages.ts';
import type { SystemState } from '../../platform/contracts/live.ts';
import {
  arrayOf,
  isBoolean,
  isNumber,
  isRecord,
  isString,
  isUnknown,
  nullable,
  object,
  oneOf,
  optional,
  recordOf,
  type Guard,
} from './guard.ts';

export const isJob: Guard<Job> = object<Job>({
  id: isString,
  tenant: isString,
  kind: oneOf([
    'kpi-backfill',
    'late-correction',
    'deadletter-replay',
    'simulated-removal',
    'models',
    'policy-dry-run',
  ]),
  title: isString,
  stage: isString,
  percent: isNumber,
  state: oneOf(['queued', 'running', 'done', 'failed', 'cancelled']),
  cancelAskedAtMs: optional(isNumber),
  createdAtMs: isNumber,
  updatedAtMs: isNumber,
  error: optional(isString),
  params: isRecord,
});

export const isJobList: Guard<{ jobs: Job[] }> = object<{ jobs: Job[] }>({ jobs: arrayOf(isJob) });

export const isEventStats: Guard<EventStats> = object<EventStats>({
  stored: isNumber,
  duplicates: isNumber,
  rejected: isNumber,
  late: isNumber,
  byType: recordOf(isNumber),
});

export const isStoredEvents: Guard<{ events: StoredEvent[] }> = object<{ events: StoredEvent[] }>({
  events: arrayOf(
    object<StoredEvent>({
      id: isString,
      source: isString,
      type: isString,
      time: isString,
      receivedAt: isString,
      data: isUnknown,
      flags: arrayOf(isString),
    }),
  ),
});

export const isDeadLetterList: Guard<DeadLetterList> = object<DeadLetterList>({
  total: isNumber,
  entries: arrayOf(
    object<DeadLetterList['entries'][number]>({
      seq: isNumber,
      receivedAt: isString,
      dialect: isString,
      source: isString,
      code: isString,
      message: isString,
      index: isNumber,
      item: isString,
    }),
  ),
  nextBeforeSeq: optional(isNumber),
});

export const isStageList: Guard<StageList> = object<StageList>({
  stages: arrayOf(
    object<StageView>({
      name: isString,
      isOwned: isBoolean,
      position: nullable(isNumber),
      pendingMessages: nullable(isNumber),
      flushedAtMs: nullable(isNumber),
      owesWrites: nullable(isBoolean),
      failure: nullable(isString),
      repair: nullable(isString),
    }),
  ),
});

export const isSystemState: Guard<SystemState> = object<SystemState>({
  version: isString,
  simulated: isBoolean,
  parts: arrayOf(
    object<SystemState['parts'][number]>({
      name: isString,
      state: oneOf(['up', 'degraded', 'down']),
      detail: isString,
    }),
  ),
  freshnessMs: nullable(isNumber),
  pendingMessages: isNumber,
});

export const isSourceList: Guard<SourceList> = object<SourceList>({
  sources: arrayOf(
    object<SourceStatus>({
      name: isString,
      kind: isString,
      host: isString,
      events: isNumber,
      failures: isNumber,
      lastOkMs: isNumber,
      nextMs: isNumber,
      problem: isString,
    }),
  ),
});
