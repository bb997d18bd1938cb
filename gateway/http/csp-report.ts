/** What a browser says it blocked: the directive and what was blocked, without query or fragment. */
export interface CspViolation {
  readonly directive: string;
  readonly blocked: string;
  readonly page: string;
}

const maxChars = 200;

/**
 * Violations of a report, in the form of `report-uri` (one object) or of the Reporting API (a list). Whatever else arrives gives
 * none: anybody can send anything here.
 */
export function readCspReport(body: unknown): CspViolation[] {
  const reports: readonly unknown[] = Array.isArray(body) ? body.slice(0, 20) : [body];
  return reports.flatMap((report) => {
    const inner = field(report, 'csp-report') ?? field(report, 'body');
    const directive =
      text(inner, 'effectiveDirective') ??
      text(inner, 'effective-directive') ??
      text(inner, 'violated-directive');
    if (directive === undefined) return [];
    return [
      {
        directive,
        blocked: withoutQuery(text(inner, 'blockedURL') ?? text(inner, 'blocked-uri') ?? ''),
        page: withoutQuery(text(inner, 'documentURL') ?? text(inner, 'document-uri') ?? ''),
      },
    ];
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' ? found.slice(0, maxChars) : undefined;
}

/** Queries may hold a one-time token; they have no place in a log. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
