import { openKvMirror, type KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import {
  AlertSettings,
  ContactPoint,
  ContactSecret,
  Silence,
  Subscription,
} from '../../platform/contracts/alert-subscription.ts';
import { AlertFeedback, AlertReads } from '../../platform/contracts/alert-thread.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import type { Log } from '../../platform/log/log.ts';
import { openSealedMirror } from '../../platform/secrets/sealed-mirror.ts';
import type { Sealer } from '../../platform/secrets/sealer.ts';

/** Records of people about alerts; written here, read by the owner of alerts. */
export interface AlertRecords {
  readonly subscriptions: KvMirror<Subscription>;
  readonly contacts: KvMirror<ContactPoint>;
  readonly secrets: KvMirror<ContactSecret>;
  readonly silences: KvMirror<Silence>;
  readonly settings: KvMirror<AlertSettings>;
  readonly feedback: KvMirror<AlertFeedback>;
  readonly reads: KvMirror<AlertReads>;
  /** Ends what somebody who has left a tenant still gets from it; `isMember` says who has not. */
  removeStrangers(isMember: (tenant: string, userId: string) => boolean): Promise<void>;
  stop(): Promise<void>;
}

export async function openAlertRecords(bus: Bus, log: Log, sealer: Sealer): Promise<AlertRecords> {
  const [subscriptions, contacts, secrets, silences, settings, feedback, reads] = await Promise.all([
    openKvMirror(bus, buckets.subscriptions, { schema: Subscription }),
    openKvMirror(bus, buckets.contacts, { schema: ContactPoint }),
    openSealedMirror(bus, buckets.contactSecrets, { schema: ContactSecret }, sealer),
    openKvMirror(bus, buckets.silences, { schema: Silence }),
    openKvMirror(bus, buckets.alertSettings, { schema: AlertSettings }),
    openKvMirror(bus, buckets.alertFeedback, { schema: AlertFeedback }),
    openKvMirror(bus, buckets.alertReads, { schema: AlertReads }),
  ]);
  return {
    subscriptions,
    contacts,
    secrets,
    silences,
    settings,
    feedback,
    reads,
    removeStrangers: async (isMember) => {
      for (const { id, tenant, userId } of subscriptions.values()) {
        if (isMember(tenant, userId)) continue;
        await subscriptions.delete(`${tenant}.${id}`);
        log.info({ tenant, subscription: id }, 'a subscription ended with its owner’s part in the tenant');
      }
      for (const { id, tenant, userId } of contacts.values()) {
        if (isMember(tenant, userId)) continue;
        // What is shown first: without it nothing is sent any more.
        await contacts.delete(`${tenant}.${id}`);
        await secrets.delete(`${tenant}.${id}`);
      }
    },
    stop: async () => {
      for (const mirror of [subscriptions, contacts, secrets, silences, settings, feedback, reads])
        await mirror.stop();
    },
  };
}

/** Records of one tenant. */
export function ofTenant<T extends { readonly tenant: string }>(mirror: KvMirror<T>, tenant: string): T[] {
  return mirror.values().filter((record) => record.tenant === tenant);
}
