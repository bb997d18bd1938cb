import { Type, type Static } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { AlertItem, threadEvents } from '../../../platform/contracts/alert-thread.ts';
import { AlertFamilySchema } from '../../../platform/contracts/alert-subscription.ts';
import { Severity } from '../../../platform/contracts/signal.ts';

/** What is kept of a tenant's alerts; the image of it in a snapshot is the same with lists for maps. */

const Maybe = Type.Union([Type.Number(), Type.Null()]);

const KeptAlert = Type.Object({
  item: AlertItem,
  revision: Type.Integer(),
  family: AlertFamilySchema,
  threadId: Type.String(),
  /** Sequence in its thread at which it fired and at which its state or severity changed last. */
  firstSeq: Type.Integer(),
  changeSeq: Type.Integer(),
  /** The worst it has had. */
  severity: Severity,
});
export type KeptAlert = Static<typeof KeptAlert>;

const Thread = Type.Object({
  id: Type.String(),
  groupKey: Type.String(),
  family: AlertFamilySchema,
  /** Grows with each change that somebody is to hear of. */
  seq: Type.Integer(),
  alertIds: Type.Array(Type.String()),
  /** With those that are no longer kept. */
  alertCount: Type.Integer(),
  firing: Type.Integer(),
  severity: Severity,
  startedAtMs: Type.Number(),
  endedAtMs: Maybe,
  changedAtMs: Type.Number(),
  acknowledged: Type.Union([
    Type.Object({ by: Type.String(), atMs: Type.Number(), comment: Type.String(), severity: Severity }),
    Type.Null(),
  ]),
  snoozed: Type.Union([Type.Object({ by: Type.String(), atMs: Type.Number(), untilMs: Maybe }), Type.Null()]),
  history: Type.Array(
    Type.Object({
      atMs: Type.Number(),
      what: Type.Union(threadEvents.map((event) => Type.Literal(event))),
      by: Type.String(),
      text: Type.String(),
    }),
  ),
  version: Type.Integer(),
});
export type Thread = Static<typeof Thread>;

const heldReasons = ['covered', 'silenced', 'dropped'] as const;
export type HeldReason = (typeof heldReasons)[number];
const Held = Type.Union(heldReasons.map((reason) => Type.Literal(reason)));

const followFields = {
  threadId: Type.String(),
  /** Changes of the thread up to here are told, counted or held. */
  toldSeq: Type.Integer(),
  dueMs: Maybe,
  firstToldMs: Maybe,
  lastToldMs: Maybe,
  messages: Type.Integer(),
  isEscalated: Type.Boolean(),
  /** Tell what still fires at the next occasion, changed or not. */
  isReminded: Type.Boolean(),
};
const FollowImage = Type.Object({ ...followFields, held: Type.Array(Type.Tuple([Type.String(), Held])) });
/** How far one subscriber has been told of one thread. */
export type Follow = Omit<Static<typeof FollowImage>, 'held'> & { held: Map<string, HeldReason> };

const pendingFields = {
  covered: Type.Integer(),
  silenced: Type.Integer(),
  dropped: Type.Integer(),
  overflow: Type.Integer(),
};
const subscriberFields = {
  id: Type.String(),
  /** Messages made so far; names the next one. */
  messages: Type.Integer(),
  /** When the last ones were made, for the rate cap. */
  sentMs: Type.Array(Type.Number()),
  digestMs: Maybe,
  /** Counted, to be said with the next message. */
  pending: Type.Object(pendingFields),
};
const SubscriberImage = Type.Object({
  ...subscriberFields,
  capHeld: Type.Array(Type.String()),
  follows: Type.Array(FollowImage),
});
export type Subscriber = Omit<Static<typeof SubscriberImage>, 'follows' | 'capHeld'> & {
  follows: Map<string, Follow>;
  /** Threads that the rate cap holds back. */
  capHeld: Set<string>;
};

export const TenantImage = Type.Object({
  tenant: Type.String(),
  alerts: Type.Array(KeptAlert),
  threads: Type.Array(Thread),
  subscribers: Type.Array(SubscriberImage),
  seen: Type.Array(Type.Tuple([Type.String(), Type.Integer()])),
  dirty: Type.Array(Type.String()),
});
export type TenantImage = Static<typeof TenantImage>;
export const tenantImageCheck = TypeCompiler.Compile(TenantImage);

/** Owned by whoever steps it: a step changes it in place and depends on nothing else. */
export interface TenantAlerts {
  readonly tenant: string;
  readonly alerts: Map<string, KeptAlert>;
  readonly threads: Map<string, Thread>;
  /** Thread of a group that still fires. */
  readonly open: Map<string, string>;
  readonly subscribers: Map<string, Subscriber>;
  /** Highest revision of alerts that are no longer kept; bounded, the oldest go first. */
  readonly seen: Map<string, number>;
  /** Threads whose row is to be written. */
  readonly dirty: Set<string>;
  /** Firing alerts by `<kpi>|<cut>`, to find what covers another. Follows from `alerts`. */
  readonly firingCuts: Map<string, Set<string>>;
  /** Firing alerts of family `feed`. Follows from `alerts`. */
  readonly firingFeeds: Set<string>;
}

export function emptyTenant(tenant: string): TenantAlerts {
  return {
    tenant,
    alerts: new Map(),
    threads: new Map(),
    open: new Map(),
    subscribers: new Map(),
    seen: new Map(),
    dirty: new Set(),
    firingCuts: new Map(),
    firingFeeds: new Set(),
  };
}

export function emptySubscriber(id: string): Subscriber {
  return {
    id,
    messages: 0,
    sentMs: [],
    digestMs: null,
    pending: { covered: 0, silenced: 0, dropped: 0, overflow: 0 },
    capHeld: new Set(),
    follows: new Map(),
  };
}

export function emptyFollow(threadId: string): Follow {
  return {
    threadId,
    toldSeq: 0,
    dueMs: null,
    firstToldMs: null,
    lastToldMs: null,
    messages: 0,
    isEscalated: false,
    isReminded: false,
    held: new Map(),
  };
}
