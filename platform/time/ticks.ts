import { Observable } from 'rxjs';
import type { Clock } from './clock.ts';

/**
 * Emits the clock's wall time every `intervalMs`, first after `intervalMs`, until it is unsubscribed. Time comes from the clock, not from an RxJS
 * scheduler, so a fake clock drives it. Processing time: for what people look at and for upkeep, never for results.
 */
export function ticks(clock: Clock, intervalMs: number): Observable<number> {
  return new Observable((subscriber) => {
    const ticker = clock.every(intervalMs, () => subscriber.next(clock.nowMs()));
    return () => ticker.stop();
  });
}
