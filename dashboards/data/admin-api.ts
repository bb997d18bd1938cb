import type {
  ApiKeyCreated,
  ApiKeyRequest,
  ApiKeyView,
  EventTypeView,
  Settings,
  SettingsRequest,
} from '../../platform/contracts/admin.ts';
import type { EventTypeRequest } from '../../platform/contracts/event-type.ts';
import type { UserView } from '../../platform/contracts/session.ts';
import type { Role } from '../../platform/contracts/tenant.ts';
import { apiPath } from './api-path.ts';
import { isUnknown } from './guard.ts';
import type { Http } from './http.ts';
import {
  isEventTypeList,
  isEventTypeView,
  isInvited,
  isKeyCreated,
  isKeyList,
  isKeyView,
  isSettings,
  isUserList,
  isUserView,
} from './wire-admin.ts';
import type { Invited } from './wire-admin.ts';

/** Routes of keys, event types, settings and people. Each throws ApiError. */
export interface AdminApi {
  readonly keys: () => Promise<{ keys: ApiKeyView[] }>;
  readonly createKey: (body: ApiKeyRequest) => Promise<ApiKeyCreated>;
  readonly rotateKey: (id: string, overlapHours: number) => Promise<ApiKeyCreated>;
  readonly revokeKey: (id: string) => Promise<ApiKeyView>;
  readonly eventTypes: () => Promise<{ types: EventTypeView[] }>;
  readonly createEventType: (body: EventTypeRequest) => Promise<EventTypeView>;
  readonly replaceEventType: (body: EventTypeRequest) => Promise<EventTypeView>;
  readonly deleteEventType: (type: string) => Promise<unknown>;
  readonly settings: () => Promise<Settings>;
  readonly changeSettings: (body: SettingsRequest) => Promise<Settings>;
  readonly users: () => Promise<{ users: UserView[] }>;
  readonly invite: (body: { email: string; name: string; role: Role }) => Promise<Invited>;
  readonly changeRole: (id: string, role: Role) => Promise<UserView>;
  readonly removeUser: (id: string) => Promise<unknown>;
}

export function createAdminApi({ request }: Pick<Http, 'request'>): AdminApi {
  return {
    keys: () => request({ method: 'GET', path: apiPath('api-keys') }, isKeyList),
    createKey: (body) => request({ method: 'POST', path: apiPath('api-keys'), body }, isKeyCreated),
    rotateKey: (id, overlapHours) =>
      request(
        { method: 'POST', path: apiPath('api-keys', id, 'rotate'), body: { overlapHours } },
        isKeyCreated,
      ),
    revokeKey: (id) => request({ method: 'DELETE', path: apiPath('api-keys', id) }, isKeyView),
    eventTypes: () => request({ method: 'GET', path: apiPath('event-types') }, isEventTypeList),
    createEventType: (body) =>
      request({ method: 'POST', path: apiPath('event-types'), body }, isEventTypeView),
    replaceEventType: (body) =>
      request({ method: 'PUT', path: apiPath('event-types', body.type), body }, isEventTypeView),
    deleteEventType: (type) => request({ method: 'DELETE', path: apiPath('event-types', type) }, isUnknown),
    settings: () => request({ method: 'GET', path: apiPath('settings') }, isSettings),
    changeSettings: (body) => request({ method: 'PATCH', path: apiPath('settings'), body }, isSettings),
    users: () => request({ method: 'GET', path: apiPath('users') }, isUserList),
    invite: (body) => request({ method: 'POST', path: apiPath('users'), body }, isInvited),
    changeRole: (id, role) =>
      request({ method: 'PATCH', path: apiPath('users', id), body: { role } }, isUserView),
    removeUser: (id) => request({ method: 'DELETE', path: apiPath('users', id) }, isUnknown),
  };
}
