/** What became of one try to send. */
export type SendResult =
  | { readonly kind: 'sent'; readonly note: string }
  /** May work later; not before `retryAfterMs`. */
  | { readonly kind: 'retry'; readonly code: string; readonly note: string; readonly retryAfterMs?: number }
  /** Will never work; `isContactDead`: nothing will to this contact point. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly note: string;
      readonly isContactDead?: boolean;
    };

/** What an HTTP status means where nothing more is said: success, come again, or never. */
export function resultOfStatus(status: number, retryAfterMs: number | undefined): SendResult {
  if (status >= 200 && status < 300) return { kind: 'sent', note: `answered ${status}` };
  const note = `answered ${status}`;
  if (status === 410) return { kind: 'refused', code: 'GONE', note, isContactDead: true };
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return {
      kind: 'retry',
      code: `HTTP_${status}`,
      note,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  return { kind: 'refused', code: `HTTP_${status}`, note };
}
