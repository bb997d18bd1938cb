import type { ActionKind } from '../../platform/contracts/policy.ts';

interface ActionRule {
  /** Parameters an action must have. */
  readonly needs: readonly string[];
  readonly may: readonly string[];
  /** Whether parameters beside these are handed on. */
  readonly isOpen: boolean;
  readonly isReversible: boolean;
  readonly risk: 'none' | 'low' | 'medium' | 'high';
  readonly undo: string;
}

/** What each kind of action takes, how it is undone and how much is at risk. */
export const actionRules: Readonly<Record<ActionKind, ActionRule>> = {
  alert: {
    needs: ['title', 'body'],
    may: ['severity', 'group'],
    isOpen: false,
    isReversible: false,
    risk: 'none',
    undo: 'A message that was sent stays sent.',
  },
  render: {
    needs: ['kind', 'title'],
    may: ['priority'],
    isOpen: true,
    isReversible: false,
    risk: 'none',
    undo: 'The artefact stays until its retention ends.',
  },
  webhook: {
    needs: ['endpoint', 'event'],
    may: [],
    isOpen: true,
    isReversible: false,
    risk: 'low',
    undo: 'What the receiver did with it is theirs to undo.',
  },
  budget: {
    needs: ['target', 'to'],
    may: ['from'],
    isOpen: false,
    isReversible: true,
    risk: 'medium',
    undo: 'The budget goes back to what it was.',
  },
  schedule: {
    needs: ['target', 'to'],
    may: ['from'],
    isOpen: false,
    isReversible: true,
    risk: 'medium',
    undo: 'The slot goes back to what it was; what was published in between stays published.',
  },
  price: {
    needs: ['target', 'to'],
    may: ['from'],
    isOpen: false,
    isReversible: true,
    risk: 'high',
    undo: 'The price goes back to what it was; sales made in between keep theirs.',
  },
  rollout: {
    needs: ['target', 'to'],
    may: ['from'],
    isOpen: false,
    isReversible: true,
    risk: 'medium',
    undo: 'Everybody sees again what they saw before.',
  },
  experiment: {
    needs: ['key', 'title', 'variant', 'metric', 'events'],
    may: ['hypothesis', 'days', 'window_hours', 'effect', 'traffic'],
    isOpen: false,
    isReversible: true,
    risk: 'low',
    undo: 'The experiment is stopped; what its users saw they have seen.',
  },
  ticket: {
    needs: ['title', 'body'],
    may: [],
    isOpen: false,
    isReversible: true,
    risk: 'none',
    undo: 'The ticket is closed.',
  },
  job: {
    needs: ['job'],
    may: ['code'],
    isOpen: false,
    isReversible: false,
    risk: 'low',
    undo: 'A job that ran is not taken back.',
  },
};

/** Jobs that may be started; each is done by the worker that always did it. */
export const startableJobs = ['deadletter-replay'] as const;
