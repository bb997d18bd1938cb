import type { Policy } from '../../platform/contracts/policy.ts';
import { proposalPolicyPrefix } from '../../platform/contracts/proposal.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { createDryRuns } from '../dry-run/dry-run.ts';
import { checkMode, checkPolicy } from '../policy/validate.ts';
import { keyIn, settingsOf, type Records } from '../records.ts';
import type { AnswersOf } from './answer.ts';

const maxPolicies = 200;

export interface PolicyAnswerDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly dryRuns: ReturnType<typeof createDryRuns>;
}

/**
 * Policies by people. Crash order of a change: 1. the version that is replaced goes to `policyversions` (the same however often) 2. the new one is
 * written over it by compare-and-set. Killed in between, the current version is also among the old ones, which says the same.
 */
export function policyAnswers({
  records,
  clock,
  dryRuns,
}: PolicyAnswerDeps): AnswersOf<
  | 'policies-list'
  | 'policies-get'
  | 'policies-versions'
  | 'policies-save'
  | 'policies-enable'
  | 'policies-delete'
  | 'policies-dry-run'
  | 'dry-run-result'
> {
  const live = (tenant: string): Policy[] =>
    records.policies
      .values()
      .filter((policy) => policy.tenant === tenant && policy.deletedAtMs === undefined);

  const find = (tenant: string, id: string): Policy => {
    const found = records.policies.get(keyIn(tenant, id));
    if (found === undefined || found.deletedAtMs !== undefined)
      throw new WeirError('DECISION_POLICY_NOT_FOUND', `There is no policy ${id}.`);
    return found;
  };

  const replace = async (
    tenant: string,
    id: string,
    decide: (current: Policy | undefined) => Policy,
  ): Promise<Policy> => {
    const key = keyIn(tenant, id);
    const before = records.policies.get(key);
    if (before !== undefined) await records.policyVersions.put(`${key}.${before.version}`, before);
    let written: Policy | undefined;
    await records.policies.update(key, (current) => {
      if (current?.version !== before?.version) throw conflict(id);
      written = decide(current);
      return written;
    });
    if (written === undefined) throw conflict(id);
    return written;
  };

  return {
    'policies-list': async ({ tenant }) => ({
      policies: live(tenant).sort((a, b) => (a.id < b.id ? -1 : 1)),
    }),
    'policies-get': async ({ tenant, body }) => find(tenant, body.id),
    'policies-versions': async ({ tenant, body }) => {
      const current = records.policies.get(keyIn(tenant, body.id));
      if (current === undefined)
        throw new WeirError('DECISION_POLICY_NOT_FOUND', `There is no policy ${body.id}.`);
      const older = await records.policyVersions.entries(`${keyIn(tenant, body.id)}.*`);
      const versions = older.map(({ value }) => value).filter(({ version }) => version !== current.version);
      return { policies: [current, ...versions.sort((a, b) => b.version - a.version)].slice(0, 50) };
    },
    'policies-save': async ({ tenant, actor, body }) => {
      const { id, policy } = body;
      if (id.startsWith(proposalPolicyPrefix))
        throw new WeirError(
          'DECISION_POLICY_INVALID',
          `id: ids that begin with ${proposalPolicyPrefix} are of decisions proposed without a policy.`,
          { details: { field: 'id' } },
        );
      checkPolicy(policy, settingsOf(records, tenant));
      const { version: read = 0, ...rest } = policy;
      const nowMs = clock.nowMs();
      if (records.policies.get(keyIn(tenant, id)) === undefined && live(tenant).length >= maxPolicies)
        throw new WeirError('DECISION_LIMIT_REACHED', `A tenant has at most ${maxPolicies} policies.`);
      return await replace(tenant, id, (current) => {
        const isGone = current?.deletedAtMs !== undefined;
        if (read !== (isGone ? 0 : (current?.version ?? 0))) throw conflict(id);
        return {
          id,
          tenant,
          ...rest,
          version: (current?.version ?? 0) + 1,
          createdAtMs: isGone ? nowMs : (current?.createdAtMs ?? nowMs),
          changedAtMs: nowMs,
          changedBy: actor,
        };
      });
    },
    'policies-enable': async ({ tenant, actor, body }) => {
      const found = find(tenant, body.id);
      if (body.enabled) checkMode(found, settingsOf(records, tenant));
      return await replace(tenant, body.id, (current) => {
        if (current === undefined || current.version !== body.version) throw conflict(body.id);
        return {
          ...current,
          enabled: body.enabled,
          version: current.version + 1,
          changedAtMs: clock.nowMs(),
          changedBy: actor,
        };
      });
    },
    'policies-delete': async ({ tenant, actor, body }) => {
      find(tenant, body.id);
      await replace(tenant, body.id, (current) => {
        if (current === undefined) throw conflict(body.id);
        const nowMs = clock.nowMs();
        return {
          ...current,
          enabled: false,
          version: current.version + 1,
          changedAtMs: nowMs,
          changedBy: actor,
          deletedAtMs: nowMs,
        };
      });
      return { ok: true };
    },
    'policies-dry-run': async ({ tenant, actor, body }) => await dryRuns.begin(tenant, actor, body),
    'dry-run-result': async ({ tenant, body }) => {
      const found = /^[\w-]+$/.test(body.id) ? await records.dryRuns.get(keyIn(tenant, body.id)) : undefined;
      if (found === undefined)
        throw new WeirError('DECISION_DRY_RUN_NOT_FOUND', 'There is no result of this id.');
      return found.value;
    },
  };
}

function conflict(id: string): WeirError {
  return new WeirError('DECISION_VERSION_CONFLICT', `${id} was changed by somebody else.`);
}
