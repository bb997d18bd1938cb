import { createHash } from 'node:crypto';
import type { StoredCounts } from '../../platform/contracts/audience.ts';
import type { PrivacyCharge, PrivacyPeriod, PrivacyState } from '../../platform/contracts/privacy.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { SecureRandom } from '../../platform/time/secure-random.ts';
import { emptyLedger, privacyState, stepAnswered, stepCharge, type Budget } from './ledger.ts';
import { createNoises, noisyCounts, type NoiseRequest } from './mechanism.ts';
import { periodAt } from './period.ts';
import type { AnswerStore, LedgerStore } from './ports.ts';
import { createUniform } from './uniform.ts';

export interface PrivateAnswersDeps {
  readonly ledgers: LedgerStore;
  readonly answers: AnswerStore;
  readonly random: SecureRandom;
  readonly clock: Clock;
}

export interface PrivateAnswersConfig {
  readonly privacyEpsilon: number;
  readonly privacyDelta: number;
  readonly privacyPeriodEpsilon: number;
  readonly privacyPeriod: PrivacyPeriod;
}

/** Values by name; the order of names says nothing. */
export interface Identity {
  readonly [name: string]: string | number | boolean | Identity;
}

export interface PrivateQuestion {
  readonly tenant: string;
  readonly by: string;
  readonly what: string;
  /** What is asked about, in words for people. */
  readonly about: string;
  /** Everything the counts depend on, the range of whole days included; equal ones are the same question, whatever their words. */
  readonly identity: Identity;
  readonly noise: NoiseRequest;
}

export interface PrivateAnswer {
  readonly charge: PrivacyCharge;
  readonly halfWidth95: number;
  readonly standardDeviation: number;
  readonly stored: StoredCounts;
  readonly isRepeated: boolean;
}

export interface PrivateAnswers {
  /**
   * Counts with noise. `count` is called at most once and gives, for every cell, how many people are in it; it must hold each person to
   * `noise.cells` cells. Throws PRIVACY_BUDGET_SPENT, PRIVACY_LEDGER_BUSY.
   */
  answer(
    question: PrivateQuestion,
    count: () => Promise<{ readonly cells: readonly string[]; readonly counts: ReadonlyMap<string, number> }>,
  ): Promise<PrivateAnswer>;
  /** Budget and charges of the period a moment lies in; of the present one without. */
  state(tenant: string, atMs?: number): Promise<PrivacyState>;
}

const MAX_RACES = 20;
/**
 * Of what a question is recognised by. Version 1 hashed the words for people, in which a channel named "a, content b" was channel a and content b; what was
 * answered under it is charged anew when it is asked again.
 */
const HASH_VERSION = 2;

/**
 * Answers that cost privacy budget. Order, and what a crash leaves behind:
 *
 *   1. charge: the ledger, by compare-and-set — a crash after it leaves a charge without an answer, which the same question takes up
 *   2. answer: created under the id of the charge, once — of two that raced for it, the first one stands and both give that
 *   3. mark the charge as answered — a crash before it leaves an answer nobody has seen, and the same question finds it
 *   4. the answer leaves
 *
 * So there is at most one answer for each charge, and none without.
 */
