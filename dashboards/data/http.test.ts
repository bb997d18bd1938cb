import { describe, expect, test, vi } from 'vitest';
import { isNumber, object, type Guard } from './guard.ts';
import { createGate, createHttp } from './http.ts';
import { ApiError, problemField } from './problem.ts';

interface Answer {
  readonly value: number;
}
const isAnswer: Guard<Answer> = object<Answer>({ value: isNumber });

const problem = (over: object = {}) => ({
  type: 'urn:weir:error:KPI_INVALID',
  title: 'Kpi invalid',
  status: 400,
  code: 'KPI_INVALID',
  detail: 'Field "formula" is wrong.',
  retry: 'never',
  mend: 'Correct it.',
  traceId: 'abc',
  ...over,
});

function client(answers: readonly (Response | Error)[]) {
  const queue = [...answers];
  const fetch = vi.fn<(url: string, init: RequestInit) => Promise<Response>>(async () => {
    const next = queue.shift();
    if (next === undefined) throw new Error('no more answers');
    if (next instanceof Error) throw next;
    return next;
  });
  const wait = vi.fn<(ms: number) => Promise<void>>(async () => undefined);
  const onSignedOut = vi.fn<() => void>();
  return { http: createHttp({ fetch, wait, onSignedOut }), fetch, wait, onSignedOut };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });
const read = { method: 'GET', path: '/api/v1/kpis' } as const;

describe('the REST client', () => {
  test('sends parameters that are set and gives back the checked answer', async () => {
    const { http, fetch } = client([json({ value: 3 })]);
    const request = { ...read, query: { a: 'x y', b: undefined, c: 5, d: '' } };
    expect(await http.request(request, isAnswer)).toEqual({ value: 3 });
    expect(fetch.mock.calls[0]?.[0]).toBe('/api/v1/kpis?a=x+y&c=5');
  });

  test('an answer of another shape is an error, not data', async () => {
    const { http } = client([json({ value: 'three' })]);
    await expect(http.request(read, isAnswer)).rejects.toMatchObject({
      problem: { code: 'DASHBOARD_ANSWER_UNREADABLE' },
    });
  });

  test('a problem document is thrown as it came and not repeated when it asks for none', async () => {
    const { http, fetch } = client([json(problem({ details: { field: '/measures/0/key' } }), 400)]);
    const error = await http.request(read, isAnswer).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    if (!(error instanceof ApiError)) throw new Error('unreachable');
    expect(error.problem.traceId).toBe('abc');
    expect(problemField(error.problem)).toBe('measures.0.key');
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('reads wait as long as the server says and try again', async () => {
    const busy = problem({ status: 503, code: 'GATEWAY_OVERLOADED', retry: 'backoff' });
    const { http, wait } = client([json(busy, 503, { 'retry-after': '2' }), json({ value: 1 })]);
    expect(await http.request(read, isAnswer)).toEqual({ value: 1 });
    expect(wait).toHaveBeenCalledWith(2_000);
  });

  test('writes are never repeated', async () => {
    const busy = problem({ status: 503, retry: 'backoff' });
    const { http, fetch } = client([json(busy, 503), json({ value: 1 })]);
    await expect(http.request({ method: 'POST', path: '/api/v1/kpis', body: {} }, isAnswer)).rejects.toThrow(
      'KPI_INVALID',
    );
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('a lost session is told once the server says so, but not by the sign-in itself', async () => {
    const gone = problem({ status: 401, code: 'GATEWAY_UNAUTHENTICATED' });
    const lost = client([json(gone, 401)]);
    await expect(lost.http.request(read, isAnswer)).rejects.toThrow('GATEWAY_UNAUTHENTICATED');
    expect(lost.onSignedOut).toHaveBeenCalledTimes(1);
    const signIn = client([json(gone, 401)]);
    const request = { method: 'POST', path: '/api/v1/session', body: {} } as const;
    await expect(signIn.http.request(request, isAnswer)).rejects.toThrow('GATEWAY_UNAUTHENTICATED');
    expect(signIn.onSignedOut).not.toHaveBeenCalled();
  });

  test('no answer at all is its own problem', async () => {
    const { http } = client([new TypeError('fetch failed')]);
    await expect(http.request(read, isAnswer)).rejects.toMatchObject({
      problem: { code: 'DASHBOARD_UNREACHABLE' },
    });
  });
});

test('the gate lets so many in and the next one when somebody leaves', async () => {
  const enter = createGate(2);
  const first = await enter();
  await enter();
  let isThirdIn = false;
  const third = enter().then((leave) => {
    isThirdIn = true;
    return leave;
  });
  await Promise.resolve();
  expect(isThirdIn).toBe(false);
  first();
  await third;
  expect(isThirdIn).toBe(true);
});
