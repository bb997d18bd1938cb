import { expect, test } from 'vitest';
import { securityHeaders } from './security-headers.ts';

test('pages get the strict policy, data gets one that lets nothing run', () => {
  const page = new Map(securityHeaders({ isSecure: true, isPage: true }));
  expect(page.get('Content-Security-Policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; font-src 'self'; " +
      "base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
      'report-uri /csp-report; report-to csp',
  );
  expect(page.get('Reporting-Endpoints')).toBe('csp="/csp-report"');
  expect(page.get('Strict-Transport-Security')).toBe('max-age=31536000');
  const data = new Map(securityHeaders({ isSecure: false, isPage: false }));
  expect(data.get('Content-Security-Policy')).toBe("default-src 'none'; frame-ancestors 'none'");
  expect(data.has('Strict-Transport-Security')).toBe(false);
});

test('forms of our own pages can prove where they come from', () => {
  // With no-referrer browsers send "Origin: null" with forms, and over plain HTTP nothing else tells our pages from others.
  expect(new Map(securityHeaders({ isSecure: false, isPage: true })).get('Referrer-Policy')).toBe(
    'same-origin',
  );
});
