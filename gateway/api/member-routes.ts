import { Type } from '@sinclair/typebox';
import {
  InviteReply,
  InviteRequest,
  RoleRequest,
  UserList,
  UserView,
} from '../../platform/contracts/session.ts';
import { principalOf, type Caller } from '../http/caller.ts';
import { defineRoute, noBody, none, noReply, type Route } from '../http/route.ts';
import type { Actor, Members } from '../sign-in/members.ts';

const tag = 'Users';
const path = '/api/v1/users';
const UserId = Type.Object(
  { id: Type.String({ minLength: 1, maxLength: 64 }) },
  { additionalProperties: false },
);

export function memberRoutes(members: Members): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path,
      tag,
      summary: 'Members of the tenant.',
      guard: 'admin',
      params: none,
      query: none,
      body: noBody,
      reply: UserList,
      handle: async ({ caller }) => ({ users: [...members.list(principalOf(caller).tenant)] }),
    }),
    defineRoute({
      method: 'POST',
      path,
      tag,
      summary: 'Makes somebody a member and gives a one-time sign-in link, valid for a day.',
      guard: 'admin',
      params: none,
      query: none,
      body: InviteRequest,
      status: 201,
      reply: InviteReply,
      errors: ['GATEWAY_USER_REFUSED'],
      handle: async ({ body, caller, facts }) => {
        const { email, name, role } = body;
        const { expiresAtMs, token, user } = await members.invite(actorOf(caller), email, name, role);
        return {
          user,
          ...(token === undefined ? {} : { link: `${facts.origin}/welcome?token=${token}` }),
          ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
        };
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: `${path}/{id}`,
      tag,
      summary: 'Changes the role of a member; it holds at once, in open sessions too.',
      guard: 'admin',
      params: UserId,
      query: none,
      body: RoleRequest,
      reply: UserView,
      errors: ['GATEWAY_USER_NOT_FOUND', 'GATEWAY_USER_REFUSED'],
      handle: async ({ body, caller, params }) =>
        await members.changeRole(actorOf(caller), params.id, body.role),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/{id}`,
      tag,
      summary: 'Takes a member out of the tenant; their sessions in it end.',
      guard: 'admin',
      params: UserId,
      query: none,
      body: noBody,
      status: 204,
      reply: noReply,
      errors: ['GATEWAY_USER_NOT_FOUND', 'GATEWAY_USER_REFUSED'],
      handle: async ({ caller, params }) => {
        await members.remove(actorOf(caller), params.id);
      },
    }),
  ];
}

function actorOf(caller: Caller): Actor {
  return {
    principal: principalOf(caller),
    session: caller.kind === 'session' ? caller.session : undefined,
  };
}
