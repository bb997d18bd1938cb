import type { Bus } from '../../platform/bus/bus.ts';
import { openKv, type Kv } from '../../platform/bus/kv.ts';
import { openObjects, type Objects } from '../../platform/bus/objects.ts';
import {
  ChurnRegistry,
  churnModelObject,
  type ChurnModelVersion,
} from '../../platform/contracts/customers.ts';
import { buckets, modelsBucket } from '../../platform/contracts/subjects.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { ChurnModel } from '../churn/model.ts';
import { packChurn, unpackChurn } from './packed-model.ts';

const KEPT = 6;
/** Of the bucket that holds the models of all tasks; what was set first stands. */
const MAX_BYTES = 512 * 1024 * 1024;

export interface HeldChurnRegistry {
  readonly value: ChurnRegistry;
  /** 0: there is none yet. */
  readonly revision: number;
}

/** Churn models of tenants by version, and which of them is in force. */
export interface ChurnRegistryStore {
  load(tenant: string): Promise<HeldChurnRegistry>;
  /** Undefined where the object is gone or not readable by this version of Weir. */
  model(tenant: string, version: number): Promise<ChurnModel | undefined>;
  putModel(tenant: string, version: number, model: ChurnModel): Promise<void>;
  /** Compare-and-set. Throws BUS_BUSY when somebody else wrote since it was loaded. */
  save(tenant: string, next: ChurnRegistry, held: HeldChurnRegistry): Promise<void>;
  /** Removes what belongs to tenants that are not among those given. */
  forgetOthers(tenants: readonly string[]): Promise<void>;
}

const empty: ChurnRegistry = { current: 0, next: 1, versions: [], asOfMs: 0, triedAtMs: 0, retrain: null };

/**
 * A version counts only when the registry entry names it, and the entry is written after the object is whole: killed between the two, the
 * object waits unnamed and the next training of the same number overwrites it.
 */
export function createChurnRegistry(bus: Bus): ChurnRegistryStore {
  let opened: Promise<{ kv: Kv<ChurnRegistry>; objects: Objects }> | undefined;
  const open = (): Promise<{ kv: Kv<ChurnRegistry>; objects: Objects }> => {
    opened ??= Promise.all([
      openKv(bus, buckets.churnModels, { schema: ChurnRegistry }),
      openObjects(bus, modelsBucket, { maxBytes: MAX_BYTES }),
    ])
      .then(([kv, objects]) => ({ kv, objects }))
      .catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
    return opened;
  };
  return {
    load: async (tenant) => {
      const { kv } = await open();
      const entry = await kv.get(tenant);
      return { value: entry?.value ?? empty, revision: entry?.revision ?? 0 };
    },
    model: async (tenant, version) => {
      if (version === 0) return undefined;
      const { objects } = await open();
      const bytes = await objects.get(churnModelObject(tenant, version));
      return bytes === undefined ? undefined : unpackChurn(bytes);
    },
    putModel: async (tenant, version, model) => {
      const { objects } = await open();
      await objects.put(churnModelObject(tenant, version), packChurn(model));
    },
    save: async (tenant, next, { revision, value }) => {
      const { kv, objects } = await open();
      const written =
        revision === 0 ? await kv.create(tenant, next) : await kv.update(tenant, next, revision);
      if (!written.ok)
        throw new WeirError('BUS_BUSY', 'the registry of the models was changed by somebody else meanwhile');
      const kept = new Set(next.versions.map(({ version }) => version));
      for (const { version } of value.versions)
        if (!kept.has(version)) await objects.delete(churnModelObject(tenant, version));
    },
    forgetOthers: async (tenants) => {
      const { kv, objects } = await open();
      for (const tenant of await kv.keys('>')) {
        if (tenants.includes(tenant)) continue;
        const versions = (await kv.get(tenant))?.value.versions ?? [];
        await kv.delete(tenant);
        for (const { version } of versions) await objects.delete(churnModelObject(tenant, version));
      }
    },
  };
}

/** The registry with a newly learned version: in force when it is better, otherwise kept beside it as refused. Pure. */
export function withChurnVersion(
  registry: ChurnRegistry,
  version: Omit<ChurnModelVersion, 'state'>,
  isBetter: boolean,
): ChurnRegistry {
  const before = registry.versions.map((each): ChurnModelVersion =>
    isBetter && each.state === 'current' ? { ...each, state: 'retired' } : each,
  );
  const all: ChurnModelVersion[] = [{ ...version, state: isBetter ? 'current' : 'refused' }, ...before];
  return {
    ...registry,
    current: isBetter ? version.version : registry.current,
    next: version.version + 1,
    versions: all.filter(({ state }, i) => i < KEPT || state === 'current'),
  };
}
