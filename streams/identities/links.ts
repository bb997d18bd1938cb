/** Links of a tenant held at most, of each kind; what is beyond is left out and counted. */
export const MAX_LINKS = 200_000;

/** What an event says about two identities. */
export type Link =
  | { readonly kind: 'owner'; readonly a: string; readonly b: string; readonly atMs: number }
  | { readonly kind: 'alias'; readonly a: string; readonly b: string; readonly atMs: number };

/** What is known of a tenant's identities. The set of links decides, never their order, as long as none is beyond the bounds. */
export interface Links {
  /** Whom an anonymous id belongs to: who was first seen with it. */
  readonly owners: Map<string, { readonly user: string; readonly atMs: number }>;
  /** Pairs that were said to be one, `a` NUL `b`, by when that was first said. */
  readonly aliases: Map<string, number>;
  /** Not written yet. */
  readonly pending: Link[];
  refused: number;
}

export function createLinks(): Links {
  return { owners: new Map(), aliases: new Map(), pending: [], refused: 0 };
}

/** Takes in a link; one that tells nothing new is nothing. */
export function stepLink(links: Links, link: Link): void {
  if (link.a === '' || link.b === '' || link.a === link.b) return;
  if (link.kind === 'alias') {
    const key = `${link.a}\u0000${link.b}`;
    if (links.aliases.has(key)) return;
    if (links.aliases.size >= MAX_LINKS) links.refused++;
    else {
      links.aliases.set(key, link.atMs);
      links.pending.push(link);
    }
    return;
  }
  const known = links.owners.get(link.a);
  if (known === undefined && links.owners.size >= MAX_LINKS) {
    links.refused++;
    return;
  }
  const isEarlier =
    known === undefined || link.atMs < known.atMs || (link.atMs === known.atMs && link.b < known.user);
  if (!isEarlier || (known?.user === link.b && known.atMs <= link.atMs)) return;
  links.owners.set(link.a, { user: link.b, atMs: link.atMs });
  links.pending.push(link);
}

/** The links an event tells of: `alias`, and events of a signed-in user that name the anonymous id of the device. */
export function linksOf(event: {
  readonly type: string;
  readonly user: string;
  readonly eventTimeMs: number;
  readonly data: unknown;
}): readonly Link[] {
  const data: Readonly<Record<string, unknown>> =
    typeof event.data === 'object' && event.data !== null
      ? Object.fromEntries(Object.entries(event.data))
      : {};
  const text = (name: string): string => {
    const value = data[name];
    return typeof value === 'string' ? value : '';
  };
  const atMs = event.eventTimeMs;
  if (event.type === 'alias') return [{ kind: 'alias', a: text('previous_id'), b: event.user, atMs }];
  const user = text('user_id');
  if (user === '') return [];
  return ['anonymous_id', 'anonymousId', 'viewer_id'].map((name) => ({
    kind: 'owner',
    a: text(name),
    b: user,
    atMs,
  }));
}
