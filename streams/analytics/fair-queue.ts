import { WeirError } from '../../platform/errors/weir-error.ts';

/**
 * Long questions, one at a time, as each reads much and holds up others. Tenants take turns: one that asks much waits behind its own
 * questions, and another's next question starts after at most one of everybody else's.
 */
export interface Queue {
  /** Runs `work` when it is its turn. Throws ANALYTICS_BUSY when too many of the tenant, or of all, wait. */
  run<T>(tenant: string, work: () => Promise<T>): Promise<T>;
  /** Questions that run or wait. */
  size(): number;
}

const MAX_WAITING_OF_TENANT = 8;
const MAX_WAITING = 64;

type Question = () => Promise<void>;

export function createQueue(): Queue {
  /** Tenants with waiting questions, the next one first. */
  const turns = new Map<string, Question[]>();
  let waiting = 0;
  let isRunning = false;

  const runAll = async (): Promise<void> => {
    isRunning = true;
    for (let next = takeTurn(turns); next !== undefined; next = takeTurn(turns)) {
      waiting -= 1;
      await next();
    }
    isRunning = false;
  };

  return {
    run: async (tenant, work) => {
      const own = turns.get(tenant) ?? [];
      if (own.length >= MAX_WAITING_OF_TENANT)
        throw new WeirError('ANALYTICS_BUSY', `${own.length} questions of yours wait to be computed`);
      if (waiting >= MAX_WAITING)
        throw new WeirError('ANALYTICS_BUSY', `${waiting} questions wait to be computed`);
      return await new Promise((resolve, reject) => {
        own.push(async () => {
          await work().then(resolve, reject);
        });
        turns.set(tenant, own);
        waiting += 1;
        if (!isRunning) void runAll();
      });
    },
    size: () => waiting + (isRunning ? 1 : 0),
  };
}

/** The oldest question of the tenant whose turn it is, which then goes to the end of the round. */
function takeTurn(turns: Map<string, Question[]>): Question | undefined {
  for (const [tenant, own] of turns) {
    turns.delete(tenant);
    const next = own.shift();
    if (own.length > 0) turns.set(tenant, own);
    if (next !== undefined) return next;
  }
  return undefined;
}
