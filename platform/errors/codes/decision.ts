import type { ErrorSpec } from '../error-spec.ts';

/** Codes of decision. */
export const decisionCodes = {
  EXPERIMENT_NOT_FOUND: {
    httpStatus: 404,
    domain: 'user',
    retry: 'never',
    mend: 'GET /api/v1/experiments lists the experiments there are.',
  },
  EXPERIMENT_INVALID: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Correct the place the message names.',
  },
  EXPERIMENT_CONFLICT: {
    httpStatus: 409,
    domain: 'user',
    retry: 'never',
    mend: 'Read the experiment again; only a draft can be changed or started, only a running one stopped. Make another key for another design.',
  },
} as const satisfies Record<string, ErrorSpec>;
