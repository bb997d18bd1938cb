import type {
  AlertChannel,
  AlertSettings,
  Silence,
  Subscription,
} from '../../../platform/contracts/alert-subscription.ts';
import type { AlertMessage } from '../../../platform/contracts/alert-thread.ts';
import type { Alert } from './alert.ts';

/** What a step may look at beside its state: records of people as they are now. */
export interface AlertContext {
  readonly subscriptions: readonly Subscription[];
  readonly silences: readonly Silence[];
  readonly settings: AlertSettings;
  readonly channelOf: (contactId: string) => AlertChannel | undefined;
  readonly tenantName: string;
  readonly currency: string;
}

export type AlertInput =
  | { readonly type: 'alert'; readonly alert: Alert; readonly atMs: number }
  | { readonly type: 'tick'; readonly nowMs: number }
  | {
      readonly type: 'acknowledge';
      readonly threadId: string;
      readonly by: string;
      readonly comment: string;
      readonly atMs: number;
    }
  | {
      readonly type: 'snooze';
      readonly threadId: string;
      readonly by: string;
      /** Null: until something changes. */
      readonly untilMs: number | null;
      readonly atMs: number;
    }
  | { readonly type: 'wake'; readonly threadId: string; readonly by: string; readonly atMs: number };

/** A message and where it goes. */
export interface AlertOutput {
  readonly message: AlertMessage;
  readonly contacts: readonly string[];
}
