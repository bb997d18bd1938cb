import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import {
  defaultMrrPolicy,
  mrrPresetPolicies,
  type MrrPolicy,
  type MrrPolicyRequest,
} from '../../platform/contracts/recurring.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';

/** Versions of a tenant's policy; every one that was set is kept. */
export interface Policies {
  current(tenant: string): MrrPolicy;
  /** The version asked for; the one in force when it is not known any more. */
  of(tenant: string, version: number): MrrPolicy;
  /** Newest first. */
  versions(tenant: string): readonly MrrPolicy[];
  /** Sets the next version. Throws MRR_POLICY_INVALID, or GATEWAY_LIMIT_REACHED beyond 500 versions. */
  set(tenant: string, request: MrrPolicyRequest, by: string, nowMs: number): Promise<MrrPolicy>;
}

const MAX_VERSIONS = 500;
const MAX_RACES = 16;

/** `store`: KV `mrrpolicies`, key `<tenant>.<version>`. A version is written once and never changed. */
export function createPolicies(store: KvMirror<MrrPolicy>): Policies {
  const versions = (tenant: string): readonly MrrPolicy[] =>
    store
      .keys()
      .filter((key) => key.startsWith(`${tenant}.`))
      .flatMap((key) => store.get(key) ?? [])
      .toSorted((a, b) => b.version - a.version);
  const current = (tenant: string): MrrPolicy => versions(tenant)[0] ?? defaultMrrPolicy;
  return {
    current,
    versions,
    of: (tenant, version) =>
      version === 0 ? defaultMrrPolicy : (store.get(`${tenant}.${version}`) ?? current(tenant)),
    set: async (tenant, request, by, nowMs) => {
      checkPolicy(request);
      for (let races = 0; races < MAX_RACES; races++) {
        const version = current(tenant).version + 1;
        if (version > MAX_VERSIONS)
          throw new WeirError('GATEWAY_LIMIT_REACHED', `A policy has at most ${MAX_VERSIONS} versions.`);
        const policy: MrrPolicy = {
          ...request,
          preset: presetOf(request),
          version,
          updatedAtMs: nowMs,
          updatedBy: by,
        };
        // Somebody else took the number: the mirror learns of it, and the next one is tried.
        if (await store.create(`${tenant}.${version}`, policy)) return policy;
      }
      throw new WeirError('GATEWAY_OVERLOADED', 'Others keep changing the policy; try again.');
    },
  };
}

function checkPolicy({ rates }: MrrPolicyRequest): void {
  const seen = new Set<string>();
  for (const { currency, from } of rates) {
    const ms = Date.parse(`${from}T00:00:00Z`);
    if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== from)
      throw new WeirError('MRR_POLICY_INVALID', `"${from}" is no date.`);
    if (currencyExponent(currency) === undefined)
      throw new WeirError('MRR_POLICY_INVALID', `${currency} is not in ISO 4217.`);
    if (seen.has(`${currency} ${from}`))
      throw new WeirError('MRR_POLICY_INVALID', `${currency} has two rates from ${from}.`);
    seen.add(`${currency} ${from}`);
  }
}

/** A preset is one only as long as nothing of it is changed; rates, segments and margin are the tenant's own in any case. */
function presetOf(request: MrrPolicyRequest): MrrPolicyRequest['preset'] {
  if (request.preset === 'custom') return 'custom';
  const { rates: _r, segmentBy: _s, grossMargin: _g, ...chosen } = request;
  const { rates: _pr, segmentBy: _ps, grossMargin: _pg, ...preset } = mrrPresetPolicies[request.preset];
  const isSame = Object.entries(preset).every(([name, value]) =>
    Object.entries(chosen).some(([key, own]) => key === name && own === value),
  );
  return isSame ? request.preset : 'custom';
}
