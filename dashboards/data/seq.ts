/** What to do with a message of a topic. */
export type SeqStep = 'replace' | 'apply' | 'ignore' | 'resubscribe';

/**
 * Updates of a topic are numbered without holes. A full message replaces everything, whatever was seen last; the next number is
 * applied; one seen before is a double; a jump means something was missed, so the topic is asked for anew. `last` is undefined
 * until the first full message.
 */
export function seqStep(
  last: number | undefined,
  message: { readonly seq: number; readonly full?: boolean },
): SeqStep {
  if (message.full === true) return 'replace';
  if (last === undefined || message.seq <= last) return 'ignore';
  return message.seq === last + 1 ? 'apply' : 'resubscribe';
}
