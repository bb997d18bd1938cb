export interface HeaderFacts {
  readonly isSecure: boolean;
  /** A page a browser shows, as against data. */
  readonly isPage: boolean;
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'report-uri /csp-report',
  'report-to csp',
].join('; ');

/** What every answer carries; data gets a policy that lets nothing run should a browser ever show it as a page. */
export function securityHeaders(facts: HeaderFacts): readonly (readonly [string, string])[] {
  const headers: [string, string][] = [
    ['Content-Security-Policy', facts.isPage ? policy : "default-src 'none'; frame-ancestors 'none'"],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'same-origin'],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['X-Frame-Options', 'DENY'],
  ];
  if (facts.isPage) headers.push(['Reporting-Endpoints', 'csp="/csp-report"']);
  if (facts.isSecure) headers.push(['Strict-Transport-Security', 'max-age=31536000']);
  return headers;
}
