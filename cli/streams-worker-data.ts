import { Type, type Static } from '@sinclair/typebox';
import { StreamsSettings } from '../streams/config.ts';

/** What the main thread gives the thread that holds ClickHouse and the processors. */
export const StreamsWorkerData = Type.Object({
  natsUrl: Type.String(),
  natsToken: Type.Optional(Type.String()),
  redisUrl: Type.String(),
  clickhouseUrl: Type.Optional(Type.String()),
  storePath: Type.String(),
  owner: Type.String(),
  settings: StreamsSettings,
  logLevel: Type.Union([
    Type.Literal('debug'),
    Type.Literal('info'),
    Type.Literal('warn'),
    Type.Literal('error'),
    Type.Literal('silent'),
  ]),
  logPretty: Type.Boolean(),
});
export type StreamsWorkerData = Static<typeof StreamsWorkerData>;

/** From the main thread. */
export const ToWorker = Type.Union([
  Type.Object({ kind: Type.Literal('stop') }),
  Type.Object({ kind: Type.Literal('abandon') }),
  Type.Object({ kind: Type.Literal('metrics'), id: Type.Integer() }),
]);

/** From the worker. */
export const FromWorker = Type.Union([
  Type.Object({ kind: Type.Literal('ready'), migrations: Type.Array(Type.String()) }),
  /** Could not start; an error itself would lose its class on the way. */
  Type.Object({ kind: Type.Literal('failed'), code: Type.Optional(Type.String()), message: Type.String() }),
  Type.Object({ kind: Type.Literal('stopped') }),
  Type.Object({ kind: Type.Literal('metrics'), id: Type.Integer(), text: Type.String() }),
]);
