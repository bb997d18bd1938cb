import {
  defaultMrrPolicy,
  mrrPresetPolicies,
  recurringCuts,
  type MrrPolicy,
  type RecurringMonth,
  type RecurringReply,
} from '../../platform/contracts/recurring.ts';

const MONTHS = 14;
const plans = [
  ['growth', 0.46],
  ['scale', 0.33],
  ['starter', 0.21],
] as const;

/** Fourteen months that add up, cent by cent, the last of them running. */
export function recurringReply(
  by: string | undefined,
  policy: MrrPolicy,
  nowMs: number,
  isEmpty: boolean,
): RecurringReply {
  const cuts =
    by === undefined
      ? ([['', 1]] as const)
      : by === 'currency'
        ? ([
            ['EUR', 0.3],
            ['USD', 0.7],
          ] as const)
        : by === 'country'
          ? ([
              ['', 0.1],
              ['DE', 0.6],
              ['US', 0.3],
            ] as const)
          : plans;
  return {
    currency: 'USD',
    by: recurringCuts.find((each) => each === by) ?? null,
    segmentBy: policy.segmentBy,
    policyVersion: policy.version,
    currentPolicyVersion: policy.version,
    asOfMs: isEmpty ? null : nowMs,
    customers: 1_412,
    unattributedEvents: 0,
    refusedEvents: 0,
    unratedCurrencies: [],
    series: isEmpty ? [] : cuts.map(([cut, share]) => ({ cut, months: months(share, nowMs) })),
  };
}

function months(share: number, nowMs: number): RecurringMonth[] {
  const date = new Date(nowMs);
  const amount = (value: number): number => Math.round(100 * share * value) / 100;
  let closing = 0;
  return Array.from({ length: MONTHS }, (_, i): RecurringMonth => {
    const opening = closing;
    const gained = amount(i === 0 ? 92_000 : 9_400 + 620 * i);
    const back = i < 3 ? 0 : amount(640);
    const up = i === 0 ? 0 : amount(3_150 + 240 * i);
    const down = i === 0 ? 0 : -amount(1_220 + 40 * i);
    const lost = i === 0 ? 0 : -amount(3_900 + 130 * i);
    closing = Math.round(100 * (opening + gained + back + up + down + lost)) / 100;
    return {
      windowStartMs: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - MONTHS + 1 + i, 1),
      opening,
      new: gained,
      reactivation: back,
      expansion: up,
      contraction: down,
      churn: lost,
      transfer: 0,
      fx: 0,
      closing,
      customersOpening: Math.round(share * (700 + 52 * i)),
      customersNew: Math.round(share * 78),
      customersReactivated: i < 3 ? 0 : Math.round(share * 5),
      customersChurned: Math.round(share * 26),
      customersClosing: Math.round(share * (752 + 52 * i)),
      netRetention: i < 12 ? null : 1.07,
      grossRetention: i < 12 ? null : 0.91,
      isLifetimeCapped: false,
    };
  });
}

export function policyReply(policies: readonly MrrPolicy[]) {
  return {
    policy: policies[0] ?? defaultMrrPolicy,
    presets: Object.values(mrrPresetPolicies),
    versions: policies.map(({ version, updatedAtMs, updatedBy }) => ({ version, updatedAtMs, updatedBy })),
  };
}
