import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cliCodes } from './codes/cli.ts';
import { decisionCodes } from './codes/decision.ts';
import { gatewayCodes } from './codes/gateway.ts';
import { ingestCodes } from './codes/ingest.ts';
import { modelsCodes } from './codes/models.ts';
import { platformCodes } from './codes/platform.ts';
import { renderCodes } from './codes/render.ts';
import { streamsCodes } from './codes/streams.ts';
import { errorCodes } from './codes.ts';
import { errorsMarkdown } from './errors-doc.ts';

it('docs/errors.md tells the codes there are; write it again with: node scripts/write-errors-doc.ts', () => {
  expect(readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')).toBe(errorsMarkdown());
});

it('no two folders have the same code', () => {
  const parts = [
    platformCodes,
    ingestCodes,
    streamsCodes,
    modelsCodes,
    decisionCodes,
    renderCodes,
    gatewayCodes,
    cliCodes,
  ];
  expect(parts.flatMap((codes) => Object.keys(codes)).toSorted()).toEqual(Object.keys(errorCodes).toSorted());
});
