import { cliCodes } from './codes/cli.ts';
import { gatewayCodes } from './codes/gateway.ts';
import { ingestCodes } from './codes/ingest.ts';
import { modelsCodes } from './codes/models.ts';
import { platformCodes } from './codes/platform.ts';
import { streamsCodes } from './codes/streams.ts';
import { decisionCodes } from './codes/decision.ts';
import { renderCodes } from './codes/render.ts';
import type { ErrorSpec } from './error-spec.ts';

/**
 * Every error code there is, by the folder it comes from. Codes are a public contract: clients switch on them, metrics carry them as a
 * label and docs/errors.md is generated from this table, so a code is added or retired, never renamed or reused.
 */
export const errorCodes = {
  ...platformCodes,
  ...ingestCodes,
  ...streamsCodes,
  ...modelsCodes,
  ...gatewayCodes,
  ...decisionCodes,
  ...renderCodes,
  ...cliCodes,
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof errorCodes;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code);
}
