import { createRequire } from 'node:module';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { WeirError } from '../../errors/weir-error.ts';
import { pinEngine } from './pin-engine.ts';

type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

interface EngineModule {
  createChdbConnection(options: { path: string }): Connection;
}

/** How the engine is reached. */
export interface Connections {
  readonly client: ClickHouseClient;
  /**
   * A connection of its own for cancelling: a connection runs one statement at a time, so what is to end a statement cannot come behind it.
   */
  readonly control: ClickHouseClient;
}

/**
 * Loads the engine. Only here: a second thread of the process that loads it breaks it. Through require, because chdb declares the client's
 * interface from its own copy of the client's types and two copies of a private field never match.
 */
export function openEmbedded(path: string): Connections {
  pinEngine();
  const engine: unknown = createRequire(import.meta.url)('chdb/connection');
  if (!isEngine(engine))
    throw new WeirError('STORE_UNAVAILABLE', 'The chdb package has no connection for @clickhouse/client.');
  const connect = (): ClickHouseClient => {
    try {
      return createClient({ connection: engine.createChdbConnection({ path }), database: 'default' });
    } catch (error) {
      throw new WeirError(
        'STORE_OPEN_FAILED',
        `ClickHouse cannot open ${path}; what it says about it stands above in its own words`,
        { cause: error },
      );
    }
  };
  return { client: connect(), control: connect() };
}

function isEngine(value: unknown): value is EngineModule {
  return (
    typeof value === 'object' &&
    value !== null &&
    'createChdbConnection' in value &&
    typeof value.createChdbConnection === 'function'
  );
}
