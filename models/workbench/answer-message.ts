import type { Quick } from './answers.ts';

export interface ToAnswer {
  readonly id: number;
  readonly quick: Quick;
}

export type FromAnswer =
  | { readonly id: number; readonly ok: true; readonly answer: unknown }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly message: string };

/** Messages come from our own thread over a structured clone: a short look is enough to know them. */
export function isToAnswer(value: unknown): value is ToAnswer {
  return typeof value === 'object' && value !== null && 'id' in value && 'quick' in value;
}

export function isFromAnswer(value: unknown): value is FromAnswer {
  return typeof value === 'object' && value !== null && 'id' in value && 'ok' in value;
}
