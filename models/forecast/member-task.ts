/** What a worker is asked: one member of the ensemble of `period`, on histories that end at one origin. */
export interface MemberTask {
  readonly id: number;
  readonly member: number;
  readonly histories: readonly Float64Array[];
  readonly horizon: number;
  readonly period: number;
}

/** What it answers. */
export interface MemberAnswer {
  readonly id: number;
  readonly forecasts: readonly Float64Array[];
}

export function isMemberTask(value: unknown): value is MemberTask {
  return (
    isRecord(value) &&
    ['id', 'member', 'horizon', 'period'].every((key) => Number.isSafeInteger(value[key])) &&
    isArrays(value['histories'])
  );
}

export function isMemberAnswer(value: unknown): value is MemberAnswer {
  return isRecord(value) && Number.isSafeInteger(value['id']) && isArrays(value['forecasts']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isArrays(value: unknown): value is Float64Array[] {
  return Array.isArray(value) && value.every((each) => each instanceof Float64Array);
}
