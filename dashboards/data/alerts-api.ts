import type {
  AlertSettings,
  ContactCreated,
  ContactPointList,
  ContactRequest,
  Silence,
  SilenceList,
  SilenceRequest,
  Subscription,
  SubscriptionList,
  SubscriptionRequest,
} from '../../platform/contracts/alert-subscription.ts';
import type {
  AlertFeedback,
  AlertNoticeList,
  AlertThread,
  AlertThreadDetail,
  AlertThreadList,
  DeliveryList,
  DeliveryView,
  NoticesReadRequest,
} from '../../platform/contracts/alert-thread.ts';
import { apiPath } from './api-path.ts';
import { isUnknown } from './guard.ts';
import type { Http } from './http.ts';
import {
  isAlertFeedback,
  isAlertSettings,
  isAlertThread,
  isAlertThreadDetail,
  isAlertThreadList,
  isContactCreated,
  isContactList,
  isDelivery,
  isDeliveryList,
  isNoticeList,
  isPushKey,
  isSilence,
  isSilenceList,
  isSubscription,
  isSubscriptionList,
} from './wire-alerts.ts';

export interface AlertArgs {
  readonly state?: string | undefined;
  readonly severity?: string | undefined;
  readonly family?: string | undefined;
  readonly limit: number;
}

/** Routes of alerts: threads, subscriptions, ways to be reached, silences, deliveries. Each throws ApiError. */
export interface AlertsApi {
  readonly alerts: (args: AlertArgs) => Promise<AlertThreadList>;
  readonly alert: (id: string) => Promise<AlertThreadDetail>;
  readonly acknowledge: (id: string, comment: string) => Promise<AlertThread>;
  /** `minutes` null: until something changes. */
  readonly snooze: (id: string, minutes: number | null) => Promise<AlertThread>;
  readonly wake: (id: string) => Promise<AlertThread>;
  readonly giveFeedback: (
    id: string,
    verdict: AlertFeedback['verdict'],
    comment: string,
  ) => Promise<AlertFeedback>;
  readonly subscriptions: () => Promise<SubscriptionList>;
  readonly subscribe: (body: SubscriptionRequest) => Promise<Subscription>;
  readonly changeSubscription: (id: string, body: SubscriptionRequest) => Promise<Subscription>;
  readonly unsubscribe: (id: string) => Promise<unknown>;
  readonly contacts: () => Promise<ContactPointList>;
  readonly addContact: (body: ContactRequest) => Promise<ContactCreated>;
  readonly removeContact: (id: string) => Promise<unknown>;
  readonly testContact: (id: string) => Promise<DeliveryView>;
  readonly pushKey: () => Promise<{ key: string }>;
  readonly silences: () => Promise<SilenceList>;
  readonly silence: (body: SilenceRequest) => Promise<Silence>;
  readonly endSilence: (id: string) => Promise<unknown>;
  readonly deliveries: () => Promise<DeliveryList>;
  readonly notices: () => Promise<AlertNoticeList>;
  readonly readNotices: (body: NoticesReadRequest) => Promise<unknown>;
  readonly retryDelivery: (id: string) => Promise<DeliveryView>;
  readonly alertSettings: () => Promise<AlertSettings>;
  readonly setAlertSettings: (body: AlertSettings) => Promise<AlertSettings>;
}

export function createAlertsApi({ request }: Pick<Http, 'request'>): AlertsApi {
  return {
    alerts: ({ family, limit, severity, state }) =>
      request(
        { method: 'GET', path: apiPath('alerts'), query: { state, severity, family, limit } },
        isAlertThreadList,
      ),
    alert: (id) => request({ method: 'GET', path: apiPath('alerts', id) }, isAlertThreadDetail),
    acknowledge: (id, comment) =>
      request(
        { method: 'POST', path: apiPath('alerts', id, 'acknowledge'), body: { comment } },
        isAlertThread,
      ),
    snooze: (id, minutes) =>
      request({ method: 'POST', path: apiPath('alerts', id, 'snooze'), body: { minutes } }, isAlertThread),
    wake: (id) => request({ method: 'POST', path: apiPath('alerts', id, 'wake') }, isAlertThread),
    giveFeedback: (id, verdict, comment) =>
      request(
        { method: 'PUT', path: apiPath('alerts', id, 'feedback'), body: { verdict, comment } },
        isAlertFeedback,
      ),
    subscriptions: () => request({ method: 'GET', path: apiPath('alert-subscriptions') }, isSubscriptionList),
    subscribe: (body) =>
      request({ method: 'POST', path: apiPath('alert-subscriptions'), body }, isSubscription),
    changeSubscription: (id, body) =>
      request({ method: 'PUT', path: apiPath('alert-subscriptions', id), body }, isSubscription),
    unsubscribe: (id) => request({ method: 'DELETE', path: apiPath('alert-subscriptions', id) }, isUnknown),
    contacts: () => request({ method: 'GET', path: apiPath('alert-contacts') }, isContactList),
    addContact: (body) =>
      request({ method: 'POST', path: apiPath('alert-contacts'), body }, isContactCreated),
    removeContact: (id) => request({ method: 'DELETE', path: apiPath('alert-contacts', id) }, isUnknown),
    testContact: (id) => request({ method: 'POST', path: apiPath('alert-contacts', id, 'test') }, isDelivery),
    pushKey: () => request({ method: 'GET', path: apiPath('alert-push-key') }, isPushKey),
    silences: () => request({ method: 'GET', path: apiPath('alert-silences') }, isSilenceList),
    silence: (body) => request({ method: 'POST', path: apiPath('alert-silences'), body }, isSilence),
    endSilence: (id) => request({ method: 'DELETE', path: apiPath('alert-silences', id) }, isUnknown),
    deliveries: () =>
      request({ method: 'GET', path: apiPath('alert-deliveries'), query: { limit: 200 } }, isDeliveryList),
    notices: () => request({ method: 'GET', path: apiPath('alert-notices') }, isNoticeList),
    readNotices: (body) =>
      request({ method: 'POST', path: apiPath('alert-notices', 'read'), body }, isUnknown),
    retryDelivery: (id) =>
      request({ method: 'POST', path: apiPath('alert-deliveries', id, 'retry') }, isDelivery),
    alertSettings: () => request({ method: 'GET', path: apiPath('alert-settings') }, isAlertSettings),
    setAlertSettings: (body) =>
      request({ method: 'PUT', path: apiPath('alert-settings'), body }, isAlertSettings),
  };
}
