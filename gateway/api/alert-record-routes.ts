import { Type } from '@sinclair/typebox';
import { randomBase62 } from '../../platform/access/api-key.ts';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import {
  AlertRecordId,
  AlertSettings,
  ContactCreated,
  ContactPointList,
  ContactRequest,
  defaultAlertSettings,
  Silence,
  SilenceList,
  SilenceRequest,
  Subscription,
  SubscriptionList,
  SubscriptionRequest,
} from '../../platform/contracts/alert-subscription.ts';
import { DeliveryView } from '../../platform/contracts/alert-thread.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { ofTenant, type AlertRecords } from '../alerts/alert-records.ts';
import type { AskAlerts } from '../alerts/ask-owner.ts';
import { newContact } from '../alerts/contact-points.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, noReply, type Route } from '../http/route.ts';
import { actorOf } from './alert-routes.ts';

export interface AlertRecordRouteDeps {
  readonly records: AlertRecords;
  readonly ask: AskAlerts;
  readonly clock: Clock;
}

const tag = 'Alerts';
const ByRecordId = Type.Object({ id: AlertRecordId }, { additionalProperties: false });
const MAX_OF_USER = 30;
const MAX_SILENCES = 300;
const ID_CHARS = 16;

/** Who is told of what, where and when: subscriptions, contact points, silences, and how messages are put together. */
export function alertRecordRoutes({ ask, clock, records }: AlertRecordRouteDeps): Route[] {
  const { contacts, secrets, settings, silences, subscriptions } = records;

  const checked = (tenant: string, userId: string, body: SubscriptionRequest): SubscriptionRequest => {
    if (!isZone(body.timeZone))
      throw new WeirError('ALERT_INVALID', `There is no time zone ${body.timeZone}.`);
    for (const id of body.where) {
      if (contacts.get(`${tenant}.${id}`)?.userId !== userId)
        throw new WeirError('ALERT_CONTACT_NOT_FOUND', `There is no contact point ${id} of yours.`);
    }
    for (const id of body.escalation?.to ?? []) {
      if (contacts.get(`${tenant}.${id}`) === undefined)
        throw new WeirError('ALERT_CONTACT_NOT_FOUND', `There is no contact point ${id}.`);
    }
    return body;
  };
  const mineOf = <T extends { readonly tenant: string; readonly userId: string }>(
    mirror: KvMirror<T>,
    tenant: string,
    userId: string,
  ): T[] => ofTenant(mirror, tenant).filter((record) => record.userId === userId);
  const refuseMany = (count: number, most: number, what: string): void => {
    if (count >= most) throw new WeirError('GATEWAY_LIMIT_REACHED', `At most ${most} ${what}.`);
  };

  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/alert-subscriptions',
      tag,
      summary: 'Your subscriptions.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: SubscriptionList,
      handle: async ({ caller }) => {
        const { tenant, userId } = actorOf(caller);
        const list = mineOf(subscriptions, tenant, userId);
        return { subscriptions: list.toSorted((a, b) => a.createdAtMs - b.createdAtMs) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/alert-subscriptions',
      tag,
      summary: 'Subscribes you: what, where, when.',
      guard: 'query:read',
      params: none,
      query: none,
      body: SubscriptionRequest,
      reply: Subscription,
      status: 201,
      errors: ['ALERT_INVALID', 'ALERT_CONTACT_NOT_FOUND', 'GATEWAY_LIMIT_REACHED'],
      handle: async ({ body, caller }) => {
        const { tenant, userId } = actorOf(caller);
        refuseMany(mineOf(subscriptions, tenant, userId).length, MAX_OF_USER, 'subscriptions of one person');
        const atMs = clock.nowMs();
        const made: Subscription = {
          id: randomBase62(ID_CHARS),
          tenant,
          userId,
          ...checked(tenant, userId, body),
          createdAtMs: atMs,
          changedAtMs: atMs,
        };
        await subscriptions.create(`${tenant}.${made.id}`, made);
        return made;
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v1/alert-subscriptions/{id}',
      tag,
      summary: 'Replaces a subscription of yours.',
      guard: 'query:read',
      params: ByRecordId,
      query: none,
      body: SubscriptionRequest,
      reply: Subscription,
      errors: ['ALERT_SUBSCRIPTION_NOT_FOUND', 'ALERT_INVALID', 'ALERT_CONTACT_NOT_FOUND'],
      handle: async ({ body, caller, params }) => {
        const { tenant, userId } = actorOf(caller);
        const wanted = checked(tenant, userId, body);
        let isMine = false;
        const stored = await subscriptions.update(`${tenant}.${params.id}`, (current) => {
          isMine = current?.userId === userId;
          return current === undefined || !isMine
            ? undefined
            : { ...current, ...wanted, changedAtMs: clock.nowMs() };
        });
        if (stored === undefined || !isMine) throw noSubscription();
        return stored;
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v1/alert-subscriptions/{id}',
      tag,
      summary: 'Ends a subscription of yours.',
      guard: 'query:read',
      params: ByRecordId,
      query: none,
      body: noBody,
      reply: noReply,
      status: 204,
      errors: ['ALERT_SUBSCRIPTION_NOT_FOUND'],
      handle: async ({ caller, params }) => {
        const { tenant, userId } = actorOf(caller);
        const key = `${tenant}.${params.id}`;
        if (subscriptions.get(key)?.userId !== userId) throw noSubscription();
        await subscriptions.delete(key);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/alert-contacts',
      tag,
      summary: 'Your contact points, and the names of others’ for escalation.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: ContactPointList,
      handle: async ({ caller }) => {
        const { tenant, userId } = actorOf(caller);
        const list = ofTenant(contacts, tenant).map((contact) =>
          contact.userId === userId ? contact : { ...contact, shown: '', offReason: '' },
        );
        return {
          contacts: list.toSorted(
            (a, b) =>
              Number(b.userId === userId) - Number(a.userId === userId) || a.createdAtMs - b.createdAtMs,
          ),
        };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/alert-contacts',
      tag,
      summary: 'Adds a way to reach you. Its secret is kept apart and never shown again.',
      guard: 'query:read',
      params: none,
      query: none,
      body: ContactRequest,
      reply: ContactCreated,
      status: 201,
      errors: ['ALERT_INVALID', 'GATEWAY_LIMIT_REACHED'],
      handle: async ({ body, caller }) => {
        const { tenant, userId } = actorOf(caller);
        refuseMany(mineOf(contacts, tenant, userId).length, MAX_OF_USER, 'contact points of one person');
        const { secret, shown, signingSecret } = newContact(body, {
          email: caller.kind === 'session' ? caller.session.user.email : undefined,
          isAdmin: principalOf(caller).scopes.includes('admin'),
        });
        const id = randomBase62(ID_CHARS);
        const contact = {
          id,
          tenant,
          userId,
          name: body.name,
          channel: body.channel,
          shown,
          isOn: true,
          offReason: '',
          createdAtMs: clock.nowMs(),
        };
        // The secret first: a contact point without one could only fail.
        await secrets.create(`${tenant}.${id}`, secret);
        await contacts.create(`${tenant}.${id}`, contact);
        return { contact, ...(signingSecret === undefined ? {} : { secret: signingSecret }) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v1/alert-contacts/{id}',
      tag,
      summary: 'Removes a contact point of yours; nothing is sent there any more.',
      guard: 'query:read',
      params: ByRecordId,
      query: none,
      body: noBody,
      reply: noReply,
      status: 204,
      errors: ['ALERT_CONTACT_NOT_FOUND'],
      handle: async ({ caller, params }) => {
        const { tenant, userId } = actorOf(caller);
        const key = `${tenant}.${params.id}`;
        if (contacts.get(key)?.userId !== userId)
          throw new WeirError('ALERT_CONTACT_NOT_FOUND', 'There is no contact point of yours of this id.');
        await contacts.delete(key);
        await secrets.delete(key);
        for (const { id, where } of mineOf(subscriptions, tenant, userId)) {
          if (!where.includes(params.id)) continue;
          await subscriptions.update(`${tenant}.${id}`, (current) =>
            current === undefined
              ? undefined
              : { ...current, where: current.where.filter((each) => each !== params.id) },
          );
        }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/alert-contacts/{id}/test',
      tag,
      summary: 'Sends a test message there and says what became of it.',
      guard: 'query:read',
      params: ByRecordId,
      query: none,
      body: noBody,
      reply: DeliveryView,
      errors: ['ALERT_CONTACT_NOT_FOUND', 'BUS_REQUEST_FAILED'],
      handle: async ({ caller, params }) => {
        const { delivery } = await ask({ op: 'test', ...actorOf(caller), contactId: params.id });
        if (delivery === undefined)
          throw new WeirError('ALERT_CONTACT_NOT_FOUND', 'There is no such contact point.');
        return delivery;
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/alert-push-key',
      tag,
      summary: 'The key browsers subscribe to push messages with (VAPID).',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: Type.Object({ key: Type.String() }),
      errors: ['BUS_REQUEST_FAILED'],
      handle: async () => ({ key: (await ask({ op: 'push-key' })).pushKey ?? '' }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/alert-silences',
      tag,
      summary: 'Silences of the tenant and your own, the newest first.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: SilenceList,
      handle: async ({ caller }) => {
        const { tenant, userId } = actorOf(caller);
        const list = ofTenant(silences, tenant).filter(
          ({ isMine, userId: owner }) => !isMine || owner === userId,
        );
        return { silences: list.toSorted((a, b) => b.createdAtMs - a.createdAtMs) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/alert-silences',
      tag,
      summary: 'Holds back what matches, for you or, with the right to change KPIs, for everybody.',
      description:
        'What still fires when a silence ends is told then. To mute a KPI for yourself: one matcher, no end, isMine.',
      guard: 'query:read',
      params: none,
      query: none,
      body: SilenceRequest,
      reply: Silence,
      status: 201,
      errors: ['ALERT_INVALID', 'GATEWAY_LIMIT_REACHED'],
      handle: async ({ body, caller }) => {
        const { by, tenant, userId } = actorOf(caller);
        if (!body.isMine && !principalOf(caller).scopes.includes('kpis:write'))
          throw new WeirError(
            'GATEWAY_FORBIDDEN',
            'To silence for everybody needs the scope kpis:write; set isMine.',
          );
        if (body.endsAtMs !== null && body.endsAtMs <= body.startsAtMs)
          throw new WeirError('ALERT_INVALID', 'A silence ends after it begins.');
        for (const old of ofTenant(silences, tenant)) {
          // What ended a week ago is of no use to anybody.
          if (old.endsAtMs !== null && old.endsAtMs < clock.nowMs() - 7 * 86_400_000)
            await silences.delete(`${tenant}.${old.id}`);
        }
        refuseMany(ofTenant(silences, tenant).length, MAX_SILENCES, 'silences');
        const made: Silence = {
          id: randomBase62(ID_CHARS),
          tenant,
          ...body,
          userId,
          by,
          createdAtMs: clock.nowMs(),
        };
        await silences.create(`${tenant}.${made.id}`, made);
        return made;
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v1/alert-silences/{id}',
      tag,
      summary: 'Ends a silence.',
      guard: 'query:read',
      params: ByRecordId,
      query: none,
      body: noBody,
      reply: noReply,
      status: 204,
      errors: ['ALERT_SILENCE_NOT_FOUND'],
      handle: async ({ caller, params }) => {
        const { tenant, userId } = actorOf(caller);
        const key = `${tenant}.${params.id}`;
        const found = silences.get(key);
        const mayEnd =
          found !== undefined &&
          (found.userId === userId || (!found.isMine && principalOf(caller).scopes.includes('kpis:write')));
        if (!mayEnd)
          throw new WeirError('ALERT_SILENCE_NOT_FOUND', 'There is no silence of this id that you may end.');
        await silences.delete(key);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/alert-settings',
      tag,
      summary: 'How messages are put together: waits, repeats, what holds what back.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: AlertSettings,
      handle: async ({ caller }) => settings.get(principalOf(caller).tenant) ?? defaultAlertSettings,
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v1/alert-settings',
      tag,
      summary: 'Changes how messages are put together, for the tenant.',
      guard: 'admin',
      params: none,
      query: none,
      body: AlertSettings,
      reply: AlertSettings,
      handle: async ({ body, caller }) => {
        await settings.update(principalOf(caller).tenant, () => body);
        return body;
      },
    }),
  ];
}

function noSubscription(): WeirError {
  return new WeirError('ALERT_SUBSCRIPTION_NOT_FOUND', 'There is no subscription of yours of this id.');
}

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
