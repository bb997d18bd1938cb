import { randomSecret } from './webhook-secret.ts';
import type { DecisionSettingsView } from '../../platform/contracts/decision-wire.ts';
import type { WebhookEndpoint, WebhookTest } from '../../platform/contracts/outbox.ts';
import { defaultDecisionSettings, type DecisionSettings } from '../../platform/contracts/policy.ts';
import { messageOf, WeirError } from '../../platform/errors/weir-error.ts';
import type { HttpSender } from '../../platform/http-out/sender.ts';
import { signWebhook } from '../../platform/http-out/webhook-signature.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { SecureRandom } from '../../platform/time/secure-random.ts';
import { cronFault, nextRun } from '../automation/cron.ts';
import { wishedRun } from '../automation/scheduler.ts';
import { transition } from '../lifecycle/transition.ts';
import { replayItem } from '../outbox/item.ts';
import { actionRules } from '../policy/action-rules.ts';
import { isZone } from '../policy/quiet-hours.ts';
import { refusedKinds } from '../policy/validate.ts';
import { allTenants, keyIn, settingsOf, type Records } from '../records.ts';
import type { AnswersOf } from './answer.ts';

export interface ControlAnswerDeps {
  readonly records: Records;
  readonly sender: HttpSender;
  readonly secure: SecureRandom;
  readonly clock: Clock;
}

const maxSchedules = 100;
const maxWebhooks = 50;
const shownRuns = 5;
/** Tenant whose admins run the installation: they alone stop every tenant. */
const operatorTenant = 'main';

/** Settings, kill switches, outbox, schedules and webhook endpoints, as people change them. */
export function controlAnswers({
  records,
  sender,
  secure,
  clock,
}: ControlAnswerDeps): AnswersOf<
  | 'settings-get'
  | 'settings-save'
  | 'settings-stop'
  | 'outbox-list'
  | 'outbox-replay'
  | 'changes-list'
  | 'schedules-list'
  | 'schedules-save'
  | 'schedules-delete'
  | 'schedules-run'
  | 'webhooks-list'
  | 'webhooks-save'
  | 'schedules-next'
  | 'webhooks-rotate'
  | 'webhooks-test'
  | 'webhooks-delete'
