import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import type { Candidate } from '../candidate.ts';
import { createCanonicalize, type Canonicalize, type CanonicalDeps } from '../canonical-event.ts';
import { compileCatalogue } from '../event-rules.ts';

export const receivedAtMs = Date.UTC(2026, 0, 31, 12);

export function tenantOf(over: Partial<Tenant> = {}): Tenant {
  return {
    id: 'main',
    name: 'Main',
    currency: 'USD',
    timeZone: 'UTC',
    rates: { EUR: 1.1, JPY: 0.0065 },
    simulated: false,
    createdAtMs: 0,
    limits: { eventsPerSecond: 1_000_000, requestsPerSecond: 1_000_000 },
    ...over,
  };
}

export function candidateOf(over: Partial<Candidate> = {}): Candidate {
  return {
    index: 0,
    raw: {},
    id: 'id-1',
    source: 'test',
    type: 'video_view',
    time: '2026-01-31T11:59:00Z',
    sentAtMs: Number.NaN,
    zoneless: 'refuse',
    data: { content_id: 'v1' },
    ...over,
  };
}

export const testLimits: CanonicalDeps['limits'] = {
  maxDepth: 20,
  maxValues: 2_000,
  maxKeyLength: 256,
  maxEventBytes: 32_768,
  futureToleranceMs: 300_000,
  skewToleranceMs: 10_000,
};

const catalogue = compileCatalogue(eventCatalogue);

export function testCanonicalize(over: Partial<CanonicalDeps> = {}): Canonicalize {
  return createCanonicalize({
    catalogue,
    customTypes: { get: () => undefined },
    newId: () => 'made-up',
    limits: testLimits,
    ...over,
  });
}
