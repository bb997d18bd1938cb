import { Value } from '@sinclair/typebox/value';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import {
  DecisionAsk,
  decisionOperations,
  type AskBody,
  type AskReply,
  type DecisionOperation,
} from '../../platform/contracts/decision-wire.ts';
import { decisionAskSubject } from '../../platform/contracts/subjects.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';

/** A question with whose it is. */
export interface Ask<K extends DecisionOperation> {
  readonly tenant: string;
  /** Subject of who asks. */
  readonly actor: string;
  readonly body: AskBody<K>;
}

export type Answers = { readonly [K in DecisionOperation]: (ask: Ask<K>) => Promise<AskReply<K>> };
export type AnswersOf<K extends DecisionOperation> = Pick<Answers, K>;

/** Answers every operation; any process may, since all that is written is written by compare-and-set. */
export function serveAnswers(bus: Bus, answers: Answers): { stop(): void } {
  const stops = operationNames().map((name) => serve(bus, answers, name));
  return { stop: () => stops.forEach((each) => each.stop()) };
}

function serve<K extends DecisionOperation>(
  bus: Bus,
  answers: { readonly [P in K]: (ask: Ask<P>) => Promise<AskReply<P>> },
  name: K,
): { stop(): void } {
  const { body: schema } = decisionOperations[name];
  return bus.respond(
    decisionAskSubject(name),
    createJsonCodec(DecisionAsk),
    async ({ tenant, actor, body }) => {
      if (!isBody(name, body)) {
        const fault = Value.Errors(schema, body).First();
        throw new WeirError('DECISION_POLICY_INVALID', `${fault?.path ?? '/'}: ${fault?.message ?? 'wrong'}`);
      }
      return await answers[name]({ tenant, actor, body });
    },
    'decision',
  );
}

function isBody<K extends DecisionOperation>(name: K, body: unknown): body is AskBody<K> {
  return Value.Check(decisionOperations[name].body, body);
}

function operationNames(): DecisionOperation[] {
  return Object.keys(decisionOperations).filter((name): name is DecisionOperation =>
    Object.hasOwn(decisionOperations, name),
  );
}
