import { WeirError } from '../../errors/weir-error.ts';
import type { Lane, StatementKind } from './lane.ts';

/**
 * Statements that are given up together: those that wait for their turn fail when it comes; one that runs has to be cancelled in the engine,
 * which finds it by `mark` (its `log_comment`).
 */
export interface Branch {
  readonly mark: string;
  /** Runs `work` in its turn; fails with STORE_UNAVAILABLE once the branch is given up. */
  run<T>(kind: StatementKind, sql: string, work: () => Promise<T>): Promise<T>;
  giveUp(): void;
  /** Whether the engine has a statement of it. */
  isRunning(): boolean;
}

/** `isParentGivenUp` ends the branch as well. */
export function createBranch(mark: string, lane: Lane, isParentGivenUp: () => boolean = () => false): Branch {
  let isOver = false;
  let running = 0;
  const isGivenUp = (): boolean => isOver || isParentGivenUp();
  return {
    mark,
    giveUp: () => {
      isOver = true;
    },
    isRunning: () => running > 0,
    run: async (kind, sql, work) => {
      if (isGivenUp()) throw givenUp();
      return await lane.run(kind, async () => {
        if (isGivenUp()) throw givenUp();
        running += 1;
        try {
          return await work();
        } catch (error) {
          throw isGivenUp() ? givenUp() : asStoreError(sql, error);
        } finally {
          running -= 1;
        }
      });
    },
  };
}

function givenUp(): WeirError {
  return new WeirError('STORE_UNAVAILABLE', 'ClickHouse is being closed; the statement was given up.');
}

function asStoreError(sql: string, error: unknown): WeirError {
  if (error instanceof WeirError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const unavailable =
    /ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|socket hang up|Timeout|ENOTFOUND|EAI_AGAIN|MEMORY_LIMIT|NOT_ENOUGH_SPACE|No space left/i.test(
      message,
    );
  return new WeirError(unavailable ? 'STORE_UNAVAILABLE' : 'STORE_QUERY_FAILED', message, {
    cause: error,
    details: { sql: sql.slice(0, 500) },
  });
}
