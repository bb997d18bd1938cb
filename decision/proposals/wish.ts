import type { Action, Decision, Expected } from '../../platform/contracts/decision.ts';
import type { Guardrail } from '../../platform/contracts/policy.ts';
import type { ProposalOrigin } from '../../platform/contracts/proposal.ts';

/** What somebody wants decided, worked out from records: a decision without a policy before it has an id and a life. */
export interface Wish {
  readonly source: ProposalOrigin['source'];
  readonly title: string;
  /** What it is about: an open proposal of the same key is replaced by a newer one. */
  readonly key: string;
  readonly dims: Decision['dims'];
  /** Where the evidence is seen, and its title. */
  readonly link: string;
  readonly because: string;
  readonly facts: Decision['facts'];
  readonly actions: readonly Action[];
  /** What was weighed beside it and beside doing nothing. */
  readonly others?: readonly string[];
  /** At stake, major units; null where no money is. */
  readonly money: number | null;
  readonly expected: Expected | null;
  readonly assumptions: readonly string[];
  readonly guardrails?: readonly Guardrail[];
  /** SHA-256 over the records it was worked out from. */
  readonly restsOn: string;
}

/** A record that says there is nothing to change, or not yet; in words for a person. */
export interface NoWish {
  readonly nothing: string;
}

export const isWish = (found: Wish | NoWish): found is Wish => !('nothing' in found);

/** Rounded to a millionth of a unit, so that noise of the last digit makes no other decision. */
export const settled = (value: number): number => Math.round(value * 1e6) / 1e6;

/** What may be lost or moved: the larger of the change and the worse end of its interval. */
export function atStake(expected: Pick<Expected, 'delta' | 'low' | 'high'>): number {
  return settled(Math.max(Math.abs(expected.delta), Math.abs(Math.min(0, expected.low ?? 0))));
}

const factName = /[^a-z0-9]+/g;
/** Facts by name as evidence has them; what is not finite is left out. */
export function factsFrom(values: Readonly<Record<string, number | string | null>>): Decision['facts'] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === null || (typeof value === 'number' && !Number.isFinite(value))
      ? []
      : [
          {
            name: name.toLowerCase().replaceAll(factName, '_').slice(0, 64),
            value: typeof value === 'number' ? settled(value) : value.slice(0, 500),
          },
        ],
  );
}
