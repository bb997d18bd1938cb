import * as subscriptionApi from '../../platform/contracts/alert-subscription.ts';
import * as threadApi from '../../platform/contracts/alert-thread.ts';

/** Schemas of alerts that have a name in the OpenAPI document. */
export const alertSchemas = {
  AlertItem: threadApi.AlertItem,
  AlertThread: threadApi.AlertThread,
  AlertThreadList: threadApi.AlertThreadList,
  AlertThreadDetail: threadApi.AlertThreadDetail,
  AlertFeedback: threadApi.AlertFeedback,
  FeedbackRequest: threadApi.FeedbackRequest,
  DeliveryView: threadApi.DeliveryView,
  DeliveryList: threadApi.DeliveryList,
  Subscription: subscriptionApi.Subscription,
  SubscriptionList: subscriptionApi.SubscriptionList,
  SubscriptionRequest: subscriptionApi.SubscriptionRequest,
  ContactPoint: subscriptionApi.ContactPoint,
  ContactPointList: subscriptionApi.ContactPointList,
  ContactRequest: subscriptionApi.ContactRequest,
  ContactCreated: subscriptionApi.ContactCreated,
  Silence: subscriptionApi.Silence,
  SilenceList: subscriptionApi.SilenceList,
  SilenceRequest: subscriptionApi.SilenceRequest,
  AlertSettings: subscriptionApi.AlertSettings,
};
