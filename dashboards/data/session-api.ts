import type { SessionReply, SignInRequest } from '../../platform/contracts/session.ts';
import { apiPath } from './api-path.ts';
import { isUnknown } from './guard.ts';
import type { Http } from './http.ts';
import { isSession } from './wire-admin.ts';

/** Routes of signing in and out. Each throws ApiError. */
export interface SessionApi {
  readonly session: () => Promise<SessionReply>;
  readonly signIn: (body: SignInRequest) => Promise<SessionReply>;
  readonly signInByLink: (token: string) => Promise<SessionReply>;
  readonly signOut: () => Promise<unknown>;
  readonly switchTenant: (tenant: string) => Promise<SessionReply>;
  readonly setPassword: (password: string, current: string | undefined) => Promise<unknown>;
}

export function createSessionApi({ request }: Pick<Http, 'request'>): SessionApi {
  return {
    session: () => request({ method: 'GET', path: apiPath('session') }, isSession),
    signIn: (body) => request({ method: 'POST', path: apiPath('session'), body }, isSession),
    signInByLink: (token) =>
      request({ method: 'POST', path: apiPath('session', 'link'), body: { token } }, isSession),
    signOut: () => request({ method: 'DELETE', path: apiPath('session') }, isUnknown),
    switchTenant: (tenant) =>
      request({ method: 'POST', path: apiPath('session', 'tenant'), body: { tenant } }, isSession),
    setPassword: (password, current) => {
      const body = current === undefined ? { password } : { password, current };
      return request({ method: 'POST', path: apiPath('session', 'password'), body }, isUnknown);
    },
  };
}