> {
  const view = (tenant: string): DecisionSettingsView => {
    const all = records.settings.get(allTenants);
    return {
      settings: settingsOf(records, tenant),
      isAllStopped: all?.isStopped ?? false,
      allStoppedReason: all?.stoppedReason ?? '',
    };
  };

  const changeSettings = async (
    key: string,
    actor: string,
    decide: (current: DecisionSettings) => Partial<DecisionSettings>,
  ): Promise<void> => {
    await records.settings.update(key, (found) => {
      const current = found ?? defaultDecisionSettings;
      return {
        ...current,
        ...decide(current),
        version: current.version + 1,
        changedAtMs: clock.nowMs(),
        changedBy: actor,
      };
    });
  };

  const schedule = (tenant: string, id: string) => {
    const found = records.schedules.get(keyIn(tenant, id));
    if (found === undefined || found.deletedAtMs !== undefined)
      throw new WeirError('DECISION_SCHEDULE_NOT_FOUND', `There is no schedule ${id}.`);
    return found;
  };

  const webhook = (tenant: string, id: string): WebhookEndpoint => {
    const found = records.webhooks.get(keyIn(tenant, id));
    const fault = records.webhooks.faultOf(keyIn(tenant, id));
    if (fault !== undefined) throw new WeirError('SECRETS_KEY_WRONG', fault);
    if (found === undefined) throw new WeirError('DECISION_WEBHOOK_NOT_FOUND', `There is no endpoint ${id}.`);
    return found;
  };

  /** Signed as every other message; also where the endpoint is off, since that is when people try it. */
  const sendTest = async (endpoint: WebhookEndpoint): Promise<Omit<WebhookTest, 'tookMs'>> => {
    const nowMs = clock.nowMs();
    const body = JSON.stringify({
      type: 'weir.test',
      timestamp: new Date(nowMs).toISOString(),
      data: { tenant: endpoint.tenant, endpoint: endpoint.id },
    });
    const id = `${endpoint.tenant}.test_${Buffer.from(secure.bytes(12)).toString('hex')}`;
    try {
      const { status } = await sender.send({
        method: 'POST',
        url: endpoint.url,
        headers: {
          'content-type': 'application/json',
          ...signWebhook({ id, timestampMs: nowMs, body }, endpoint.secrets),
        },
        body,
      });
      const isOk = status >= 200 && status < 300;
      return { isOk, status, note: isOk ? 'delivered' : `answered ${status}` };
    } catch (error) {
      return { isOk: false, status: null, note: messageOf(error).slice(0, 300) };
    }
  };

  return {
    'settings-get': async ({ tenant }) => view(tenant),
    'settings-save': async ({ tenant, actor, body }) => {
      const { automaticKinds, fourEyesAbove, version } = body;
      await changeSettings(tenant, actor, (current) => {
        if (current.version !== version) throw conflict('The settings were changed by somebody else.');
        return { automaticKinds, fourEyesAbove };
      });
      return view(tenant);
    },
    'settings-stop': async ({ tenant, actor, body }) => {
      const { isStopped, reason, all } = body;
      if (all && tenant !== operatorTenant)
        throw new WeirError(
          'GATEWAY_FORBIDDEN',
          `Only admins of tenant ${operatorTenant} stop every tenant.`,
        );
      await changeSettings(all ? allTenants : tenant, actor, () => ({ isStopped, stoppedReason: reason }));
      return view(tenant);
    },
    'outbox-list': async ({ tenant, body }) => {
      const states: readonly string[] | undefined = body.states;
      const found = records.outbox
        .values()
        .filter((item) => item.tenant === tenant && (states === undefined || states.includes(item.state)))
        .filter((item) => body.causeId === undefined || item.cause.id === body.causeId)
        .sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? -1 : 1));
      return { items: found.slice(0, body.limit), isCut: found.length > body.limit };
    },
    'outbox-replay': async ({ tenant, actor, body }) => {
      const key = keyIn(tenant, body.id);
      if (!/^[\w-]+$/.test(body.id) || records.outbox.get(key) === undefined)
        throw new WeirError('DECISION_OUTBOX_NOT_FOUND', 'There is no item of this id.');
      const nowMs = clock.nowMs();
      const item = await records.outbox.update(key, (current) => {
        if (current?.state !== 'dead')
          throw new WeirError('DECISION_OUTBOX_NOT_DEAD', 'This item was not given up.');
        return replayItem(current, nowMs);
      });
      if (item === undefined)
        throw new WeirError('DECISION_OUTBOX_NOT_FOUND', 'There is no item of this id.');
      if (item.cause.type === 'decision') await resume(records, tenant, item.cause.id, actor, nowMs);
      return item;
    },
    'changes-list': async ({ tenant, body }) => {
      const targets = await records.changes.entries(`${tenant}.>`);
      const changes = targets.flatMap(({ value }) => value.changes);
      return { changes: changes.sort((a, b) => b.createdAtMs - a.createdAtMs).slice(0, body.limit) };
    },
    'schedules-list': async ({ tenant }) => ({
      schedules: records.schedules
        .values()
        .filter((each) => each.tenant === tenant && each.deletedAtMs === undefined)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map((each) => ({
          ...each,
          nextAtMs: each.enabled ? (nextRun(each.cron, each.zone, clock.nowMs()) ?? null) : null,
        })),
    }),
    'schedules-next': async ({ body: { cron, zone } }) => {
      const fault = isZone(zone) ? cronFault(cron, zone) : `${zone} is no IANA zone`;
      if (fault !== undefined) return { runsAtMs: [], fault: fault.slice(0, 300) };
      const runsAtMs: number[] = [];
      let at = clock.nowMs();
      while (runsAtMs.length < shownRuns) {
        const next = nextRun(cron, zone, at);
        if (next === undefined) break;
        runsAtMs.push(next);
        at = next;
      }
      return { runsAtMs, fault: runsAtMs.length === 0 ? 'no such time comes' : null };
    },
    'schedules-save': async ({ tenant, actor, body }) => {
      const { id } = body;
      const { version = 0, ...rest } = body.schedule;
      if (!isZone(rest.zone))
        throw new WeirError('DECISION_SCHEDULE_INVALID', `${rest.zone} is no IANA zone.`);
      const fault = cronFault(rest.cron, rest.zone);
      if (fault !== undefined) throw new WeirError('DECISION_SCHEDULE_INVALID', `cron: ${fault}`);
      const { action } = rest;
      if (action.kind !== 'routine') {
        const missing = actionRules[action.kind].needs.find((name) => action.params[name] === undefined);
        if (missing !== undefined)
          throw new WeirError(
            'DECISION_SCHEDULE_INVALID',
            `An action of kind ${action.kind} needs ${missing}.`,
          );
        if (refusedKinds([action], settingsOf(records, tenant)).length > 0)
          throw new WeirError(
            'DECISION_AUTOMATIC_REFUSED',
            `The settings do not allow ${action.kind} to run without a person.`,
          );
      }
      const known = records.schedules
        .values()
        .filter((each) => each.tenant === tenant && each.deletedAtMs === undefined);
      if (known.length >= maxSchedules && records.schedules.get(keyIn(tenant, id)) === undefined)
        throw new WeirError('DECISION_LIMIT_REACHED', `A tenant has at most ${maxSchedules} schedules.`);
      const saved = await records.schedules.update(keyIn(tenant, id), (current) => {
        const isGone = current?.deletedAtMs !== undefined;
        if (version !== (isGone ? 0 : (current?.version ?? 0)))
          throw conflict(`${id} was changed by somebody else.`);
        return {
          id,
          tenant,
          ...rest,
          version: (current?.version ?? 0) + 1,
          changedAtMs: clock.nowMs(),
          changedBy: actor,
        };
      });
      if (saved === undefined) throw conflict(`${id} was changed by somebody else.`);
      return saved;
    },
    'schedules-delete': async ({ tenant, actor, body }) => {
      schedule(tenant, body.id);
      const nowMs = clock.nowMs();
      await records.schedules.update(
        keyIn(tenant, body.id),
        (current) =>
          current && {
            ...current,
            enabled: false,
            version: current.version + 1,
            changedAtMs: nowMs,
            changedBy: actor,
            deletedAtMs: nowMs,
          },
      );
      return { ok: true };
    },
    'schedules-run': async ({ tenant, actor, body }) => {
      const nowMs = clock.nowMs();
      // A second press within the same second is the same wish.
      const item = wishedRun(schedule(tenant, body.id), `${actor}@${Math.floor(nowMs / 1_000)}`, nowMs);
      await records.outbox.create(keyIn(tenant, item.id), item);
      return records.outbox.get(keyIn(tenant, item.id)) ?? item;
    },
    'webhooks-list': async ({ tenant }) => ({
      webhooks: records.webhooks
        .values()
        .filter((each) => each.tenant === tenant)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map(shown),
    }),
    'webhooks-save': async ({ tenant, body }) => {
      const { id } = body;
      const { url, isEnabled } = body.webhook;
      try {
        sender.check(url);
      } catch (error) {
        throw new WeirError(
          'DECISION_WEBHOOK_INVALID',
          error instanceof Error ? error.message : String(error),
        );
      }
      const known = records.webhooks.values().filter((each) => each.tenant === tenant);
      const before = records.webhooks.get(keyIn(tenant, id));
      if (before === undefined && known.length >= maxWebhooks)
        throw new WeirError('DECISION_LIMIT_REACHED', `A tenant has at most ${maxWebhooks} endpoints.`);
      // A secret belongs to a receiver: a new address gets a new one, so that nobody is sent what another can sign.
      const secret = before?.url === url ? undefined : randomSecret(secure);
      const saved: WebhookEndpoint = {
        id,
        tenant,
        url,
        secrets: secret === undefined ? (before?.secrets ?? []) : [secret],
        isEnabled,
        disabledReason: isEnabled ? '' : 'switched off by a person',
        createdAtMs: before?.createdAtMs ?? clock.nowMs(),
      };
      await records.webhooks.update(keyIn(tenant, id), () => saved);
      return { webhook: shown(saved), ...(secret === undefined ? {} : { secret }) };
    },
    'webhooks-rotate': async ({ tenant, body }) => {
      const found = webhook(tenant, body.id);
      const secret = randomSecret(secure);
      await records.webhooks.update(
        keyIn(tenant, body.id),
        (current) => current && { ...current, secrets: [secret, ...current.secrets].slice(0, 2) },
      );
      return { webhook: shown(found), secret };
    },
    'webhooks-test': async ({ tenant, body }) => {
      const found = webhook(tenant, body.id);
      const beganMs = clock.monotonicMs();
      const result = await sendTest(found);
      return { ...result, tookMs: clock.monotonicMs() - beganMs };
    },
    'webhooks-delete': async ({ tenant, body }) => {
      webhook(tenant, body.id);
      await records.webhooks.delete(keyIn(tenant, body.id));
      return { ok: true };
    },
  };
}

/** The decision of a replayed action goes on where it had failed. */
async function resume(
  records: Records,
  tenant: string,
  id: string,
  actor: string,
  atMs: number,
): Promise<void> {
  await records.decisions.update(keyIn(tenant, id), (decision) =>
    decision?.state === 'failed' && decision.undo === undefined
      ? transition(decision, { name: 'retry', by: actor, atMs })
      : undefined,
  );
}

function shown({ id, url, isEnabled, disabledReason, createdAtMs }: WebhookEndpoint) {
  return { id, url, isEnabled, disabledReason, createdAtMs };
}

function conflict(message: string): WeirError {
  return new WeirError('DECISION_VERSION_CONFLICT', message);
}
