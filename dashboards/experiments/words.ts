import type { Experiment, ExperimentView, Recommendation } from '../../platform/contracts/experiment.ts';

export const adviceWords: Readonly<
  Record<Recommendation['advice'], { readonly text: string; readonly tone: string }>
> = {
  wait: { text: 'Wait', tone: '' },
  choose: { text: 'Choose', tone: 'badge-good' },
  'stop-harm': { text: 'Stop: does harm', tone: 'badge-bad' },
  'no-difference': { text: 'No difference', tone: '' },
  'mend-split': { text: 'Split is broken', tone: 'badge-bad' },
};

export const stateWords: Readonly<Record<Experiment['state'], string>> = {
  draft: 'draft',
  running: 'running',
  stopped: 'stopped',
};

/** What to do, with the name of the variant it is about. */
export function adviceOf({ experiment, reading }: ExperimentView): string {
  if (reading === null) return experiment.state === 'draft' ? 'Not started' : 'Nothing read yet';
  const { advice, variant } = reading.recommendation;
  const title = experiment.variants.find(({ key }) => key === variant)?.title;
  return advice === 'choose' && title !== undefined ? `Choose ${title}` : adviceWords[advice].text;
}

/** Users seen so far, over all variants. */
export function usersOf({ reading }: ExperimentView): number {
  const primary = reading?.readings.find(({ role }) => role === 'primary');
  return primary?.variants.reduce((sum, { users }) => sum + users, 0) ?? 0;
}

/** "up 4.2%", "down 3.0%", "no change", "not known". */
export function changeWords(share: number | null, percent: (ratio: number) => string): string {
  if (share === null) return 'not known';
  if (share === 0) return 'no change';
  return `${share > 0 ? 'up' : 'down'} ${percent(Math.abs(share))}`;
}

/** A command that says a user has seen a variant. */
export function exposureCurl(origin: string, experiment: Experiment): string {
  const event = {
    type: 'experiment_exposure',
    data: { user_id: 'user-42', experiment: experiment.key, variant: experiment.variants[1]?.key ?? 'b' },
  };
  return [
    `curl -X POST ${origin}/v1/events \\`,
    `  -H 'authorization: Bearer <your key>' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d '${JSON.stringify(event)}'`,
  ].join('\n');
}
