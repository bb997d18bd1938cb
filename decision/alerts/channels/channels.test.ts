import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../platform/time/random.ts';
import { alert, START_MS } from '../testing/alerts.ts';
import { longItems, message, messageThread } from '../testing/messages.ts';
import { waitAfter } from './backoff.ts';
import { mailOf, type MailFacts } from './email.ts';
import { pagerDutyEvents, pagerDutyResult } from './pagerduty.ts';
import { pushPayload, pushResult } from './push.ts';
import { slackBody, slackResult } from './slack.ts';
import { webhookBody, webhookResult } from './webhook.ts';
import { headline, itemLines, threadLines } from './words.ts';

const links = { baseUrl: 'https://weir.example.com' };
const facts: MailFacts = {
  ...links,
  from: 'Weir <weir@example.com>',
  to: 'ann@example.net',
  contactId: 'c1',
  unsubscribeUrl: 'https://weir.example.com/unsubscribe?token=t',
};
const one = alert('a').item;
const plain = message([messageThread('t1', [one])]);
const full = message(
  Array.from({ length: 10 }, (_each, i) => messageThread(`t${i}`, longItems(8))),
  {
    moreThreads: 490,
    held: 3,
    counts: { ...plain.counts, covered: 9_000, silenced: 2, dropped: 1, overflow: 5 },
  },
);

describe('words', () => {
  test('say what, since when in the subscriber’s zone, how unusual, what to do', () => {
    expect(headline(plain)).toBe('[critical] Views a far below what was expected');
    // 10:00 UTC is noon in Berlin in May.
    expect(threadLines(plain, messageThread('t1', [one])).lines[0]).toContain('12:00');
    expect(itemLines(plain, one)).toEqual([
      'How unusual: 20 where 110 to 170 was expected; as rare as once in 9 weeks when nothing is wrong',
      'What to do: open the chart, compare with the same time of other weeks, and look what was changed then.',
    ]);
  });

  test('the end has its duration and its money', () => {
    const ended = messageThread('t1', [one], {
      state: 'resolved',
      endedAtMs: START_MS + 5_400_000,
      impact: -1_234.5,
    });
    const { lines } = threadLines(plain, ended);
    expect(lines[0]).toContain('1 h 30 min');
    expect(lines[1]).toBe('Money: about 1,230 USD less than expected over this time (est.)');
  });
});

describe('e-mail', () => {
  test('first mail, later mails and digests: ids as mail programs need them to show one conversation', () => {
    const first = mailOf(plain, facts);
    const later = mailOf(message([messageThread('t1', [one], { number: 2 })], { id: 'm2' }), facts);
    expect(first.messageId).toBe('<t1.s1.c1@example.com>');
    expect(first.inReplyTo).toBeUndefined();
    expect(later).toMatchObject({
      messageId: '<m2.c1@example.com>',
      inReplyTo: first.messageId,
      references: first.messageId,
    });
    expect(mailOf(full, facts).inReplyTo).toBeUndefined();
    // A retry is the same mail.
    expect(mailOf(plain, facts).messageId).toBe(first.messageId);
  });

  test('what others wrote is text: no line of theirs in a header, no tag of theirs in the HTML', () => {
    const evil = { ...one, title: 'a\r\nBcc: all@example.com <img src=x onerror=alert(1)>' };
    const mail = mailOf(message([messageThread('t1', [evil])]), facts);
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.html).not.toContain('<img');
    expect(mailOf(full, facts).html).not.toContain('<script');
  });

  test('both parts say the same counts, and why one got it', () => {
    const { html, text } = mailOf(full, facts);
    for (const said of [
      '490 more threads',
      '3 messages were held back',
      '9,000 narrower',
      'because of the subscription',
    ]) {
      expect(text).toContain(said);
      expect(html).toContain(said);
    }
    expect(text).toContain(`Unsubscribe: ${facts.unsubscribeUrl}`);
  });
});

