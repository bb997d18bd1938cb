import type { ErrorSpec } from '../error-spec.ts';

/** Codes of forecasts, allocation, churn, pricing. */
export const modelsCodes = {
  MODELS_TRAINING_FAILED: {
    httpStatus: 500,
    domain: 'internal',
    retry: 'never',
    mend: 'The message says at which point; a cancelled training can be started again.',
  },
  MODELS_NO_BACKEND: {
    httpStatus: 503,
    domain: 'external',
    retry: 'never',
    mend: 'The message says what is wrong with each way to compute; plain CPU needs nothing but Node.',
  },
  CALENDAR_INVALID: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Give days that exist, the first no later than the last and neither over a year long nor over two years away, and a country of the list.',
  },
  CALENDAR_FULL: {
    httpStatus: 409,
    domain: 'user',
    retry: 'never',
    mend: 'Remove planned events that are long past: DELETE /api/v1/calendar/events/{id}.',
  },
  CALENDAR_EVENT_NOT_FOUND: {
    httpStatus: 404,
    domain: 'user',
    retry: 'never',
    mend: 'See GET /api/v1/calendar for the planned events there are.',
  },
  ALLOCATION_INVALID: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Correct the places the message names; models/allocation/README.md shows the form of a problem.',
  },
  ALLOCATION_CONTRADICTORY: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Loosen one of the constraints the message names together; as they stand no allocation meets them all.',
  },
  CHURN_INPUT_INVALID: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Give customers whose fate is known in the number the message names; below it use the rule score.',
  },
  PRICING_INPUT_INVALID: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Give prices and volumes above 0 in enough different weeks, as the message says.',
  },
  MONETIZATION_INPUT_INVALID: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Correct the length, the retention curve or the revenue the message names.',
  },
  MODELS_TASK_INVALID: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Correct the parameter the message names; the OpenAPI document has the form of every task.',
  },
  MODELS_TASK_FAILED: {
    httpStatus: 500,
    domain: 'internal',
    retry: 'backoff',
    mend: 'The job says what failed. Nothing of it was kept; what was there before still counts. Start it again.',
  },
  MODELS_TASK_CANCELLED: {
    httpStatus: 409,
    domain: 'user',
    retry: 'never',
    mend: 'Somebody ended the job, or the process stopped. Nothing of it was kept; start it again.',
  },
  FORECAST_NOT_FOUND: {
    httpStatus: 404,
    domain: 'user',
    retry: 'backoff',
    mend: 'The list of forecasts names the series there are; a new series is forecast within the hour.',
  },
  FORECAST_VERSION_UNKNOWN: {
    httpStatus: 404,
    domain: 'user',
    retry: 'never',
    mend: 'The list of model versions names those that are kept.',
  },
  ALLOCATION_BASIS_MISSING: {
    httpStatus: 409,
    domain: 'user',
    retry: 'backoff',
    mend: 'Send ad_spend, content_generation and revenue events (or channel_report for the weeks before), then start "Read the history anew".',
  },
  PLAN_NOT_FOUND: {
    httpStatus: 404,
    domain: 'user',
    retry: 'never',
    mend: 'List the plans first; a plan that was deleted is gone.',
  },
  PRICING_BASIS_MISSING: {
    httpStatus: 409,
    domain: 'user',
    retry: 'backoff',
    mend: 'Send product_sale events with a product_id (or sales_report for the weeks before), then start "Read the history anew".',
  },
  PRICE_TEST_NOT_FOUND: {
    httpStatus: 404,
    domain: 'user',
    retry: 'never',
    mend: 'List the price tests first.',
  },
  PRICE_TEST_STOPPED: {
    httpStatus: 409,
    domain: 'user',
    retry: 'never',
    mend: 'Start a new test; a stopped one keeps its result.',
  },
  PRICE_OFFER_UNKNOWN: {
    httpStatus: 409,
    domain: 'user',
    retry: 'never',
    mend: 'Tell the outcome of an offer once, within the next 1,000 offers of its test.',
  },
  MODELS_BUSY: {
    httpStatus: 503,
    domain: 'internal',
    retry: 'backoff',
    mend: 'Too many questions to the models wait for their answer, or one took too long. Ask again after a pause, or a smaller question.',
  },
  CHURN_BANDS_INVALID: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Give the four bands low, medium, high, critical in this order, each beginning above the one before, low at 0; a discount needs a campaign.',
  },
  CHURN_CUSTOMER_NOT_FOUND: {
    httpStatus: 404,
    domain: 'user',
    retry: 'never',
    mend: 'Take the name from GET /api/v1/customers/churn or /values; who has left or has done nothing for long is in no run.',
  },
} as const satisfies Record<string, ErrorSpec>;
