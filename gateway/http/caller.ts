import type { Principal, Scope } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { LiveSession } from '../sign-in/session.ts';

/** `public` needs no credential, `signed-in` any valid one, a scope exactly that scope. There is no default. */
export type Guard = Scope | 'signed-in' | 'public';

/** Facts of a request that some handler needs; never its headers as a whole. */
export interface RequestFacts {
  /** Address of the peer, or of the client a trusted proxy names. */
  readonly ip: string;
  readonly traceId: string;
  readonly isSecure: boolean;
  /** `https://host` as the client sees it, for links. */
  readonly origin: string;
}

/** Who asks: nobody, an API key, or a session. */
export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'apikey'; readonly principal: Principal }
  | {
      readonly kind: 'session';
      readonly principal: Principal;
      readonly session: LiveSession;
      /** Key of the session in bucket `sessions`. */
      readonly sessionKey: string;
    };

/** Whether a caller may use a route. Throws GATEWAY_UNAUTHENTICATED or GATEWAY_FORBIDDEN. */
export function admit(guard: Guard, caller: Caller): void {
  if (guard === 'public') return;
  const principal = principalOf(caller);
  if (guard !== 'signed-in' && !principal.scopes.includes(guard)) {
    throw new WeirError(
      'GATEWAY_FORBIDDEN',
      `This needs the scope ${guard}; yours are ${list(principal.scopes)}.`,
    );
  }
}

/** The principal of a caller. Throws GATEWAY_UNAUTHENTICATED for nobody. */
export function principalOf(caller: Caller): Principal {
  if (caller.kind === 'nobody')
    throw new WeirError('GATEWAY_UNAUTHENTICATED', 'Sign in or send an API key as "Authorization: Bearer".');
  return caller.principal;
}

function list(scopes: readonly Scope[]): string {
  return scopes.length === 0 ? 'none' : scopes.join(', ');
}
