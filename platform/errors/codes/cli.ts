import type { ErrorSpec } from '../error-spec.ts';

/** Codes of the command line. */
export const cliCodes = {
  EVAL_USAGE: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Run `weir eval` to see the commands, and give --out a folder of its own.',
  },
  EVAL_DATA_MISSING: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Give --data the folder with the CSV files.',
  },
  EVAL_NOT_FINITE: {
    httpStatus: 500,
    domain: 'internal',
    retry: 'never',
    mend: 'A forecast came out as no number, and nothing was written. Leave the series named out, and report the fault with its values.',
  },
  EVAL_FILE_INVALID: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Correct the line the message names: a header timestamp,value, then a time and a number in each row. The other files were done.',
  },
} as const satisfies Record<string, ErrorSpec>;
