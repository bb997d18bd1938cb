import { currencyExponent } from '../contracts/currency.ts';
import type { Tenant } from '../contracts/tenant.ts';
import { WeirError } from '../errors/weir-error.ts';
import { createWindowClock } from '../kpi/window-time.ts';

/** Limits of a tenant nobody has given others. */
export const defaultLimits: Tenant['limits'] = { eventsPerSecond: 200_000, requestsPerSecond: 20_000 };

/** What the schema cannot say: currencies that exist, a zone the platform knows, no rate for the own currency. */
export function checkTenant(tenant: Tenant): Tenant {
  const { currency, rates, timeZone } = tenant;
  if (currencyExponent(currency) === undefined)
    throw invalid('currency', `"${currency}" is no ISO 4217 currency.`);
  for (const code of Object.keys(rates)) {
    if (currencyExponent(code) === undefined) throw invalid('rates', `"${code}" is no ISO 4217 currency.`);
    if (code === currency) throw invalid('rates', `A rate from ${code} to itself makes no sense.`);
  }
  try {
    createWindowClock(timeZone);
  } catch {
    throw invalid('timeZone', `"${timeZone}" is no IANA time zone.`);
  }
  return tenant;
}

/** A tenant as it is on the first start. */
export function newTenant(id: string, name: string, simulated: boolean, nowMs: number): Tenant {
  return {
    id,
    name,
    currency: 'USD',
    timeZone: 'UTC',
    rates: {},
    simulated,
    createdAtMs: nowMs,
    limits: defaultLimits,
  };
}

function invalid(field: string, message: string): WeirError {
  return new WeirError('ACCESS_TENANT_INVALID', message, { details: { field } });
}
