import type { ErrorSpec } from '../error-spec.ts';

/** Codes of render. */
export const renderCodes = {
  RENDER_PARAMS_INVALID: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Correct what the message names; /docs shows what each kind of render takes.',
  },
  RENDER_NOT_FOUND: {
    httpStatus: 404,
    domain: 'user',
    retry: 'never',
    mend: 'List the renders to see which ids there are; what has expired was deleted.',
  },
  RENDER_ENDED: {
    httpStatus: 409,
    domain: 'user',
    retry: 'never',
    mend: 'It has ended already; what it made can be fetched until it expires.',
  },
  RENDER_TOOL_MISSING: {
    httpStatus: 503,
    domain: 'external',
    retry: 'never',
    mend: 'Install the program the message names (apt install ffmpeg, brew install ffmpeg) and ask again.',
  },
  RENDER_FAILED: {
    httpStatus: 500,
    domain: 'internal',
    retry: 'backoff',
    mend: 'It is tried again by itself. If it keeps failing, report it with the id of the render; the log holds the cause.',
  },
  RENDER_BUSY: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'Others are drawing previews at this moment; ask again in some seconds. Renders are not affected.',
  },
  RENDER_TIMEOUT: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'Ask for less at once (fewer slides, a shorter period), or raise WEIR_RENDER_TIMEOUT_SECONDS.',
  },
  RENDER_STORE_FULL: {
    httpStatus: 503,
    domain: 'external',
    retry: 'never',
    mend: 'Artefacts take all the room they may: raise WEIR_RENDER_MAX_BYTES or lower WEIR_RENDER_RETENTION_DAYS.',
  },
  RENDER_TEXT_TOO_LONG: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Say it in fewer or shorter words: at the smallest size that can be read it does not fit.',
  },
  RENDER_PICTURE_INVALID: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Upload a PNG, JPEG or WebP of at most 6 MB and 40 megapixels, and use the id of the answer.',
  },
  RENDER_COST_LIMIT: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Shorten the narration or choose the voice espeak: one video may cost at most 3.00 USD.',
  },
  RENDER_NARRATION_FAILED: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'The speech service did not answer as it should; it is tried again. The voices espeak and none need no service.',
  },
  RENDER_LINK_INVALID: {
    httpStatus: 403,
    domain: 'user',
    retry: 'never',
    mend: 'Download links work for a while only: open the Reports screen or GET /api/v1/renders for a new one.',
  },
  RENDER_SCHEDULE_INVALID: {
    httpStatus: 422,
    domain: 'user',
    retry: 'never',
    mend: 'Give a cron line of five fields (minute, hour, day, month, weekday) that comes due at some time, and an IANA zone.',
  },
} as const satisfies Record<string, ErrorSpec>;
