import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { Observable } from 'rxjs';
import type { Bus } from '../platform/bus/bus.ts';
import type { Interest } from '../platform/contracts/live.ts';
import { interestSubject } from '../platform/contracts/subjects.ts';

const InterestBody = Type.Object({
  tenant: Type.String(),
  keys: Type.Array(
    Type.Object({
      rollup: Type.Union([
        Type.Literal('total'),
        Type.Literal('channel'),
        Type.Literal('content'),
        Type.Literal('country'),
        Type.Literal('stream'),
      ]),
      dim: Type.String(),
    }),
  ),
});

/** What gateways say is watched; anything else on the subject is left out. */
export function interestsOf(bus: Bus): Observable<Interest> {
  return new Observable((subscriber) => {
    const subscription = bus.subscribeCore(interestSubject, (message) => {
      const body = parseInterest(message.data);
      if (body !== undefined) subscriber.next(body);
    });
    return () => subscription.stop();
  });
}

function parseInterest(data: Uint8Array): Interest | undefined {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(data));
    return Value.Check(InterestBody, body) ? body : undefined;
  } catch {
    return undefined;
  }
}