describe('Slack', () => {
  test('keeps within its limits whatever is said, links included', () => {
    const body = slackBody(full, links);
    expect(body.text.length).toBeGreaterThan(0);
    expect(body.blocks.length).toBeLessThanOrEqual(50);
    for (const block of body.blocks) {
      if (block.type === 'section') expect(block.text.text.length).toBeLessThanOrEqual(3_000);
      if (block.type === 'header') expect(block.text.text.length).toBeLessThanOrEqual(150);
    }
    expect(JSON.stringify(body)).toContain('https://weir.example.com/alerts/t3?tenant=main&do=acknowledge');
    expect(JSON.stringify(body)).not.toContain('<b>');
  });

  test.each([
    [200, 'ok', { kind: 'sent' }],
    [429, '', { kind: 'retry', retryAfterMs: 7_000 }],
    [500, 'rollup_error', { kind: 'retry' }],
    [400, 'invalid_payload', { kind: 'refused' }],
    [404, 'no_service', { kind: 'refused', isContactDead: true }],
    [410, 'channel_is_archived', { kind: 'refused', isContactDead: true }],
  ])('%d %s', (status, body, result) => {
    expect(slackResult(status, body, status === 429 ? 7_000 : undefined)).toMatchObject(result);
  });
});

describe('PagerDuty', () => {
  test('fits the Events API: key at most 255, summary at most 1,024, body below 512 KB', () => {
    const events = pagerDutyEvents(full, 'R'.repeat(32), links);
    expect(events).toHaveLength(10);
    for (const event of events) {
      expect(event.dedup_key.length).toBeLessThanOrEqual(255);
      expect(event.payload?.summary.length).toBeLessThanOrEqual(1_024);
      expect(JSON.stringify(event).length).toBeLessThan(512 * 1024);
    }
  });

  test('one key from trigger to resolve', () => {
    const at = (state: 'firing' | 'acknowledged' | 'resolved', kind: 'thread' | 'acknowledged') =>
      pagerDutyEvents(message([messageThread('t1', [one], { state })], { kind }), 'R', links).map(
        ({ dedup_key, event_action }) => [event_action, dedup_key],
      );
    expect([
      ...at('firing', 'thread'),
      ...at('acknowledged', 'acknowledged'),
      ...at('resolved', 'thread'),
    ]).toEqual([
      ['trigger', 'weir/main/t1'],
      ['acknowledge', 'weir/main/t1'],
      ['resolve', 'weir/main/t1'],
    ]);
  });

  test.each([
    [202, 'sent'],
    [200, 'refused'],
    [400, 'refused'],
    [429, 'retry'],
    [503, 'retry'],
  ])('%d is %s', (status, kind) => expect(pagerDutyResult(status, undefined).kind).toBe(kind));
});

describe('webhook and push', () => {
  test('a webhook stays below 20 KB by leaving out from the end, and counts what it left out', () => {
    const body: unknown = JSON.parse(webhookBody(full, links));
    expect(Buffer.byteLength(webhookBody(full, links))).toBeLessThan(20_000);
    expect(body).toMatchObject({ type: 'alert.digest' });
    expect(JSON.parse(webhookBody(plain, links))).toMatchObject({
      type: 'alert.fired',
      data: { threads: [{ id: 't1', alerts: [{ kpi: 'views', observed: 20 }], more: 0 }] },
    });
  });

  test.each([
    [204, 'sent'],
    [302, 'retry'],
    [404, 'retry'],
    [410, 'refused'],
  ])('webhook: %d is %s', (status, kind) => expect(webhookResult(status, undefined).kind).toBe(kind));

  test('a push message is small and names its thread', () => {
    expect(Buffer.byteLength(pushPayload(full, links))).toBeLessThan(3_000);
    expect(JSON.parse(pushPayload(plain, links))).toMatchObject({
      url: 'https://weir.example.com/alerts/t1?tenant=main',
      tag: 't1',
    });
    expect(pushResult(410, undefined)).toMatchObject({ kind: 'refused', isContactDead: true });
    expect(pushResult(201, undefined).kind).toBe('sent');
  });
});

test('waits: full jitter below the doubling bound, never before what was asked for, at last given up', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(100_000), fc.string(), (tries, askedMs, seed) => {
      const random = createRandom(seed);
      const wait = waitAfter('email', tries, random, askedMs) ?? Number.NaN;
      expect(wait).toBeGreaterThanOrEqual(askedMs);
      expect(wait).toBeLessThanOrEqual(Math.max(askedMs, Math.min(3_600_000, 5_000 * 2 ** tries)));
    }),
  );
  const random = createRandom('x');
  expect(waitAfter('email', 10, random)).toBeUndefined();
  expect(waitAfter('webhook', 10, random)).toBeUndefined();
  expect(waitAfter('webhook', 9, random)).toBeGreaterThanOrEqual(86_400_000);
});
