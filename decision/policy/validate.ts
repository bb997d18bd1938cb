import {
  guardedActionKinds,
  type ActionKind,
  type DecisionSettings,
  type PolicyRequest,
} from '../../platform/contracts/policy.ts';
import { severities } from '../../platform/contracts/signal.ts';
import { messageOf, WeirError } from '../../platform/errors/weir-error.ts';
import { cronFault } from '../automation/cron.ts';
import { renderFault } from './render-params.ts';
import { actionRules, startableJobs } from './action-rules.ts';
import { parseExpression } from './expression.ts';
import { isZone } from './quiet-hours.ts';

/**
 * Checks what a schema cannot: formulas, cron, zones, what each action needs, and whether it may run by itself. Throws
 * DECISION_POLICY_INVALID naming the place, DECISION_AUTOMATIC_REFUSED.
 */
export function checkPolicy(policy: PolicyRequest, settings: DecisionSettings): void {
  const { when } = policy;
  if (when.type === 'schedule') {
    if (!isZone(when.zone)) throw wrong('when.zone', `${when.zone} is no IANA zone`);
    const fault = cronFault(when.cron, when.zone);
    if (fault !== undefined) throw wrong('when.cron', fault);
  }
  if (when.type !== 'signal' && policy.forMs > 0) throw wrong('forMs', 'only a signal can hold for a time');
  if (when.type === 'signal' || when.type === 'event') {
    for (const [index, { left, right }] of (when.where ?? []).entries()) {
      checkFormula(`when.where.${index}.left`, left);
      checkFormula(`when.where.${index}.right`, right);
    }
  }
  if (policy.quietHours !== undefined && !isZone(policy.quietHours.zone))
    throw wrong('quietHours.zone', `${policy.quietHours.zone} is no IANA zone`);
  if (policy.money !== undefined) checkFormula('money', policy.money);
  if (policy.budget?.money !== undefined && policy.money === undefined)
    throw wrong('budget.money', 'a limit of money needs the formula of the money at stake');
  for (const name of ['delta', 'low', 'high'] as const) {
    const text = policy.expected?.[name];
    if (text !== undefined) checkFormula(`expected.${name}`, text);
  }
  for (const [index, action] of policy.actions.entries()) checkAction(`actions.${index}`, action);
  checkMode(policy, settings);
}

/** Throws DECISION_AUTOMATIC_REFUSED where a kind that spends, prices or publishes would run without a person and without leave. */
export function checkMode(
  policy: Pick<PolicyRequest, 'mode' | 'actions' | 'money'>,
  settings: DecisionSettings,
): void {
  if (policy.mode !== 'automatic') return;
  const refused = refusedKinds(policy.actions, settings);
  if (refused.length > 0) {
    throw new WeirError(
      'DECISION_AUTOMATIC_REFUSED',
      `Actions of kind ${refused.join(', ')} spend, price or publish; the settings do not allow them to run without a person.`,
      { details: { kinds: refused } },
    );
  }
}

/** Kinds that may not run by themselves here. */
export function refusedKinds(
  actions: readonly { readonly kind: ActionKind }[],
  settings: DecisionSettings,
): ActionKind[] {
  const guarded: readonly ActionKind[] = guardedActionKinds;
  return [...new Set(actions.map(({ kind }) => kind))].filter(
    (kind) => guarded.includes(kind) && !settings.automaticKinds.includes(kind),
  );
}

function checkAction(at: string, action: PolicyRequest['actions'][number]): void {
  const { kind, params } = action;
  const rule = actionRules[kind];
  for (const name of rule.needs) {
    if (params[name] === undefined || params[name] === '')
      throw wrong(`${at}.params.${name}`, `${kind} needs it`);
  }
  for (const [name, value] of Object.entries(params)) {
    if (!rule.isOpen && !rule.needs.includes(name) && !rule.may.includes(name))
      throw wrong(
        `${at}.params.${name}`,
        `${kind} does not take it; it takes ${[...rule.needs, ...rule.may].join(', ')}`,
      );
    if (typeof value === 'object') checkFormula(`${at}.params.${name}`, value.formula);
  }
  const oneOf = (name: string, allowed: readonly string[]): void => {
    const value = params[name];
    if (value !== undefined && !(typeof value === 'string' && allowed.includes(value)))
      throw wrong(`${at}.params.${name}`, `must be one of ${allowed.join(', ')}`);
  };
  if (kind === 'alert') oneOf('severity', [...severities, '{severity}']);
  if (kind === 'render') {
    const fault = renderFault(params);
    if (fault !== undefined) throw wrong(`${at}.params.${fault.field}`, fault.why);
  }
  if (kind === 'job') oneOf('job', startableJobs);
}

function checkFormula(at: string, text: string): void {
  try {
    parseExpression(text);
  } catch (error) {
    throw wrong(at, messageOf(error));
  }
}

function wrong(at: string, why: string): WeirError {
  return new WeirError('DECISION_POLICY_INVALID', `${at}: ${why}.`, { details: { field: at } });
}
