import type { Bus } from '../../platform/bus/bus.ts';
import { openKv, type Kv, type KvEntry } from '../../platform/bus/kv.ts';
import { openObjects, type Objects } from '../../platform/bus/objects.ts';
import {
  ForecastRegistry,
  forecastRegistryKey,
  modelObject,
  type ForecastGrain,
} from '../../platform/contracts/forecast.ts';
import type { ModelManifest } from '../../platform/contracts/model-manifest.ts';
import { buckets, modelsBucket } from '../../platform/contracts/subjects.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { packModel, unpackModel, type LearnedModel } from './learned-model.ts';

/** Versions kept beside the current one; older ones go, object and entry. */
const KEPT = 8;

export interface HeldRegistry {
  readonly value: ForecastRegistry;
  /** 0: there is none yet. */
  readonly revision: number;
}

/** Trained models of tenants: objects by version, and which of them counts. */
export interface Registry {
  load(tenant: string, grain: ForecastGrain): Promise<HeldRegistry>;
  /** The model of a version; undefined where its object is gone or not readable by this version of Weir. */
  model(tenant: string, grain: ForecastGrain, version: number): Promise<LearnedModel | undefined>;
  /** Stores the object of a version that nothing points to yet. */
  putModel(tenant: string, grain: ForecastGrain, version: number, model: LearnedModel): Promise<void>;
  /** Compare-and-set. Throws BUS_BUSY when somebody else wrote since it was loaded. */
  save(tenant: string, grain: ForecastGrain, next: ForecastRegistry, held: HeldRegistry): Promise<void>;
  /** Removes the entry, then the objects it named. */
  forget(tenant: string, grain: ForecastGrain): Promise<void>;
}

export const emptyRegistry: ForecastRegistry = {
  current: 0,
  next: 1,
  versions: [],
  calendarRevision: 0,
  originMs: 0,
  historySteps: 0,
  drift: {},
  retrain: null,
  firing: {},
};

/**
 * A version counts only when the registry entry names it, and the entry is written after the object is whole (an object is seen
 * whole or not at all): killed between the two, the object waits unnamed and the next training of the same number overwrites it.
 */
export function createRegistry(bus: Bus): Registry {
  let opened: Promise<{ kv: Kv<ForecastRegistry>; objects: Objects }> | undefined;
  const open = (): Promise<{ kv: Kv<ForecastRegistry>; objects: Objects }> => {
    opened ??= Promise.all([
      openKv(bus, buckets.models, { schema: ForecastRegistry }),
      openObjects(bus, modelsBucket, { maxBytes: 512 * 1024 * 1024 }),
    ])
      .then(([kv, objects]) => ({ kv, objects }))
      .catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
    return opened;
  };
  return {
    load: async (tenant, grain) => {
      const { kv } = await open();
      const entry: KvEntry<ForecastRegistry> | undefined = await kv.get(forecastRegistryKey(tenant, grain));
      return { value: entry?.value ?? emptyRegistry, revision: entry?.revision ?? 0 };
    },
    model: async (tenant, grain, version) => {
      const { objects } = await open();
      const bytes = await objects.get(modelObject(tenant, grain, version));
      return bytes === undefined ? undefined : unpackModel(bytes);
    },
    putModel: async (tenant, grain, version, model) => {
      const { objects } = await open();
      await objects.put(modelObject(tenant, grain, version), packModel(model));
    },
    save: async (tenant, grain, next, { revision, value }) => {
      const { kv, objects } = await open();
      const key = forecastRegistryKey(tenant, grain);
      const written = revision === 0 ? await kv.create(key, next) : await kv.update(key, next, revision);
      if (!written.ok)
        throw new WeirError('BUS_BUSY', 'the registry of the models was changed by somebody else meanwhile');
      // After the entry: an object nobody names costs room, a name without object would cost the model.
      const kept = new Set(next.versions.map(({ version }) => version));
      for (const { version } of value.versions)
        if (!kept.has(version)) await objects.delete(modelObject(tenant, grain, version));
    },
    forget: async (tenant, grain) => {
      const { kv, objects } = await open();
      const key = forecastRegistryKey(tenant, grain);
      const versions = (await kv.get(key))?.value.versions ?? [];
      await kv.delete(key);
      for (const { version } of versions) await objects.delete(modelObject(tenant, grain, version));
    },
  };
}

/** The registry with a newly trained version: current when it was no worse on the same past, otherwise kept beside it. Pure. */
export function withVersion(
  registry: ForecastRegistry,
  trained: Omit<ModelManifest, 'state'>,
  isBetter: boolean,
): ForecastRegistry {
  const versions = registry.versions.map((each): ModelManifest =>
    isBetter && each.state === 'current' ? { ...each, state: 'retired' } : each,
  );
  const added: ModelManifest = { ...trained, state: isBetter ? 'current' : 'refused' };
  const all = [added, ...versions];
  const kept = all.filter(({ state }, i) => i < KEPT || state === 'current');
  return {
    ...registry,
    current: isBetter ? trained.version : registry.current,
    next: trained.version + 1,
    versions: kept,
  };
}

/** The registry with an earlier version brought back. Throws FORECAST_VERSION_UNKNOWN. */
export function withCurrent(registry: ForecastRegistry, version: number): ForecastRegistry {
  if (!registry.versions.some((each) => each.version === version))
    throw new WeirError('FORECAST_VERSION_UNKNOWN', `There is no version ${version} of these models.`);
  return {
    ...registry,
    current: version,
    versions: registry.versions.map((each): ModelManifest => {
      if (each.version === version) return { ...each, state: 'current' };
      return each.state === 'current' ? { ...each, state: 'retired' } : each;
    }),
  };
}
