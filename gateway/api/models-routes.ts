import { ModelsReply } from '../../platform/contracts/models.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';

/** What the models compute on. */
export function modelsRoutes(read: (tenant: string) => Promise<ModelsReply>): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/system/models',
      tag: 'System',
      summary: 'Backend, device and self-test of the models, memory, and the tenant’s runs since the start.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: ModelsReply,
      handle: async ({ caller }) => await read(principalOf(caller).tenant),
    }),
  ];
}
