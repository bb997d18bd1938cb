import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorsMarkdown } from './errors-doc.ts';

it('docs/errors.md tells the codes there are; write it again with: node scripts/write-errors-doc.ts', () => {
  expect(readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')).toBe(errorsMarkdown());
});
