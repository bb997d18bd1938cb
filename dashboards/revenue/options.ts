import { useParam } from '../data/router.ts';

/** A choice of a screen in the address; the first is meant when it holds none. */
export function useChoice<const T extends string>(
  name: string,
  choices: readonly [T, ...T[]],
): readonly [T, (choice: string) => void] {
  const [text, setText] = useParam(name);
  const chosen = choices.find((choice) => choice === text) ?? choices[0];
  return [chosen, (choice) => setText(choice === choices[0] ? '' : choice)];
}

/** Lengths of time to choose from, by what stands in the address. */
export const lengths = {
  '1h': { title: '1 hour', ms: 3_600_000 },
  '1d': { title: '1 day', ms: 86_400_000 },
  '7d': { title: '7 days', ms: 7 * 86_400_000 },
  '14d': { title: '14 days', ms: 14 * 86_400_000 },
  '30d': { title: '30 days', ms: 30 * 86_400_000 },
  '90d': { title: '90 days', ms: 90 * 86_400_000 },
} as const;
