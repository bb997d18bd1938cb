import type { Policy } from '../../platform/contracts/policy.ts';
import { policyTemplates } from '../../platform/contracts/policy-templates.ts';

/** What the simulated tenant begins with, so that its decisions can be seen; each may be changed, switched off or deleted. */
export function examplePolicies(tenant: string, atMs: number): Policy[] {
  return policyTemplates.flatMap(({ id, isInDemo, policy }) =>
    isInDemo
      ? [
          {
            ...policy,
            id,
            tenant,
            enabled: true,
            version: 1,
            createdAtMs: atMs,
            changedAtMs: atMs,
            changedBy: 'weir',
          },
        ]
      : [],
  );
}
