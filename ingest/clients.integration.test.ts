import { request as httpRequest } from 'node:http';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { CloudEvent, emitterFor, HTTP, httpTransport, Mode } from 'cloudevents';
import { PostHog } from 'posthog-node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { byText, createRig, keys, type LoggedRow, type Rig } from './testing/rig.ts';

// The real, unmodified clients, with nothing but host and key changed. What they sent is read back from the log.

let rig: Rig;
/** Rows that were in the log before the present test. */
let before = 0;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(async () => {
  await rig.close();
});
afterEach(async () => {
  rig.intercept = undefined;
  before = (await rig.rows()).length;
});

async function newRows(): Promise<LoggedRow[]> {
  return (await rig.rows()).slice(before);
}

/** New rows by type; each (source, id) must stand in the log once. */
async function byType(): Promise<Record<string, LoggedRow & { json: unknown }>> {
  const rows = await newRows();
  expect(new Set(rows.map(({ source, id }) => `${source} ${id}`)).size).toBe(rows.length);
  return Object.fromEntries(
    rows.map((row) => [row['type'], { ...row, json: JSON.parse(row['data'] ?? '') }]),
  );
}

/** Answers the first request with `status`, without reading events from it. */
function refuseFirst(status: number): { readonly refused: number } {
  const state = { refused: 0 };
  rig.intercept = (request, response) => {
    if (state.refused > 0) return false;
    state.refused++;
    request.resume();
    response.writeHead(status, { 'retry-after': '1' }).end();
    return true;
  };
  return state;
}

/** Lets ingest take the first request and cuts the connection instead of answering it. */
function cutFirstReply(): { readonly cut: number } {
  const state = { cut: 0 };
  rig.intercept = (request, response) => {
    if (state.cut === 0) {
      state.cut++;
      response.end = () => {
        request.socket.destroy();
        return response;
      };
    }
    return false;
  };
  return state;
}

const sale = {
  order_id: 'o1',
  revenue: 19.99,
  currency: 'eur',
  products: [{ product_id: 'p1', quantity: 2 }],
};

describe('@segment/analytics-node', () => {
  const create = () => {
    const failures: unknown[] = [];
    const client = new Analytics({
      writeKey: keys.main,
      host: rig.url,
      flushAt: 20,
      flushInterval: 50,
      maxRetries: 5,
    });
    client.on('error', (error) => failures.push(error));
    return { client, failures };
  };

  test('every call arrives, in our types', async () => {
    const { client, failures } = create();
    client.identify({ userId: 'u1', traits: { plan: 'pro' } });
    client.track({ userId: 'u1', event: 'Order Completed', properties: sale });
    client.track({
      anonymousId: 'a1',
      event: 'video_view',
      properties: { content_id: 'v1', watch_time_ms: 1500, country: 'us' },
    });
    client.track({
      userId: 'u1',
      event: 'Lesson Finished',
      properties: { score: 3 },
      timestamp: new Date('2025-06-01T08:00:00Z'),
    });
    client.page({ userId: 'u1', name: 'Home', properties: { url: 'https://shop.example/' } });
    client.screen({ userId: 'u1', name: 'Main' });
    client.group({ userId: 'u1', groupId: 'g1', traits: { size: 3 } });
    client.alias({ userId: 'u1', previousId: 'a0' });
    await client.closeAndFlush();
    expect(failures).toEqual([]);
    const rows = await byType();
    expect(Object.keys(rows).toSorted(byText)).toEqual([
      'alias',
      'group',
      'identify',
      'lesson_finished',
      'page_view',
      'product_sale',
      'screen_view',
      'video_view',
    ]);
    expect(rows['product_sale']).toMatchObject({
      source: 'segment:@segment/analytics-node',
      amount_minor: '1999',
      currency: 'EUR',
      stream: 'product_sales',
      user: 'u1',
      json: { event_name: 'Order Completed', order_id: 'o1', quantity: 2, product_id: 'p1' },
    });
    expect(rows['video_view']).toMatchObject({ content: 'v1', user: 'a1', country: 'US', flags: '0' });
    expect(rows['lesson_finished']).toMatchObject({
      time: String(Date.parse('2025-06-01T08:00:00Z')),
      flags: '0',
    });
    expect(rows['alias']?.json).toMatchObject({ previous_id: 'a0', user_id: 'u1' });
  });

  test.each([429, 503])('a %i with Retry-After delays events and duplicates none', async (status) => {
    const state = refuseFirst(status);
    const { client, failures } = create();
    for (let i = 0; i < 30; i++)
      client.track({ userId: 'u', event: 'video_view', messageId: `segment-${status}-${i}` });
    await client.closeAndFlush({ timeout: 20_000 });
    expect([state.refused, failures]).toEqual([1, []]);
    const ids = (await newRows()).map(({ id }) => id).toSorted(byText);
    expect(ids).toEqual(Array.from({ length: 30 }, (_, i) => `segment-${status}-${i}`).toSorted(byText));
  });

  test('a reply lost after acceptance is sent again under the same identity', async () => {
    const state = cutFirstReply();
    const { client, failures } = create();
    for (let i = 0; i < 5; i++) client.track({ userId: 'u', event: 'video_view', messageId: `cut-${i}` });
    await client.closeAndFlush({ timeout: 20_000 });
    expect([state.cut, failures]).toEqual([1, []]);
    const identities = (await newRows()).map(({ source, id }) => `${source} ${id}`);
    expect(identities).toHaveLength(10);
    expect(new Set(identities).size).toBe(5);
  });
});

