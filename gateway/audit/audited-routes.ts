import { randomUUID } from 'node:crypto';
import type { AuditIntake } from '../../platform/audit/intake.ts';
import type { AuditFact } from '../../platform/contracts/audit.ts';
import { asWeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Caller, Guard } from '../http/caller.ts';
import type { RawCall, Route } from '../http/route.ts';

/** Fields that are never written down: secrets, and what names a person. */
const leftOut = /^(password|current|token|secret|email|name|url|address|routingKey|push)$/i;
const maxText = 500;
const maxFields = 40;
/** What asks (some by POST) and what delivers events is no change by a person. */
const unaudited: readonly Guard[] = ['public', 'query:read', 'ingest:write'];
/** What every reader may change: what they are told, and that they take care. */
const readersChange = /^\/api\/v1\/alert/;

/**
 * Routes whose changes are told to the audit trail: first that it was asked, which must be stored before anything is done, then how it
 * ended. Killed in between, the trail shows a change that was asked and not how it ended. Reading is not written down, nor are the routes of signing in,
 * which have no tenant yet.
 */
export function auditedRoutes(routes: readonly Route[], intake: AuditIntake, clock: Clock): Route[] {
  return routes.map((route) => {
    const isQuestion = unaudited.includes(route.guard) && !readersChange.test(route.path);
    if (route.method === 'GET' || isQuestion) return route;
    return { ...route, run: (raw) => runAudited(route, raw, intake, clock) };
  });
}

async function runAudited(route: Route, raw: RawCall, intake: AuditIntake, clock: Clock): Promise<unknown> {
  if (raw.caller.kind === 'nobody') return await route.run(raw);
  const id = randomUUID();
  const tell = async (result: AuditFact['result'], details: Record<string, unknown>): Promise<void> => {
    await intake.tell({
      ...about(route, raw, raw.caller),
      id: `${id}.${result}`,
      atMs: clock.nowMs(),
      result,
      details,
    });
  };
  await tell('asked', { body: withoutSecrets(raw.body) });
  try {
    const answer = await route.run(raw);
    await tell('done', {});
    return answer;
  } catch (error) {
    const { code, domain } = asWeirError(error);
    await tell(domain === 'user' ? 'refused' : 'failed', { code });
    throw error;
  }
}

function about(
  route: Route,
  raw: RawCall,
  caller: Caller,
): Pick<AuditFact, 'tenant' | 'actor' | 'action' | 'object' | 'requestId'> {
  const { tenant, subject } = caller.kind === 'nobody' ? { tenant: '', subject: '' } : caller.principal;
  const path = Object.entries(raw.params).reduce(
    (text, [name, value]) => text.replace(`{${name}}`, String(value)),
    route.path,
  );
  return {
    tenant,
    actor: subject,
    action: `${route.method} ${route.path}`.slice(0, 120),
    object: path.slice(0, 300),
    requestId: raw.facts.traceId.slice(0, 64),
  };
}

/** The body without secrets and without what names a person; long texts cut, deep ones left out. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.slice(0, maxText);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (depth > 6) return '…';
  if (Array.isArray(value))
    return value.slice(0, maxFields).map((each: unknown) => withoutSecrets(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, maxFields)
      .filter(([name, field]: [string, unknown]) => !leftOut.test(name) && field !== undefined)
      .map(([name, field]: [string, unknown]) => [name, withoutSecrets(field, depth + 1)]),
  );
}
