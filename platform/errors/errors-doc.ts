import { errorCodes } from './codes.ts';
import type { ErrorSpec } from './error-spec.ts';

/** docs/errors.md: every code with its status, whose turn it is, whether to try again, and what to mend. */
export function errorsMarkdown(): string {
  const rows = Object.entries(errorCodes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, spec]: [string, ErrorSpec]) =>
        `| \`${code}\` | ${spec.httpStatus} | ${spec.domain} | ${spec.retry} | ${spec.mend.replaceAll('|', '\\|')} |`,
    );
  return [
    '# Error codes',
    '',
    'Written by `node scripts/write-errors-doc.ts` from `platform/errors/codes/`. Codes are a contract: added or retired, never renamed.',
    '',
    '| code | status | domain | retry | what to mend |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