export function createPrivateAnswers(deps: PrivateAnswersDeps, config: PrivateAnswersConfig): PrivateAnswers {
  const { ledgers, answers, clock } = deps;
  const uniform = createUniform(deps.random);
  const noiseOf = createNoises();
  const budget: Budget = { epsilon: config.privacyPeriodEpsilon, delta: config.privacyDelta };

  const charge = async (question: PrivateQuestion, wanted: PrivacyCharge): Promise<PrivacyCharge> => {
    const { name } = periodAt(config.privacyPeriod, wanted.atMs);
    for (let race = 0; race < MAX_RACES; race += 1) {
      const held = await ledgers.load(question.tenant, name);
      const ledger = held?.value ?? emptyLedger(question.tenant, name);
      const given = ledger.charges.findLast((each) => each.question === wanted.question && each.isAnswered);
      const isLost = given !== undefined && (await answers.get(question.tenant, given.id)) === undefined;
      const outcome = stepCharge(ledger, wanted, budget, () => isLost);
      if (outcome.kind === 'spent') throw spent(outcome.spentRho, outcome.budgetRho, wanted.rho);
      if (outcome.kind !== 'charged') return outcome.charge;
      if (await ledgers.save(outcome.ledger, held?.revision ?? 0)) return outcome.charge;
    }
    throw new WeirError('PRIVACY_LEDGER_BUSY', 'The privacy ledger was written by others all the time.');
  };

  const markAnswered = async (tenant: string, period: string, id: string): Promise<void> => {
    for (let race = 0; race < MAX_RACES; race += 1) {
      const held = await ledgers.load(tenant, period);
      if (held === undefined) break;
      if (held.value.charges.some((each) => each.id === id && each.isAnswered)) return;
      if (await ledgers.save(stepAnswered(held.value, id), held.revision)) return;
    }
    throw new WeirError('PRIVACY_LEDGER_BUSY', 'The privacy ledger was written by others all the time.');
  };

  return {
    answer: async (question, count) => {
      const { tenant } = question;
      const noise = noiseOf(question.noise);
      const atMs = clock.nowMs();
      const period = periodAt(config.privacyPeriod, atMs).name;
      const hash = createHash('sha256')
        .update(
          canonicalJson({
            version: HASH_VERSION,
            period,
            identity: question.identity,
            noise: { ...question.noise },
          }),
        )
        .digest('hex');
      const paid = await charge(question, {
        id: hex(deps.random.bytes(16)),
        question: hash,
        atMs,
        what: question.what,
        about: question.about,
        by: question.by,
        mechanism: noise.mechanism,
        epsilon: noise.epsilon,
        delta: noise.delta,
        rho: noise.rho,
        isAnswered: false,
      });
      const { halfWidth95, standardDeviation } = noise;
      const known = await answers.get(tenant, paid.id);
      if (known === undefined) {
        const { cells, counts } = await count();
        const made = {
          question: hash,
          answeredAtMs: clock.nowMs(),
          counts: noisyCounts(counts, cells, noise, uniform),
        };
        await answers.create(tenant, paid.id, made);
      }
      // What is stored is what leaves, whoever stored it.
      const stored = await answers.get(tenant, paid.id);
      if (stored === undefined) throw new WeirError('PRIVACY_LEDGER_BUSY', 'The answer could not be stored.');
      if (!paid.isAnswered) await markAnswered(tenant, period, paid.id);
      return { charge: paid, halfWidth95, standardDeviation, stored, isRepeated: known !== undefined };
    },
    state: async (tenant, atMs = clock.nowMs()) => {
      const period = periodAt(config.privacyPeriod, atMs);
      const ledger = (await ledgers.load(tenant, period.name))?.value ?? emptyLedger(tenant, period.name);
      const perAnswer = noiseOf({
        mechanism: 'gaussian',
        epsilon: config.privacyEpsilon,
        delta: config.privacyDelta,
        cells: 1,
      });
      return privacyState(ledger, period, budget, perAnswer);
    },
  };
}

function spent(spentRho: number, budgetRho: number, wantedRho: number): WeirError {
  const left = Math.max(0, 1 - spentRho / budgetRho);
  return new WeirError(
    'PRIVACY_BUDGET_SPENT',
    `The privacy budget of this period has ${(100 * left).toFixed(1)}% left and this answer would take ${((100 * wantedRho) / budgetRho).toFixed(1)}%.`,
  );
}

/** JSON with names in order, so that equal values are equal texts and no value can be mistaken for another. */
export function canonicalJson(value: Identity[string]): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, each]) => `${JSON.stringify(name)}:${canonicalJson(each)}`).join(',')}}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
