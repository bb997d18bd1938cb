const typePattern = /^[a-z][a-z0-9_.]{0,127}$/;

/** Whether a text can name an event type (EVENT_TYPE_PATTERN). */
export function isTypeName(text: string): boolean {
  return typePattern.test(text);
}

/**
 * The type name of whatever a compatible client calls its event: `Order Completed` → `order_completed`, `videoPlayed` →
 * `video_played`. A name that leaves nothing (other scripts, only signs) becomes `event_` and a hash of it, so that it
 * stays countable; the dialects keep the name as it was in `data.event_name`.
 */
export function typeNameOf(name: string): string {
  if (typePattern.test(name)) return name;
  const words = name
    .slice(0, 512)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '_')
    .replaceAll(/^[_.]+|[_.]+$/g, '');
  if (words === '') return `event_${fnv1a(name).toString(16).padStart(8, '0')}`;
  const named = /^[a-z]/.test(words) ? words : `event_${words}`;
  return named.slice(0, 128);
}

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
