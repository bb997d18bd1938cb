import { Type } from '@sinclair/typebox';
import type { AccessDirectory } from '../../platform/access/access.ts';
import { keyView, type IssuedKey } from '../../platform/access/key-rules.ts';
import {
  ApiKeyCreated,
  ApiKeyList,
  ApiKeyRequest,
  ApiKeyRotation,
  ApiKeyView,
} from '../../platform/contracts/admin.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';

const tag = 'API keys';
const path = '/api/v1/api-keys';
const KeyId = Type.Object(
  { id: Type.String({ minLength: 1, maxLength: 64 }) },
  { additionalProperties: false },
);
const defaultOverlapHours = 24;

export function keyRoutes(access: AccessDirectory, clock: Clock): Route[] {
  const created = ({ record, secret }: IssuedKey): ApiKeyCreated => ({
    key: keyView(record, clock.nowMs()),
    secret,
  });
  return [
    defineRoute({
      method: 'GET',
      path,
      tag,
      summary: 'API keys of the tenant, newest first; never the keys themselves.',
      guard: 'admin',
      params: none,
      query: none,
      body: noBody,
      reply: ApiKeyList,
      handle: async ({ caller }) => ({ keys: [...access.keys(principalOf(caller).tenant)] }),
    }),
    defineRoute({
      method: 'POST',
      path,
      tag,
      summary: 'Creates an API key. The answer is the only place that shows it.',
      guard: 'admin',
      params: none,
      query: none,
      body: ApiKeyRequest,
      status: 201,
      reply: ApiKeyCreated,
      errors: ['ACCESS_KEY_REFUSED'],
      handle: async ({ body, caller }) => created(await access.createKey(principalOf(caller).tenant, body)),
    }),
    defineRoute({
      method: 'POST',
      path: `${path}/{id}/rotate`,
      tag,
      summary: 'A new key with the same rights; the old one works on for the overlap.',
      guard: 'admin',
      params: KeyId,
      query: none,
      body: ApiKeyRotation,
      status: 201,
      reply: ApiKeyCreated,
      errors: ['ACCESS_KEY_NOT_FOUND', 'ACCESS_KEY_REFUSED'],
      handle: async ({ body, caller, params }) => {
        const overlapMs = (body.overlapHours ?? defaultOverlapHours) * 3_600_000;
        return created(await access.rotateKey(principalOf(caller).tenant, params.id, overlapMs));
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/{id}`,
      tag,
      summary: 'Revokes a key at once; sockets it opened end.',
      guard: 'admin',
      params: KeyId,
      query: none,
      body: noBody,
      reply: ApiKeyView,
      errors: ['ACCESS_KEY_NOT_FOUND'],
      handle: async ({ caller, params }) => await access.revokeKey(principalOf(caller).tenant, params.id),
    }),
  ];
}
