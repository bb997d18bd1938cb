import type { AlertThread, Delivery } from '../../platform/contracts/alert-thread.ts';
import { nameOf, type Alert } from './core/alert.ts';
import type { AlertContext, AlertInput, AlertOutput } from './core/context.ts';
import { stepAlerts } from './core/step.ts';
import { threadView } from './core/thread.ts';
import {
  decodeOwner,
  emptyOwner,
  encodeOwner,
  tenantState,
  type OwnerState,
  type Position,
} from './owner-state.ts';

/** The effects of the owner, one call each, so that a test can end it between any two. */
export interface OwnerPorts {
  loadSnapshot(): Promise<Uint8Array | undefined>;
  /** All or nothing. */
  saveSnapshot(bytes: Uint8Array): Promise<void>;
  /** Puts deliveries on record; one whose id is there already is left as it is. */
  queue(deliveries: readonly Delivery[]): Promise<void>;
  writeThreads(threads: readonly AlertThread[]): Promise<void>;
  /** Throws when somebody else owns alerts now. */
  confirmLease(): Promise<void>;
}

export interface OwnerConfig {
  readonly ports: OwnerPorts;
  /** Records of a tenant as they are now; undefined for a tenant that is gone. */
  readonly contextOf: (tenant: string) => AlertContext | undefined;
  readonly onMessage: (output: AlertOutput) => void;
  readonly onRowsFailed: (error: unknown) => void;
  readonly onDamaged: (fault: string) => void;
}

export interface Taken {
  readonly tenant: string;
  readonly alert: Alert;
  readonly atMs: number;
}

/** Alerts of all tenants, in memory; one caller at a time. */
export interface Owner {
  readonly state: OwnerState;
  /** Applies what a stream brought, up to `position`; nothing is kept or sent before `commit`. */
  take(stream: 'signals' | 'records', taken: readonly Taken[], position: Position): void;
  /** Lets time pass, then commits if anything happened. */
  tick(nowMs: number): Promise<void>;
  /** Applies what a person wants and commits; the thread as it is then, undefined when there is none. */
  command(tenant: string, input: Extract<AlertInput, { threadId: string }>): Promise<AlertThread | undefined>;
  viewOf(tenant: string, threadId: string): AlertThread | undefined;
  /** Lets `drop` take away what a removed tenant had; it answers whether anything went. The next tick commits. */
  forget(drop: (state: OwnerState) => Promise<boolean>): Promise<void>;
  /** Whether the last snapshot holds no delivery that could be put on record again. */
  isOutboxReleased(): boolean;
}

/**
 * Begins from the last snapshot. What it had decided to send and may not have put on record is put on record first: ids are those of the
 * snapshot, so nothing is doubled.
 */
export async function openOwner(config: OwnerConfig): Promise<Owner> {
  const { ports } = config;
  const bytes = await ports.loadSnapshot();
  const decoded = bytes === undefined ? emptyOwner() : decodeOwner(bytes);
  if ('fault' in decoded) config.onDamaged(decoded.fault);
  const state = 'fault' in decoded ? emptyOwner() : decoded;
  let hasChanged = false;
  let isReleased = state.outbox.length === 0;

  const collect = (outputs: readonly AlertOutput[], context: AlertContext): void => {
    for (const output of outputs) {
      config.onMessage(output);
      hasChanged = true;
      for (const contactId of output.contacts) {
        const delivery = deliveryOf(output, contactId, context);
        if (delivery !== undefined) state.outbox.push(delivery);
      }
    }
  };

  const apply = (tenant: string, input: AlertInput): void => {
    const context = config.contextOf(tenant);
    if (context === undefined) {
      if (state.tenants.delete(tenant)) hasChanged = true;
      return;
    }
    collect(stepAlerts(tenantState(state, tenant), input, context), context);
  };

  const writeThreads = async (): Promise<void> => {
    const views = [...state.tenants.values()].flatMap((tenant) =>
      [...tenant.dirty].flatMap((id) => {
        const thread = tenant.threads.get(id);
        return thread === undefined ? [] : [threadView(tenant, thread)];
      }),
    );
    if (views.length === 0) return;
    try {
      await ports.writeThreads(views);
    } catch (error) {
      // The history waits for the store; what subscribers are told must not.
      config.onRowsFailed(error);
      return;
    }
    for (const tenant of state.tenants.values()) tenant.dirty.clear();
    hasChanged = true;
  };

  /**
   * Order, and what a kill leaves behind. (1) The snapshot holds state, positions and the deliveries decided on, all of one moment. Killed before
   * it: the streams are read again from the old positions and decided again. (2) Deliveries are put on record. Killed before or within: the
   * snapshot has them, they are put on record at the next start, under the same ids. (3) Rows for people. Killed before: the threads are marked in the
   * snapshot and written then. (4) The outbox is dropped here, and from the stored snapshot at the next commit. Only after that are records of sent
   * deliveries deleted, so that one that is put on record again finds that it was sent.
   */
  const commit = async (): Promise<void> => {
    hasChanged = false;
    await ports.confirmLease();
    await ports.saveSnapshot(encodeOwner(state));
    isReleased = state.outbox.length === 0;
    if (!isReleased) {
      await ports.queue(state.outbox);
      state.outbox = [];
      hasChanged = true;
    }
    await writeThreads();
  };

  if (state.outbox.length > 0) {
    await ports.confirmLease();
    await ports.queue(state.outbox);
    state.outbox = [];
    hasChanged = true;
  }

  return {
    state,
    take: (stream, taken, position) => {
      for (const { alert, atMs, tenant } of taken) apply(tenant, { type: 'alert', alert, atMs });
      state[stream] = position;
      hasChanged = true;
    },
    tick: async (nowMs) => {
      for (const tenant of state.tenants.keys()) apply(tenant, { type: 'tick', nowMs });
      const isDirty = [...state.tenants.values()].some(({ dirty }) => dirty.size > 0);
      if (hasChanged || isDirty) await commit();
    },
    command: async (tenant, input) => {
      apply(tenant, input);
      await commit();
      return viewOf(state, tenant, input.threadId);
    },
    viewOf: (tenant, threadId) => viewOf(state, tenant, threadId),
    forget: async (drop) => {
      if (await drop(state)) hasChanged = true;
    },
    isOutboxReleased: () => isReleased,
  };
}

function viewOf(state: OwnerState, tenant: string, threadId: string): AlertThread | undefined {
  const alerts = state.tenants.get(tenant);
  const thread = alerts?.threads.get(threadId);
  return alerts === undefined || thread === undefined ? undefined : threadView(alerts, thread);
}

/** Undefined for a contact point that is gone. */
function deliveryOf(
  { message }: AlertOutput,
  contactId: string,
  context: AlertContext,
): Delivery | undefined {
  const channel = context.channelOf(contactId);
  if (channel === undefined) return undefined;
  return {
    id: nameOf('d', message.id, contactId),
    tenant: message.tenant,
    contactId,
    channel,
    state: 'waiting',
    tries: 0,
    nextAtMs: message.createdAtMs,
    attempts: [],
    createdAtMs: message.createdAtMs,
    endedAtMs: null,
    message,
  };
}
