import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { RenderRequest } from '../../platform/contracts/render.ts';
import { renderSubject } from '../../platform/contracts/subjects.ts';
import { renderParamsFrom } from '../policy/render-params.ts';
import { refused, type Executor } from './executor.ts';

const codec = createJsonCodec(RenderRequest);
const defaultPriority = 5;

/** Puts a wish on the work queue of renders; `<tenant>.<id>` as message id makes the same wish twice one job. */
export function createRenderExecutor(bus: Bus): Executor {
  return {
    kind: 'render',
    execute: async ({ item, params }) => {
      const wish: unknown = {
        id: item.id,
        tenant: item.tenant,
        kind: params['kind'],
        title: String(params['title']).slice(0, 200),
        params: renderParamsFrom(params),
        askedBy: {
          type: item.cause.type === 'schedule' ? 'schedule' : 'decision',
          id: item.cause.id,
          name: item.cause.title.slice(0, 200),
        },
        priority: typeof params['priority'] === 'number' ? params['priority'] : defaultPriority,
        createdAtMs: item.createdAtMs,
      };
      const checked = codec.check(wish);
      if (!checked.ok) return refused(`the render is wrong: ${checked.fault}`);
      await bus.publish(renderSubject(checked.value.kind), codec.encode(checked.value), {
        msgId: `${item.tenant}.${item.id}`,
      });
      return { ok: true, note: `asked for a ${checked.value.kind}` };
    },
  };
}
