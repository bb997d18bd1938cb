import { Type } from '@sinclair/typebox';
import type { AccessDirectory } from '../../platform/access/access.ts';
import { Settings, SettingsRequest } from '../../platform/contracts/admin.ts';
import { Job, JobList, SystemReply } from '../../platform/contracts/api.ts';
import { StageList } from '../../platform/contracts/stages.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Store } from '../../platform/store/store.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { SourceList } from '../../platform/contracts/source.ts';
import type { SystemReader } from '../system/system-state.ts';
import { tenantOf } from './session-routes.ts';

export interface TenantRouteDeps {
  readonly access: AccessDirectory;
  readonly store: Store;
  readonly jobs: Jobs;
  readonly system: SystemReader;
  readonly sources: (tenant: string) => Promise<SourceList>;
  readonly stages: () => Promise<StageList>;
}

const OneRow = Type.Object({ one: Type.Number() });

/** Settings of the tenant, its jobs, the state of the system, and the end of the demo. */
export function tenantRoutes({ access, store, jobs, sources, stages, system }: TenantRouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/settings',
      tag: 'Settings',
      summary: 'Name, currency, time zone, rates, plan and profit target of the tenant.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: Settings,
      handle: async ({ caller }) => shownSettings(tenantOf(access, principalOf(caller).tenant)),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/api/v1/settings',
      tag: 'Settings',
      summary: 'Changes settings; currency and time zone only before the first event.',
      guard: 'admin',
      params: none,
      query: none,
      body: SettingsRequest,
      reply: Settings,
      errors: ['ACCESS_TENANT_INVALID', 'GATEWAY_SETTING_FIXED', 'STORE_UNAVAILABLE'],
      handle: async ({ body, caller }) => {
        const before = tenantOf(access, principalOf(caller).tenant);
        const moves =
          (body.currency ?? before.currency) !== before.currency ||
          (body.timeZone ?? before.timeZone) !== before.timeZone;
        if (moves && (await hasEvents(store, before.id))) {
          throw new WeirError(
            'GATEWAY_SETTING_FIXED',
            'The tenant has events: its currency and time zone stay as they are.',
          );
        }
        return shownSettings(await access.changeTenant(before.id, (tenant) => ({ ...tenant, ...body })));
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/jobs',
      tag: 'Jobs',
      summary: 'Long work of the tenant, newest first.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: JobList,
      handle: async ({ caller }) => ({ jobs: [...jobs.list(principalOf(caller).tenant)] }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/jobs/{id}',
      tag: 'Jobs',
      summary: 'One job with its progress.',
      guard: 'query:read',
      params: Type.Object(
        { id: Type.String({ minLength: 1, maxLength: 64 }) },
        { additionalProperties: false },
      ),
      query: none,
      body: noBody,
      reply: Job,
      errors: ['GATEWAY_JOB_NOT_FOUND'],
      handle: async ({ caller, params }) => {
        const job = jobs.get(principalOf(caller).tenant, params.id);
        if (job === undefined) throw new WeirError('GATEWAY_JOB_NOT_FOUND', 'There is no job of this id.');
        return job;
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/jobs/{id}/cancel',
      tag: 'Jobs',
      summary: 'Asks a job of the models to end early; nothing of it is kept.',
      guard: 'kpis:write',
      params: Type.Object(
        { id: Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' }) },
        { additionalProperties: false },
      ),
      query: none,
      body: noBody,
      status: 202,
      reply: Job,
      errors: ['GATEWAY_JOB_NOT_FOUND', 'GATEWAY_JOB_FIXED'],
      handle: async ({ caller, params }) => await jobs.cancel(principalOf(caller).tenant, params.id),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/system',
      tag: 'System',
      summary: 'State of the parts, how fresh the numbers are and how far processing is behind.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: SystemReply,
      handle: async ({ caller }) => {
        const { parts, ...rest } = await system.read(principalOf(caller).tenant);
        return { ...rest, parts: [...parts] };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/system/stages',
      tag: 'System',
      summary: 'How far the second stages have come: what watches, follows and tracks over stored events.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: StageList,
      handle: async () => await stages(),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/sources',
      tag: 'System',
      summary: 'Sources of the outside world that are asked for the tenant, and how each stands.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: SourceList,
      handle: async ({ caller }) => await sources(principalOf(caller).tenant),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v1/demo',
      tag: 'System',
      summary: 'Removes everything simulated, by a job.',
      description: 'For admins of tenant main and of the simulated tenant itself.',
      guard: 'admin',
      params: none,
      query: none,
      body: noBody,
      status: 202,
      reply: Job,
      errors: ['GATEWAY_DEMO_ABSENT', 'GATEWAY_LIMIT_REACHED'],
      handle: async ({ caller }) => {
        const { tenant } = principalOf(caller);
        const simulated = access.tenants().find((candidate) => candidate.simulated);
        if (simulated === undefined)
          throw new WeirError('GATEWAY_DEMO_ABSENT', 'There is no simulated tenant.');
        if (tenant !== 'main' && tenant !== simulated.id) {
          throw new WeirError(
            'GATEWAY_FORBIDDEN',
            'Only admins of tenant main or of the simulated tenant remove it.',
          );
        }
        return await jobs.queue({
          tenant,
          kind: 'simulated-removal',
          title: 'Simulated data removed',
          params: { tenant: simulated.id },
        });
      },
    }),
  ];
}

async function hasEvents(store: Store, tenant: string): Promise<boolean> {
  const rows = await store.query(
    'SELECT 1 AS one FROM events WHERE tenant = {tenant:String} LIMIT 1',
    { tenant },
    OneRow,
  );
  return rows.length > 0;
}

function shownSettings(tenant: Tenant): Settings {
  const { id, name, currency, timeZone, rates, simulated, limits, plan, profitTargetPerMonth } = tenant;
  return {
    id,
    name,
    currency,
    timeZone,
    rates,
    simulated,
    limits,
    ...(plan === undefined ? {} : { plan }),
    ...(profitTargetPerMonth === undefined ? {} : { profitTargetPerMonth }),
  };
}
