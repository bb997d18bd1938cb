import { featureNames } from './features.ts';
import { Type } from '@sinclair/typebox';
import { openKv } from '../../platform/bus/kv.ts';
import { ChurnBands, defaultChurnBands } from '../../platform/contracts/churn-bands.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import type { ChurnRegistry, CustomerRun } from '../../platform/contracts/customers.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import type { Store } from '../../platform/store/store.ts';
import { defineTask } from '../tasks/define-task.ts';
import type { AnyTask, TaskDeps, TaskWish } from '../tasks/task.ts';
import { isCustomersResult, type CustomersResult } from './compute.ts';
import type { CustomersOrder } from './order.ts';
import { readCustomers } from './read-history.ts';
import { createChurnRegistry, withChurnVersion } from './registry.ts';
import { readFormer, writeRun } from './rows.ts';

const Params = Type.Object({
  /** Learn anew, and why; absent: score by the model there is. */
  train: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
});
type Params = (typeof Params)['static'];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The first months of a tenant: until there is a model, it is tried every day. */
const TRY_AFTER_MS = DAY_MS;
/** A run that was wished and did not come about is not wished again for this long. */
const WISH_AGAIN_MS = HOUR_MS;
/** Of a customer to leave: what is asked is the chance of the next four weeks. */
const HORIZON_WEEKS = 4;
/** Learned anew this often: before a horizon has passed, there is no date whose outcome the model in force has not seen, and nothing to compare it on. */
const RETRAIN_AFTER_MS = HORIZON_WEEKS * 7 * DAY_MS;

/** Churn, lifetime value and segments of a tenant's customers, scored every day, learned every horizon or on drift. */
export function createCustomersTask(): AnyTask {
  const wishedAt = new Map<string, number>();
  return defineTask<typeof Params, CustomersOrder, CustomersResult>({
    name: 'customers',
    params: Params,
    title: ({ train }) => (train === undefined ? 'Scoring customers' : 'Learning which customers leave'),
    gather,
    isResult: isCustomersResult,
    store,
    due: async (deps, tenants) => await due(deps, tenants, wishedAt),
  });
}

async function gather(deps: TaskDeps, tenant: Tenant, params: Params): Promise<CustomersOrder | undefined> {
  const asOfMs = Math.floor(deps.clock.nowMs() / MINUTE_MS) * MINUTE_MS;
  const read = await readCustomers(deps.store, tenant.id, asOfMs);
  if (read.customers.length === 0 && read.buyers.length === 0) return undefined;
  const registry = createChurnRegistry(deps.bus);
  const { value } = await registry.load(tenant.id);
  const current = await registry.model(tenant.id, value.current);
  const inForce = value.versions.find(({ version }) => version === value.current);
  return {
    ...read,
    asOfMs,
    horizonWeeks: HORIZON_WEEKS,
    currency: tenant.currency,
    current,
    currentBacktest: inForce?.backtest,
    currentLearnedMs: inForce?.trainedAtMs ?? asOfMs,
    currentVersion: value.current,
    nextVersion: value.next,
    train: params.train !== undefined || current === undefined,
    bands: await bandsOf(deps, tenant.id),
    former: await readFormer(deps.store, tenant.id, asOfMs),
  };
}

/** The tenant's own bands and campaigns, else those of the seeds. */
async function bandsOf({ bus }: TaskDeps, tenant: string): Promise<ChurnBands['bands']> {
  const kv = await openKv(bus, buckets.churnBands, { schema: ChurnBands });
  return ((await kv.get(tenant))?.value ?? defaultChurnBands).bands;
}

/**
 * Crash order: the model's object, the rows of scores and values, the row of the run, which makes them count, then the registry entry, which alone
 * puts the version in force. Killed before the last, all of it is done again under a later minute: rows of a run that no row names are seen by
 * nobody and end with their TTL, and the object replaces that of the same number.
 */
async function store(
  deps: TaskDeps,
  tenant: Tenant,
  params: Params,
  result: CustomersResult,
): Promise<string> {
  const { bus, clock, store: tables } = deps;
  const registry = createChurnRegistry(bus);
  const held = await registry.load(tenant.id);
  const { trained } = result;
  let next: ChurnRegistry = held.value;
  if (trained !== undefined) {
    await registry.putModel(tenant.id, next.next, trained.model);
    next = withChurnVersion(
      next,
      {
        version: next.next,
        trainedAtMs: clock.nowMs(),
        reason: params.train ?? 'the model in force could not be read',
        dataHash: trained.dataHash,
        backtest: trained.backtest,
        newest: trained.newest,
        newestOfCurrent: trained.newestOfCurrent,
        features: [...featureNames],
      },
      trained.isBetter,
    );
  }
  const run: CustomerRun = { ...result.run, madeAtMs: clock.nowMs() };
  await writeRun(tables, tenant.id, run, result.scores, result.values);
  const hasTried = trained !== undefined || params.train !== undefined || held.value.current === 0;
  await registry.save(
    tenant.id,
    {
      ...next,
      asOfMs: run.asOfMs,
      triedAtMs: hasTried ? clock.nowMs() : next.triedAtMs,
      retrain: hasTried ? null : (result.drift ?? next.retrain),
    },
    held,
  );
  return `${result.scores.length} customers scored by ${run.scoredBy === 'model' ? `version ${run.modelVersion}` : 'the rule'}, ${result.values.length} valued, ${result.segments.length} segments`;
}

async function due(
  deps: TaskDeps,
  tenants: readonly Tenant[],
  wishedAt: Map<string, number>,
): Promise<readonly TaskWish[]> {
  const registry = createChurnRegistry(deps.bus);
  await registry.forgetOthers(tenants.map(({ id }) => id));
  const nowMs = deps.clock.nowMs();
  const wishes: TaskWish[] = [];
  for (const { id } of tenants) {
    if (nowMs - (wishedAt.get(id) ?? 0) <= WISH_AGAIN_MS) continue;
    const { revision, value } = await registry.load(id);
    const reason = trainingReason(revision, value, nowMs);
    if (reason === undefined && nowMs - value.asOfMs < DAY_MS) continue;
    if (!(await hasCustomers(deps.store, id))) continue;
    wishedAt.set(id, nowMs);
    wishes.push({
      tenant: id,
      params: reason === undefined ? {} : { train: reason },
      isShown: reason !== undefined,
    });
  }
  return wishes;
}

/** Why a model should be learned now; undefined where none should. */
export function trainingReason(revision: number, registry: ChurnRegistry, nowMs: number): string | undefined {
  if (revision === 0) return 'the first scores of this tenant';
  const since = nowMs - registry.triedAtMs;
  if (registry.current === 0) return since > TRY_AFTER_MS ? 'there is no model yet' : undefined;
  if (since > RETRAIN_AFTER_MS) return 'the last training is four weeks ago';
  return registry.retrain !== null && since > TRY_AFTER_MS ? registry.retrain : undefined;
}

const One = Type.Object({ one: Type.Number() });

async function hasCustomers(tables: Store, tenant: string): Promise<boolean> {
  const rows = await tables.query(
    `SELECT 1 AS one FROM events WHERE tenant = {tenant:String} AND user != ''
 AND type IN ('subscription_started', 'subscription_payment', 'product_sale', 'merchandise_sale', 'membership', 'tip', 'super_chat') LIMIT 1`,
    { tenant },
    One,
  );
  return rows.length > 0;
}
