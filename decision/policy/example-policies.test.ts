import { Value } from '@sinclair/typebox/value';
import { expect, test } from 'vitest';
import {
  defaultDecisionSettings,
  guardedActionKinds,
  Policy,
  PolicyRequest,
} from '../../platform/contracts/policy.ts';
import { policyTemplates } from '../../platform/contracts/policy-templates.ts';
import { examplePolicies } from './example-policies.ts';
import { checkPolicy } from './validate.ts';

test.each(policyTemplates.map((template) => [template.id, template] as const))(
  'the template %s can be saved as it is, and is off',
  (_, { policy }) => {
    expect([...Value.Errors(PolicyRequest, policy)]).toEqual([]);
    checkPolicy(policy, defaultDecisionSettings);
    expect(policy.enabled).toBe(false);
  },
);

test('the demo begins with policies that ask first and spend, price or publish nothing', () => {
  const policies = examplePolicies('demo', 1);
  expect(policies.length).toBeGreaterThan(0);
  for (const policy of policies) {
    expect([...Value.Errors(Policy, policy)]).toEqual([]);
    expect(policy.mode).not.toBe('automatic');
    const guarded: readonly string[] = guardedActionKinds;
    expect(policy.actions.filter(({ kind }) => guarded.includes(kind))).toEqual([]);
  }
});
