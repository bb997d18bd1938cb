import { Type, TypeGuard, type Static, type TObject, type TSchema } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { WeirError, type ErrorCode } from '../../platform/errors/weir-error.ts';
import type { Caller, Guard, RequestFacts } from './caller.ts';
import { compileInput, readSearch } from './input.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** For routes that take no parameters of a kind. */
export const none = Type.Object({}, { additionalProperties: false });
export const noBody = Type.Undefined();
/** For routes that answer 204. */
export const noReply = Type.Void();

export interface Call<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  readonly facts: RequestFacts;
  /** Header of the answer, for cookies and Location. */
  readonly setHeader: (name: string, value: string) => void;
}

interface RouteFacts {
  readonly method: Method;
  /** OpenAPI form: `/api/v1/kpis/{key}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly guard: Guard;
  readonly status: number;
  /** Errors of its own, beside those every route can answer. */
  readonly errors: readonly ErrorCode[];
}

export interface RouteSpec<
  P extends TObject,
  Q extends TObject,
  B extends TSchema,
  R extends TSchema,
> extends Omit<RouteFacts, 'status' | 'errors'> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly bodyLimitBytes?: number;
  readonly reply: R;
  readonly status?: number;
  readonly errors?: readonly ErrorCode[];
  readonly handle: (call: Call<Static<P>, Static<Q>, Static<B>>) => Promise<Static<R>>;
}

/** What arrives, before any check. */
export interface RawCall {
  readonly params: Readonly<Record<string, unknown>>;
  readonly search: URLSearchParams;
  readonly body: unknown;
  readonly caller: Caller;
  readonly facts: RequestFacts;
  readonly setHeader: (name: string, value: string) => void;
}

/** A route with its types inside: checks what comes in, runs, checks what goes out. */
export interface Route extends RouteFacts {
  readonly params: TObject;
  readonly query: TObject;
  /** Undefined for routes without a body. */
  readonly body: TSchema | undefined;
  readonly bodyLimitBytes: number;
  readonly reply: TSchema;
  run(raw: RawCall): Promise<unknown>;
}

const defaultBodyLimitBytes = 262_144;

/** Throws GATEWAY_REQUEST_INVALID for what does not fit the schemas; an answer that does not fit is our fault and becomes 500. */
export function defineRoute<P extends TObject, Q extends TObject, B extends TSchema, R extends TSchema>(
  spec: RouteSpec<P, Q, B, R>,
): Route {
  const readParams = compileInput('path', spec.params);
  const readQuery = compileInput('query', spec.query);
  const readBody = compileInput('body', spec.body);
  const reply = TypeCompiler.Compile(spec.reply);
  const { handle, status = 200, errors = [], bodyLimitBytes = defaultBodyLimitBytes, body, ...facts } = spec;
  return {
    ...facts,
    status,
    errors,
    bodyLimitBytes,
    body: TypeGuard.IsUndefined(body) ? undefined : body,
    run: async (raw) => {
      const answer: unknown = await handle({
        params: readParams(raw.params),
        query: readQuery(readSearch(raw.search)),
        body: readBody(raw.body),
        caller: raw.caller,
        facts: raw.facts,
        setHeader: raw.setHeader,
      });
      if (reply.Check(answer)) return answer;
      const first = reply.Errors(answer).First();
      throw new WeirError('PLATFORM_INTERNAL', `the answer of ${spec.method} ${spec.path} is wrong`, {
        details: { path: first?.path, fault: first?.message },
      });
    },
  };
}
