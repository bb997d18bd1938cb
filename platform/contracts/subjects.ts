/** Partitions of the events log unless set otherwise; fixed once events are stored (docs/adr). */
export const defaultPartitions = 2;
// Names on NATS; the only place they are spelled. Tenants in subjects are safe tokens by `TENANT_PATTERN`.
export const eventsStream = 'events';
export const eventsSubject = (partition: number): string => `events.${partition}`;
export const deadLetterStream = 'deadletter';
export const deadLetterSubject = (tenant: string): string => `deadletter.${tenant}`;
export const liveSubject = (tenant: string, topic: string): string => `live.${tenant}.${topic}`;
export const signalsStream = 'signals';
export const signalSubject = (tenant: string, kind: string): string => `signals.${tenant}.${kind}`;
/** Work queue of renders; a message leaves it when its job has ended. */
export const rendersStream = 'renders';
export const renderSubject = (kind: string): string => `renders.${kind}`;
/** Object store of finished artefacts. */
export const artefactsBucket = 'artefacts';
export const decisionsStream = 'decisions';
export const decisionsSubject = (tenant: string): string => `decisions.${tenant}`;
export const alertsStream = 'alerts';
export const alertsSubject = (tenant: string): string => `alerts.${tenant}`;
export const auditIntakeStream = 'auditintake';
export const auditIntakeSubject = (tenant: string): string => `auditintake.${tenant}`;
export const auditStream = 'audit';
export const auditSubject = (tenant: string): string => `audit.${tenant}`;
export const auditCheckpointsStream = 'auditcheckpoints';
export const auditCheckpointsSubject = (tenant: string): string => `auditcheckpoints.${tenant}`;
/** Core subject on which the owner of decisions is asked; the operations are in `decision-wire.ts`. */
export const decisionAskSubject = (operation: string): string => `decision.ask.${operation}`;
/** Core subject on which gateways say which rollup keys somebody watches. */
export const interestSubject = 'interest.rollups';

export const buckets = {
  tenants: 'tenants',
  users: 'users',
  sessions: 'sessions',
  apiKeys: 'apikeys',
  kpis: 'kpis',
  /** Key `<tenant>.<version>`. */
  mrrPolicies: 'mrrpolicies',
  eventTypes: 'eventtypes',
  checkpoints: 'checkpoints',
  leases: 'leases',
  jobs: 'jobs',
  imports: 'imports',
  settings: 'settings',
  privacyLedger: 'privacyledger',
  privacyAnswers: 'privacyanswers',
  watch: 'watch',
  progress: 'kpiprogress',
  /** Registry of trained models: key `forecast.<tenant>.<grain>`. */
  models: 'modelmanifests',
  /** What is asked of the outside world, and where each source stands; key `<tenant>.<name>`. */
  sources: 'sources',
  /** What a tenant reckons with when a trend is weighed; key `<tenant>`. */
  trendAssumptions: 'trendassumptions',
  /** Country and planned events of a tenant; key `<tenant>`. */
  calendars: 'calendars',
  /** Registry of churn models: key `<tenant>`. */
  churnModels: 'churnmodels',
  churnBands: 'churnbands',
  /** Key `<tenant>.<id>`. */
  renders: 'renders',
  /** Key `<tenant>.<key>`; written by the gateway (design, start, stop) and by decision (shares, stop on harm). */
  experiments: 'experiments',
  /** Key `<tenant>.<key>`. */
  experimentResults: 'experimentresults',
  /** Key `<tenant>.<id>`. */
  policies: 'policies',
  /** Key `<tenant>.<id>.<version>`. */
  policyVersions: 'policyversions',
  policyState: 'policystate',
  decisionPositions: 'decisionpositions',
  decisionSettings: 'decisionsettings',
  decisions: 'decisions',
  outbox: 'outbox',
  changes: 'changes',
  tickets: 'tickets',
  webhooks: 'webhooks',
  /** Alerts: key `<tenant>.<id>`, of settings the tenant alone. */
  subscriptions: 'subscriptions',
  contacts: 'contacts',
  contactSecrets: 'contactsecrets',
  silences: 'silences',
  alertSettings: 'alertsettings',
  /** Key `<tenant>.<thread>.<SHA-256 of the user, cut>`. */
  alertFeedback: 'alertfeedback',
  /** Key `<tenant>.<SHA-256 of the user, cut>`: which notices somebody has read. */
  alertReads: 'alertreads',
  deliveries: 'deliveries',
  schedules: 'schedules',
  scheduleState: 'schedulestate',
  /** Key `<tenant>.<job id>`, kept a week. */
  dryRuns: 'dryruns',
  /** Key `<tenant>.<id>`. */
  renderSchedules: 'renderschedules',
  /** Key `<tenant>.<schedule>`: up to when it was looked at. */
  renderMarks: 'rendermarks',
  /** Key `links`: what download links are signed with. */
  renderSecrets: 'rendersecrets',
  /** Key `<tenant>.<render>`: scheduled reports that were handed to the mail. */
  reportMails: 'reportmails',
  /** What plans and prices are computed from: `<tenant>.<kind>` and `<tenant>`; plans and price tests: `<tenant>.<id>`. */
  allocationBases: 'allocationbases',
  plans: 'plans',
  /** What fires of a tenant's kept plans: `<tenant>`. */
  planTriggers: 'plantriggers',
  pricingBases: 'pricingbases',
  priceTests: 'pricetests',
  tiers: 'pricetiers',
} as const;

export const snapshotsBucket = 'snapshots';
/** Object store of trained models, by version. */
export const modelsBucket = 'models';

export const TENANT_PATTERN = '^[a-z][a-z0-9-]{0,62}$';
