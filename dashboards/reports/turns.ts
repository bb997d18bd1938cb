/** Work that waits for its turn. */
export interface Turns {
  /** Undefined when nobody wants it any more by the time its turn comes. */
  run<T>(isWanted: () => boolean, work: () => Promise<T>): Promise<T | undefined>;
}

/** At most `atOnce` run at the same time, the others in the order they came. */
export function createTurns(atOnce: number): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  return {
    run: async (isWanted, work) => {
      if (running < atOnce) running += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return isWanted() ? await work() : undefined;
      } finally {
        leave();
      }
    },
  };
}
