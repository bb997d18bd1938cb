import type {
  MrrPolicy,
  MrrPolicyReply,
  MrrPolicyRequest,
  RecurringMonth,
  RecurringReply,
} from '../../platform/contracts/recurring.ts';
import { arrayOf, isBoolean, isNumber, isString, nullable, object, oneOf, type Guard } from './guard.ts';

const segmentBy = oneOf(['plan', 'country', 'channel', 'stream']);
const rules = {
  preset: oneOf(['weir', 'stripe', 'chartmogul', 'profitwell', 'baremetrics', 'custom']),
  basis: oneOf(['subscriptions', 'payments', 'both']),
  discounts: oneOf(['all', 'forever', 'none']),
  trials: oneOf(['exclude', 'include']),
  metered: oneOf(['exclude', 'include']),
  pastDue: oneOf(['count', 'churn']),
  pauses: oneOf(['count', 'churn']),
  churnAt: oneOf(['cancellation', 'period_end']),
  sameMonth: oneOf(['net', 'each']),
  groupMinutes: isNumber,
  graceDays: isNumber,
  reactivationDays: nullable(isNumber),
  fx: oneOf(['separate', 'at_movement']),
  rates: arrayOf(
    object<MrrPolicyRequest['rates'][number]>({ from: isString, currency: isString, rate: isNumber }),
  ),
  segmentBy,
  quickRatioReactivation: isBoolean,
  grossMargin: nullable(isNumber),
};

export const isMrrPolicy: Guard<MrrPolicy> = object<MrrPolicy>({
  ...rules,
  version: isNumber,
  updatedAtMs: isNumber,
  updatedBy: isString,
});

export const isMrrPolicyReply: Guard<MrrPolicyReply> = object<MrrPolicyReply>({
  policy: isMrrPolicy,
  presets: arrayOf(object<MrrPolicyRequest>(rules)),
  versions: arrayOf(
    object<MrrPolicyReply['versions'][number]>({
      version: isNumber,
      updatedAtMs: isNumber,
      updatedBy: isString,
    }),
  ),
});

const isMonth: Guard<RecurringMonth> = object<RecurringMonth>({
  windowStartMs: isNumber,
  opening: isNumber,
  new: isNumber,
  reactivation: isNumber,
  expansion: isNumber,
  contraction: isNumber,
  churn: isNumber,
  transfer: isNumber,
  fx: isNumber,
  closing: isNumber,
  customersOpening: isNumber,
  customersNew: isNumber,
  customersReactivated: isNumber,
  customersChurned: isNumber,
  customersClosing: isNumber,
  netRetention: nullable(isNumber),
  grossRetention: nullable(isNumber),
  isLifetimeCapped: isBoolean,
});

export const isRecurring: Guard<RecurringReply> = object<RecurringReply>({
  currency: isString,
  by: nullable(oneOf(['segment', 'currency', 'plan', 'channel', 'country'])),
  segmentBy,
  policyVersion: isNumber,
  currentPolicyVersion: isNumber,
  asOfMs: nullable(isNumber),
  customers: isNumber,
  unattributedEvents: isNumber,
  refusedEvents: isNumber,
  unratedCurrencies: arrayOf(isString),
  series: arrayOf(object<RecurringReply['series'][number]>({ cut: isString, months: arrayOf(isMonth) })),
});
