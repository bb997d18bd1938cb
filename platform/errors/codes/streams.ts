import type { ErrorSpec } from '../error-spec.ts';

/** Codes of the processors and of the questions they answer. */
export const streamsCodes = {
  STREAMS_LEASE_LOST: {
    httpStatus: 503,
    domain: 'internal',
    retry: 'backoff',
    mend: 'Another processor owns the partition or stage now; this one stopped working on it.',
  },
  STREAMS_SIGNAL_INVALID: {
    httpStatus: 500,
    domain: 'internal',
    retry: 'never',
    mend: 'This is a fault in Weir: a stage made a signal that does not follow its contract. Report it with the trace id.',
  },
  ANALYTICS_QUESTION_INVALID: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Change the part of the question that the message names.',
  },
  ANALYTICS_TOO_LARGE: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Ask about less: a shorter range, rarer event types, or a filter on channel, content, country or stream.',
  },
  ANALYTICS_BUSY: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'Too many long questions wait already. Ask again in a moment.',
  },
  PRIVACY_BUDGET_SPENT: {
    httpStatus: 429,
    domain: 'user',
    retry: 'never',
    mend: 'Wait for the next period, ask with a smaller ε, or look at an answer that was given already; those cost nothing.',
  },
  PRIVACY_LEDGER_BUSY: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'Many private questions came at once; ask again in a moment.',
  },
  PRIVACY_ANSWER_NOT_FOUND: {
    httpStatus: 404,
    domain: 'user',
    retry: 'never',
    mend: 'Take an id from the list of charges of the present period; answers are kept about two months.',
  },
  AUDIENCE_QUESTION_INVALID: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Correct what the message names.',
  },
  AUDIENCE_BUSY: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'Several questions about the audience are being computed; ask again in a moment.',
  },
} as const satisfies Record<string, ErrorSpec>;
