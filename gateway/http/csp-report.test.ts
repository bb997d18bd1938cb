import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCspReport } from './csp-report.ts';

test('both forms of reports are read, queries left out', () => {
  const old = {
    'csp-report': {
      'effective-directive': 'img-src',
      'blocked-uri': 'https://x/y?z#w',
      'document-uri': 'https://w/?t=1',
    },
  };
  expect(readCspReport(old)).toEqual([{ directive: 'img-src', blocked: 'https://x/y', page: 'https://w/' }]);
  const list = [
    { body: { effectiveDirective: 'style-src', blockedURL: 'inline', documentURL: 'https://w/' } },
    { body: {} },
    5,
  ];
  expect(readCspReport(list)).toEqual([{ directive: 'style-src', blocked: 'inline', page: 'https://w/' }]);
});

test('anything gets an answer, bounded in number and length', () => {
  fc.assert(
    fc.property(fc.anything(), (body) => {
      expect(readCspReport(body).length).toBeLessThanOrEqual(20);
    }),
  );
  const long = { 'csp-report': { 'violated-directive': 'x'.repeat(5_000) } };
  expect(readCspReport(long)[0]?.directive.length).toBe(200);
});