describe.each([true, false])('@rudderstack/rudder-sdk-node, gzip %s', (gzip) => {
  const create = () => {
    const failures: unknown[] = [];
    const client = new RudderAnalytics(keys.main, {
      dataPlaneUrl: rig.url,
      gzip,
      flushInterval: 50,
      errorHandler: (error: unknown) => failures.push(error),
    });
    return { client, failures };
  };

  test('every call arrives, in our types', async () => {
    const { client, failures } = create();
    client.identify({ userId: 'u2', traits: { plan: 'pro' } });
    client.track({ userId: 'u2', event: 'Order Refunded', properties: sale });
    client.track({ userId: 'u2', event: 'Video View', properties: { content_id: 'v2' } });
    client.page({ userId: 'u2', name: 'Home' });
    client.group({ userId: 'u2', groupId: 'g2' });
    client.alias({ userId: 'u2', previousId: 'a2' });
    await client.flush();
    await expect.poll(async () => (await newRows()).length).toBe(6);
    expect(failures).toEqual([]);
    const rows = await byType();
    expect(rows['product_sale']).toMatchObject({
      source: expect.stringMatching(/^segment:/),
      amount_minor: '-1999',
      currency: 'EUR',
      json: { quantity: -2 },
    });
    expect(rows['video_view']).toMatchObject({ content: 'v2', user: 'u2' });
    expect(Object.keys(rows).toSorted(byText)).toEqual([
      'alias',
      'group',
      'identify',
      'page_view',
      'product_sale',
      'video_view',
    ]);
  });

  test('a 429 delays events and duplicates none', async () => {
    const state = refuseFirst(429);
    const { client, failures } = create();
    for (let i = 0; i < 10; i++) client.track({ userId: 'u', event: 'video_view', properties: { n: i } });
    await client.flush();
    await expect.poll(async () => (await newRows()).length, { timeout: 20_000 }).toBe(10);
    expect([state.refused, failures]).toEqual([1, []]);
    expect(new Set((await newRows()).map(({ id }) => id)).size).toBe(10);
  });
});

