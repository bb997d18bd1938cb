import { Type } from '@sinclair/typebox';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import { KpiList, KpiRequest, KpiSaved } from '../../platform/contracts/api.ts';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import { eventTypeKey, type EventTypeRecord } from '../../platform/contracts/event-type.ts';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import { KpiDefinition } from '../../platform/contracts/kpi.ts';
import type { Access } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { sameMeasure } from '../../platform/kpi/kpi.ts';
import { kpisOf } from '../../platform/kpi/kpis-of.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, noReply, type Route } from '../http/route.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { kpiFromRequest } from '../kpi-directory.ts';
import { tenantOf } from './session-routes.ts';

export interface KpiRouteDeps {
  readonly access: Access;
  /** KV `kpis`, key `<tenant>.<key>`. */
  readonly kpis: KvMirror<KpiDefinition>;
  readonly jobs: Jobs;
  readonly eventTypes: KvMirror<EventTypeRecord>;
}

const tag = 'KPIs';
const path = '/api/v1/kpis';
const maxOwnKpis = 200;
export const KpiKey = Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' });
const KpiPath = Type.Object({ key: KpiKey }, { additionalProperties: false });

/** KPIs of a tenant as they are in force. */
export function tenantKpis(kpis: KvMirror<KpiDefinition>, tenant: string): readonly KpiDefinition[] {
  const prefix = `${tenant}.`;
  return kpisOf(kpis.keys().flatMap((key) => (key.startsWith(prefix) ? (kpis.get(key) ?? []) : [])));
}

/** Throws KPI_NOT_FOUND. */
export function findKpi(kpis: KvMirror<KpiDefinition>, tenant: string, key: string): KpiDefinition {
  const found = tenantKpis(kpis, tenant).find((definition) => definition.key === key);
  if (found === undefined) throw new WeirError('KPI_NOT_FOUND', `There is no KPI "${key}".`);
  return found;
}

export function kpiRoutes({ access, eventTypes, jobs, kpis }: KpiRouteDeps): Route[] {
  const isKnownType =
    (tenant: string) =>
    (type: string): boolean =>
      eventCatalogue.some((spec) => spec.type === type) ||
      eventTypes.get(eventTypeKey(tenant, type)) !== undefined;
  const backfill = async (tenant: string, definition: KpiDefinition) =>
    await jobs.queue({
      tenant,
      kind: 'kpi-backfill',
      title: `History of ${definition.title}`,
      params: { key: definition.key, version: definition.version },
    });

  return [
    defineRoute({
      method: 'GET',
      path,
      tag,
      summary: 'KPIs of the tenant: the catalogue and its own.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: KpiList,
      handle: async ({ caller }) => {
        const { currency, id, timeZone } = tenantOf(access, principalOf(caller).tenant);
        return { currency, timeZone, kpis: [...tenantKpis(kpis, id)] };
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/{key}`,
      tag,
      summary: 'One KPI.',
      guard: 'query:read',
      params: KpiPath,
      query: none,
      body: noBody,
      reply: KpiDefinition,
      errors: ['KPI_NOT_FOUND'],
      handle: async ({ caller, params }) => findKpi(kpis, principalOf(caller).tenant, params.key),
    }),
    defineRoute({
      method: 'POST',
      path,
      tag,
      summary: 'Adds a KPI. It computes from now on, and back over stored history by the job in the answer.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: KpiRequest,
      status: 201,
      reply: KpiSaved,
      errors: [
        'KPI_EXISTS',
        'KPI_IN_CATALOGUE',
        'KPI_INVALID',
        'KPI_FORMULA_INVALID',
        'GATEWAY_LIMIT_REACHED',
      ],
      handle: async ({ body, caller, setHeader }) => {
        const { tenant } = principalOf(caller);
        const known = tenantKpis(kpis, tenant);
        if (known.some((definition) => definition.key === body.key)) throw exists(body.key);
        if (known.length - kpiCatalogue.length >= maxOwnKpis) {
          throw new WeirError('GATEWAY_LIMIT_REACHED', `A tenant has at most ${maxOwnKpis} KPIs of its own.`);
        }
        const kpi = kpiFromRequest(body, known, 1, isKnownType(tenant));
        const stored = `${tenant}.${kpi.key}`;
        if (!(await kpis.create(stored, kpi))) throw exists(kpi.key);
        try {
          const job = await backfill(tenant, kpi);
          setHeader('Location', `${path}/${kpi.key}`);
          return { kpi, job };
        } catch (error) {
          // A KPI without history would look like one with nothing in it.
          await kpis.delete(stored);
          throw error;
        }
      },
    }),
    defineRoute({
      method: 'PUT',
      path: `${path}/{key}`,
      tag,
      summary: 'Replaces a KPI; of one in the catalogue only target and alert threshold.',
      description: 'A job fills its history anew when its measures changed.',
      guard: 'kpis:write',
      params: KpiPath,
      query: none,
      body: KpiRequest,
      reply: KpiSaved,
      errors: [
        'KPI_NOT_FOUND',
        'KPI_IN_CATALOGUE',
        'KPI_INVALID',
        'KPI_FORMULA_INVALID',
        'GATEWAY_LIMIT_REACHED',
      ],
      handle: async ({ body, caller, params }) => {
        const { tenant } = principalOf(caller);
        if (body.key !== params.key) {
          throw new WeirError('GATEWAY_REQUEST_INVALID', 'The key in the body must be the one in the path.', {
            details: { in: 'body', field: 'key' },
          });
        }
        const before = findKpi(kpis, tenant, params.key);
        const known = tenantKpis(kpis, tenant);
        const kpi = kpiFromRequest(body, known, before.version + 1, isKnownType(tenant));
        await kpis.update(`${tenant}.${kpi.key}`, () => kpi);
        const isSame = kpi.measures.every((measure) =>
          before.measures.some((old) => sameMeasure(old, measure)),
        );
        return isSame ? { kpi } : { kpi, job: await backfill(tenant, kpi) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/{key}`,
      tag,
      summary:
        'Deletes a KPI of the tenant; of one in the catalogue, its changed target and alert threshold.',
      guard: 'kpis:write',
      params: KpiPath,
      query: none,
      body: noBody,
      status: 204,
      reply: noReply,
      errors: ['KPI_NOT_FOUND', 'KPI_IN_CATALOGUE'],
      handle: async ({ caller, params }) => {
        const { tenant } = principalOf(caller);
        const found = findKpi(kpis, tenant, params.key);
        const stored = `${tenant}.${found.key}`;
        if (kpis.get(stored) === undefined) {
          throw new WeirError(
            'KPI_IN_CATALOGUE',
            `${found.key} is in the catalogue and has not been changed here.`,
          );
        }
        await kpis.delete(stored);
        // Its history is of no use to anybody now, and must not keep others from being added.
        await jobs.drop(tenant, 'kpi-backfill', (params) => params['key'] === found.key);
      },
    }),
  ];
}

function exists(key: string): WeirError {
  return new WeirError('KPI_EXISTS', `There is a KPI "${key}" already.`);
}
