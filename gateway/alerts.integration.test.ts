import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createJsonCodec } from '../platform/bus/json.ts';
import { AlertAsk, alertAskSubject } from '../platform/contracts/alert-thread.ts';
import { readFrom } from '../platform/bus/reader.ts';
import { auditIntakeStream, auditIntakeSubject, buckets } from '../platform/contracts/subjects.ts';
import { WeirError } from '../platform/errors/weir-error.ts';
import { createLinkSigner } from '../platform/signed-link/signed-link.ts';
import { eventually } from '../platform/testing/servers.ts';
import { startRig, type Parsed, type Rig } from './testing/rig.ts';

const START_MS = Date.UTC(2026, 4, 4, 10);

const body = {
  name: 'Money',
  isOn: true,
  what: {
    kpis: [],
    families: ['revenue'],
    kinds: [],
    minSeverity: 'warning',
    channels: [],
    countries: [],
    streams: [],
    contents: [],
    withGood: false,
  },
  where: [] as string[],
  when: { mode: 'immediate', hour: 8, weekday: 1 },
  quiet: null,
  timeZone: 'Europe/Berlin',
  cap: null,
  escalation: null as object | null,
  withResolved: true,
};

describe('alerts over the API', () => {
  let rig: Rig;
  let reader: string;
  let other: string;
  const asked: Parsed[] = [];

  const row = async (id: string, change: Readonly<Record<string, string | number>> = {}): Promise<void> => {
    const fields = {
      tenant: 'main',
      started_at: START_MS,
      id,
      title: `Thread ${id}`,
      family: 'revenue',
      state: 'firing',
      severity: 'warning',
      ended_at: '\\N',
      changed_at: START_MS + 1,
      alert_count: 1,
      firing_count: 1,
      impact: -12.5,
      acknowledged: 'null',
      snoozed: 'null',
      alerts: '[]',
      history: '[]',
      version: 1,
      ...change,
    };
    await rig.store.insertRows('alerts', Object.keys(fields), `${Object.values(fields).join('\t')}\n`);
  };
  const call = async (method: string, path: string, given?: unknown, key = reader): Promise<Parsed> => {
    const answer = await rig.call(method, `/api/v1/${path}`, {
      key,
      ...(given === undefined ? {} : { body: given }),
    });
    expect(answer.status, `${method} ${path} ${answer.text}`).toBeLessThan(300);
    return answer.body;
  };
  const refusal = async (method: string, path: string, given?: unknown, key = reader): Promise<string> =>
    (await rig.call(method, `/api/v1/${path}`, { key, ...(given === undefined ? {} : { body: given }) })).body
      .code;

  beforeAll(async () => {
    rig = await startRig();
    reader = await rig.key('main', 'query:read');
    other = await rig.key('main', 'query:read', 'kpis:write');
    await row('t1', { severity: 'critical' });
    await row('t2', {
      state: 'acknowledged',
      acknowledged: JSON.stringify({ by: 'ann', atMs: 1, comment: '' }),
    });
    await row('t3', { state: 'resolved', ended_at: START_MS + 9, changed_at: START_MS + 9 });
    await row('theirs', { tenant: 'other' });
    // The owner of alerts, as far as the gateway sees it.
    rig.bus.respond(alertAskSubject, createJsonCodec(AlertAsk), (ask) => {
      asked.push(ask);
      if (ask.op === 'acknowledge') throw new WeirError('ALERT_OVER', 'The thread is over.');
      return ask.op === 'push-key' ? { pushKey: 'BKey' } : {};
    });
  });
  afterAll(async () => {
    await rig.stop();
  });

  test('the inbox lists the threads of the tenant by state, the worst first', async () => {
    const ids = async (query: string): Promise<string[]> =>
      (await call('GET', `alerts?${query}`)).threads.map(({ id }: { id: string }) => id);
    expect(await ids('state=open')).toEqual(['t1', 't2']);
    expect(await ids('state=resolved')).toEqual(['t3']);
    expect((await ids('')).length).toBe(3);
    expect(await ids('severity=critical')).toEqual(['t1']);
    expect(await refusal('GET', 'alerts/theirs')).toBe('ALERT_NOT_FOUND');
    expect((await call('GET', 'alerts/t1')).thread.impact).toBe(-12.5);
  });

  test('what the owner refuses comes back under its own code, and who acts is who asks', async () => {
    expect(await refusal('POST', 'alerts/t1/acknowledge', { comment: 'x' })).toBe('ALERT_OVER');
    expect(asked.at(-1)).toMatchObject({ tenant: 'main', threadId: 't1', comment: 'x', by: 'an API key' });
    expect(await call('GET', 'alert-push-key')).toEqual({ key: 'BKey' });
  });

  test('notices are each person’s own, and so is what of them is read', async () => {
    const whoIs = async (key: string): Promise<string> => {
      await call('POST', 'alerts/t1/wake', undefined, key).catch(() => undefined);
      const ask = asked.at(-1);
      return ask !== undefined && 'userId' in ask ? ask.userId : '';
    };
    const [mine, theirs] = [await whoIs(reader), await whoIs(other)];
    expect(mine).not.toBe(theirs);
    const columns = [
      'tenant',
      'created_at',
      'id',
      'user_id',
      'contact_id',
      'channel',
      'state',
      'title',
      'kind',
      'severity',
      'subscription_id',
      'subscription_name',
      'why',
      'thread_ids',
      'tries',
      'last_note',
      'version',
    ];
    const line = (id: string, user: string, channel: string, at: number): string =>
      [
        'main',
        START_MS + at,
        id,
        user,
        'c1',
        channel,
        'sent',
        `Title ${id}`,
        'fired',
        'warning',
        's1',
        'Money',
        '',
        "['t1']",
        1,
        '',
        1,
      ].join('\t') + '\n';
    await rig.store.insertRows(
      'deliveries',
      columns,
      line('n1', mine, 'inapp', 1) +
        line('n2', mine, 'inapp', 2) +
        line('m1', mine, 'email', 3) +
        line('n3', theirs, 'inapp', 4),
    );
    const shown = async (key = reader) => {
      const { notices, unread } = await call('GET', 'alert-notices', undefined, key);
      return [
        notices.map(({ id, isRead }: { id: string; isRead: boolean }) => `${id}${isRead ? ' read' : ''}`),
        unread,
      ];
    };
    expect(await shown()).toEqual([['n2', 'n1'], 2]);
    await call('POST', 'alert-notices/read', { ids: ['n1', 'n3'] });
    expect(await shown()).toEqual([['n2', 'n1 read'], 1]);
    // What I have read is unread to whom it was told.
    expect(await shown(other)).toEqual([['n3'], 1]);
    await call('POST', 'alert-notices/read', { untilMs: START_MS + 2 });
    expect(await shown()).toEqual([['n2 read', 'n1 read'], 0]);
    await call('POST', 'alert-notices/read', { untilMs: 0 });
    expect(await shown()).toEqual([['n2 read', 'n1 read'], 0]);
  });

  test('secrets of contact points are kept apart and never come back', async () => {
    const slack = await call('POST', 'alert-contacts', {
      channel: 'slack',
      name: 'Ops',
      url: 'https://hooks.slack.com/services/T0/B0/verysecretpart',
    });
    const hook = await call('POST', 'alert-contacts', {
      channel: 'webhook',
      name: 'Hook',
      url: 'https://example.com/in?key=abc',
    });
    expect(hook.secret).toMatch(/^whsec_/);
    const { text } = await rig.call('GET', '/api/v1/alert-contacts', { key: reader });
    for (const secret of ['verysecretpart', 'key=abc', hook.secret]) expect(text).not.toContain(secret);
    // What lies in the bucket is sealed: a dump of it tells nothing.
    const dump: string[] = [];
    const { signal: never } = new AbortController();
    const stored = { bus: rig.bus, stream: `KV_${buckets.contactSecrets}`, subject: '$KV.>', fromSeq: 1 };
    for await (const batch of readFrom({ ...stored, signal: never, untilCaughtUp: true }))
      dump.push(...batch.map(({ data, subject }) => `${subject} ${Buffer.from(data).toString('utf8')}`));
    expect(dump.some((line) => line.includes(slack.contact.id) && line.includes('sealed'))).toBe(true);
    for (const secret of ['verysecretpart', 'key=abc', hook.secret])
      expect(dump.join()).not.toContain(secret);
    expect(rig.logged.join('\n')).not.toContain('verysecretpart');
    for (const url of ['http://example.com/x', 'ftp://example.com/xxx', 'nonsense'])
      expect(await refusal('POST', 'alert-contacts', { channel: 'webhook', name: 'x', url })).toMatch(
        /ALERT_INVALID|GATEWAY_REQUEST_INVALID/,
      );
    // The audit trail says that it was added, and not what.
    const told: string[] = [];
    const { signal } = new AbortController();
    const from = { bus: rig.bus, stream: auditIntakeStream, subject: auditIntakeSubject('main'), fromSeq: 1 };
    for await (const batch of readFrom({ ...from, signal, untilCaughtUp: true }))
      told.push(...batch.map(({ data }) => Buffer.from(data).toString('utf8')));
    expect(told.join()).toContain('POST /api/v1/alert-contacts');
    for (const secret of ['verysecretpart', 'key=abc', hook.secret])
      expect(told.join()).not.toContain(secret);
    // Somebody else sees that it exists, and nothing more of it.
    const seen = (await call('GET', 'alert-contacts', undefined, other)).contacts;
    expect(seen.every(({ shown }: { shown: string }) => shown === '')).toBe(true);
    expect(await refusal('DELETE', `alert-contacts/${slack.contact.id}`, undefined, other)).toBe(
      'ALERT_CONTACT_NOT_FOUND',
    );
  });

  test('mail goes to one’s own address', async () => {
    expect(
      await refusal('POST', 'alert-contacts', {
        channel: 'email',
        name: 'x',
        address: 'stranger@example.com',
      }),
    ).toBe('GATEWAY_FORBIDDEN');
    const made = await call(
      'POST',
      'alert-contacts',
      { channel: 'email', name: 'x', address: 'team@example.com' },
      rig.adminKey,
    );
    expect(made.contact.shown).toBe('team@example.com');
  });

  test('subscriptions are one’s own, with contact points of one’s own', async () => {
    const { contact } = await call('POST', 'alert-contacts', { channel: 'inapp', name: 'App' });
    const made = await call('POST', 'alert-subscriptions', { ...body, where: [contact.id] });
    expect((await call('GET', 'alert-subscriptions')).subscriptions).toEqual([made]);
    expect((await call('GET', 'alert-subscriptions', undefined, other)).subscriptions).toEqual([]);
    expect(await refusal('POST', 'alert-subscriptions', { ...body, where: [contact.id] }, other)).toBe(
      'ALERT_CONTACT_NOT_FOUND',
    );
    expect(await refusal('PUT', `alert-subscriptions/${made.id}`, body, other)).toBe(
      'ALERT_SUBSCRIPTION_NOT_FOUND',
    );
    expect(await refusal('POST', 'alert-subscriptions', { ...body, timeZone: 'Mars/Olympus' })).toBe(
      'ALERT_INVALID',
    );
    const changed = await call('PUT', `alert-subscriptions/${made.id}`, { ...body, name: 'Less' });
    expect(changed).toMatchObject({ id: made.id, name: 'Less', where: [] });
    await call('DELETE', `alert-subscriptions/${made.id}`);
    expect((await call('GET', 'alert-subscriptions')).subscriptions).toEqual([]);
  });

  test('to silence for everybody takes more than to mute for oneself', async () => {
    const silence = {
      matchers: [{ field: 'kpi', isEqual: true, value: 'rpm' }],
      startsAtMs: START_MS,
      endsAtMs: null,
      comment: '',
      isMine: true,
    };
    const mine = await call('POST', 'alert-silences', silence);
    expect(await refusal('POST', 'alert-silences', { ...silence, isMine: false })).toBe('GATEWAY_FORBIDDEN');
    const all = await call('POST', 'alert-silences', { ...silence, isMine: false }, other);
    expect(
      (await call('GET', 'alert-silences', undefined, other)).silences.map(({ id }: { id: string }) => id),
    ).toEqual([all.id]);
    expect(await refusal('DELETE', `alert-silences/${all.id}`)).toBe('ALERT_SILENCE_NOT_FOUND');
    expect(await refusal('DELETE', `alert-silences/${mine.id}`, undefined, other)).toBe(
      'ALERT_SILENCE_NOT_FOUND',
    );
    await call('DELETE', `alert-silences/${mine.id}`);
  });

  test('feedback is kept, the newest of each person', async () => {
    await call('PUT', 'alerts/t1/feedback', { verdict: 'useful', comment: '' });
    await call('PUT', 'alerts/t1/feedback', { verdict: 'false_alarm', comment: 'holiday' });
    expect((await call('GET', 'alerts/t1')).feedback).toMatchObject({
      verdict: 'false_alarm',
      comment: 'holiday',
    });
    expect((await call('GET', 'alerts/t1', undefined, other)).feedback).toBeNull();
  });

  test('the link of a mail unsubscribes without a sign-in, by the page and by one click', async () => {
    const { contact } = await call('POST', 'alert-contacts', { channel: 'inapp', name: 'Mail' });
    const make = async (): Promise<{ id: string }> =>
      await call('POST', 'alert-subscriptions', { ...body, where: [contact.id] });
    const links = createLinkSigner(rig.home);
    for (const headers of [{}, { 'content-type': 'application/x-www-form-urlencoded' }]) {
      const { id } = await make();
      const path = `/unsubscribe?token=${links.sign('unsubscribe', ['main', id, contact.id])}`;
      const page = await rig.call('GET', path);
      expect(page.status).toBe(200);
      // To look is not to unsubscribe: mail programs open links by themselves.
      expect(page.text).toContain('You will get no more mails of the subscription “Money”');
      const done = await rig.call('POST', path, { headers, body: 'List-Unsubscribe=One-Click' });
      expect(done.text).toContain('You get no more mails');
      const stored = (await call('GET', 'alert-subscriptions')).subscriptions.find(
        (one: { id: string }) => one.id === id,
      );
      expect(stored).toMatchObject({ where: [], isOn: false });
    }
    const forged = links.sign('something else', ['main', 'x', 'y']);
    expect((await rig.call('POST', `/unsubscribe?token=${forged}`)).status).toBe(400);
    expect((await rig.call('GET', '/unsubscribe?token=a.b')).status).toBe(400);
  });

  test('who leaves the tenant is subscribed to nothing any more', async () => {
    const invited = await call(
      'POST',
      'users',
      { email: 'leaver@example.com', name: 'Leaver', role: 'viewer' },
      rig.adminKey,
    );
    const signedIn = await rig.call('POST', '/api/v1/session/link', {
      body: { token: new URL(invited.link).searchParams.get('token') },
    });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const mine = async (method: string, path: string, given: unknown): Promise<Parsed> =>
      (await rig.call(method, `/api/v1/${path}`, { cookie, body: given })).body;
    const { contact } = await mine('POST', 'alert-contacts', { channel: 'email', name: 'Mail' });
    expect(contact.shown).toBe('leaver@example.com');
    await mine('POST', 'alert-subscriptions', { ...body, where: [contact.id] });
    const contacts = async (): Promise<string> =>
      (await rig.call('GET', '/api/v1/alert-contacts', { key: rig.adminKey })).text;
    expect(await contacts()).toContain(contact.id);
    await call('DELETE', `users/${invited.user.id}`, undefined, rig.adminKey);
    await eventually('the contact point is gone', async () => !(await contacts()).includes(contact.id));
  });
});