describe.each([false, true])('posthog-node, disableCompression %s', (disableCompression) => {
  const create = () =>
    new PostHog(keys.main, {
      host: rig.url,
      flushAt: 20,
      flushInterval: 50,
      disableCompression,
      fetchRetryDelay: 100,
    });

  test('every call arrives, in our types', async () => {
    const client = create();
    client.capture({
      distinctId: 'u3',
      event: 'video_view',
      properties: { content_id: 'v3', watch_time_ms: 10 },
    });
    client.capture({ distinctId: 'u3', event: 'Order Completed', properties: sale });
    client.capture({
      distinctId: 'u3',
      event: '$pageview',
      properties: { $current_url: 'https://shop.example/' },
    });
    client.identify({ distinctId: 'u3', properties: { plan: 'pro' } });
    client.alias({ distinctId: 'u3', alias: 'a3' });
    client.groupIdentify({ groupType: 'team', groupKey: 'g3', properties: { size: 3 } });
    await client.shutdown();
    const rows = await byType();
    expect(Object.keys(rows).toSorted(byText)).toEqual([
      'alias',
      'group',
      'identify',
      'page_view',
      'product_sale',
      'video_view',
    ]);
    expect(rows['video_view']).toMatchObject({
      source: 'posthog:posthog-node',
      content: 'v3',
      user: 'u3',
      flags: '0',
    });
    expect(rows['product_sale']).toMatchObject({ amount_minor: '1999', currency: 'EUR' });
    expect(rows['identify']?.json).toMatchObject({ traits: { plan: 'pro' }, user_id: 'u3' });
  });

  test('a 429 delays events and duplicates none', async () => {
    const state = refuseFirst(429);
    const client = create();
    for (let i = 0; i < 10; i++) client.capture({ distinctId: 'u', event: 'video_view' });
    await client.shutdown();
    expect(state.refused).toBe(1);
    const ids = (await newRows()).map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([10, 10]);
  });

  test('feature flags are asked for without error', async () => {
    const client = create();
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    expect(await client.getAllFlags('u3')).toEqual({});
    await client.shutdown();
    expect(errors).toEqual([]);
  });
});

describe('cloudevents', () => {
  const event = (id: string, over: object = {}) =>
    new CloudEvent({
      id,
      source: '/shop',
      type: 'product_sale',
      time: '2026-01-31T12:00:00.000Z',
      data: { amount: '19.99', currency: 'EUR' },
      ...over,
    });
  const headers = { authorization: `Bearer ${keys.main}` };
  const stored = {
    source: '/shop',
    type: 'product_sale',
    time: String(Date.UTC(2026, 0, 31, 12)),
    amount_minor: '1999',
  };

  test.each([Mode.BINARY, Mode.STRUCTURED])('the emitter in %s mode', async (mode) => {
    const emit = emitterFor(httpTransport(`${rig.url}/v1/events`), { mode });
    const reply = await emit(event(`emit-${mode}`, { subject: 'order 1' }), { headers });
    expect(reply).toMatchObject({ body: '{"accepted":1,"duplicates":0,"rejected":[]}' });
    const [row] = await newRows();
    expect(row).toMatchObject({ ...stored, id: `emit-${mode}` });
    expect(JSON.parse(row?.['data'] ?? '')).toMatchObject({
      amount: '19.99',
      cloudevent: { subject: 'order 1' },
    });
  });

  test('structured messages by fetch, whose status can be seen', async () => {
    const message = HTTP.structured(event('structured'));
    const response = await fetch(`${rig.url}/v1/events`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/cloudevents+json' },
      body: String(message.body),
    });
    expect(response.status).toBe(202);
    expect(await newRows()).toMatchObject([{ ...stored, id: 'structured' }]);
  });

  test('a batch', async () => {
    const response = await fetch(`${rig.url}/v1/events`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/cloudevents-batch+json; charset=utf-8' },
      body: JSON.stringify([event('b1'), event('b2'), { ...event('b3').toJSON(), specversion: '0.3' }]),
    });
    expect(await response.json()).toMatchObject({
      accepted: 2,
      rejected: [{ index: 2, code: 'INGEST_EVENT_INVALID' }],
    });
    expect((await newRows()).map(({ id }) => id).toSorted(byText)).toEqual(['b1', 'b2']);
  });

  test('binary data in base64', async () => {
    const bytes = new TextEncoder().encode('{"amount":"19.99","currency":"EUR"}');
    const message = HTTP.structured(event('base64', { data: bytes, datacontenttype: 'application/json' }));
    const response = await fetch(`${rig.url}/v1/events`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/cloudevents+json' },
      body: String(message.body),
    });
    expect(response.status).toBe(202);
    expect(await newRows()).toMatchObject([{ ...stored, id: 'base64' }]);
  });

  test('percent-encoded attributes of other senders', async () => {
    const reply = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(
        `${rig.url}/v1/events`,
        {
          method: 'POST',
          headers: {
            ...headers,
            'content-type': 'application/json',
            'ce-specversion': '1.0',
            'ce-id': 'Euro%20%E2%82%AC',
            'ce-source': '"/shop"',
            'ce-type': 'product_sale',
          },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      request.on('error', reject);
      request.end('{"amount":1}');
    });
    expect(reply).toBe(202);
    expect(await newRows()).toMatchObject([{ id: 'Euro €', source: '/shop' }]);
  });
});
