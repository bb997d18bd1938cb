import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import { ChurnBands, churnBandsFault, defaultChurnBands } from '../../platform/contracts/churn-bands.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';

export interface ChurnBandRouteDeps {
  /** KV `churnbands`, key `<tenant>`. */
  readonly bands: KvMirror<ChurnBands>;
}

const tag = 'Customers';

/** Bands of churn with their campaigns and discounts, as the tenant wants them. */
export function churnBandRoutes({ bands }: ChurnBandRouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/customers/bands',
      tag,
      summary: 'From which probability on a customer is in a band, and what is done about it.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: ChurnBands,
      handle: async ({ caller }) =>
        await Promise.resolve(bands.get(principalOf(caller).tenant) ?? defaultChurnBands),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v1/customers/bands',
      tag,
      summary: 'Sets bands, campaigns and discounts; the next run of the customers goes by them.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: ChurnBands,
      reply: ChurnBands,
      errors: ['CHURN_BANDS_INVALID'],
      handle: async ({ body, caller }) => {
        const fault = churnBandsFault(body);
        if (fault !== undefined) throw new WeirError('CHURN_BANDS_INVALID', fault);
        return (await bands.update(principalOf(caller).tenant, () => body)) ?? body;
      },
    }),
  ];
}
