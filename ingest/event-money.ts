import type { Tenant } from '../platform/contracts/tenant.ts';
import type { ErrorCode } from '../platform/errors/weir-error.ts';
import { currencyExponent } from '../platform/contracts/currency.ts';
import type { JsonObject } from './json-limits.ts';
import { convertMinor, MAX_MINOR, toMinor } from './money.ts';

export interface EventMoney {
  readonly amountMinor: number;
  readonly currency: string;
  /** In the tenant's currency; NaN when the tenant has no rate. */
  readonly amountBaseMinor: number;
}

export interface MoneyFault {
  readonly code: ErrorCode;
  readonly message: string;
}

export const noMoney: EventMoney = { amountMinor: 0, currency: '', amountBaseMinor: 0 };

/**
 * The money of an event: `amount_minor`, or `amount` in major units, of `currency` or else of the tenant's currency. Call it
 * on data that passed its schema.
 */
export function moneyOf(data: JsonObject, tenant: Tenant): EventMoney | MoneyFault {
  const { amount, amount_minor: given, currency: named } = data;
  if (amount === undefined && given === undefined) return noMoney;
  const currency = typeof named === 'string' ? named.toUpperCase() : tenant.currency;
  const exponent = currencyExponent(currency);
  if (exponent === undefined)
    return { code: 'INGEST_CURRENCY_UNKNOWN', message: `data.currency ${currency} is not in ISO 4217` };
  const major =
    typeof amount === 'string' || typeof amount === 'number' ? toMinor(amount, exponent) : undefined;
  if (amount !== undefined && major === undefined)
    return {
      code: 'INGEST_MONEY_INVALID',
      message: `data.amount is no amount within ${MAX_MINOR} minor units`,
    };
  if (typeof given === 'number' && major !== undefined && given !== major)
    return {
      code: 'INGEST_MONEY_INVALID',
      message: `data.amount is ${major} minor units of ${currency} and data.amount_minor says ${given}; send one of them`,
    };
  const amountMinor = typeof given === 'number' ? given : (major ?? 0);
  return { amountMinor, currency, amountBaseMinor: inBase(amountMinor, currency, exponent, tenant) };
}

function inBase(amountMinor: number, currency: string, exponent: number, tenant: Tenant): number {
  if (currency === tenant.currency) return amountMinor;
  const rate = tenant.rates[currency];
  const base = currencyExponent(tenant.currency);
  if (rate === undefined || base === undefined) return Number.NaN;
  return convertMinor(amountMinor, rate, exponent, base) ?? Number.NaN;
}
