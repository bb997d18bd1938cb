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
  models: 'models',
  /** Registry of churn models: key `<tenant>`. */
  churnModels: 'churnmodels',
  /** Key `<tenant>.<id>`. */
  renders: 'renders',
  /** Key `<tenant>.<key>`; written by the gateway (design, start, stop) and by decision (shares, stop on harm). */
  experiments: 'experiments',
  /** Key `<tenant>.<key>`. */
  experimentResults: 'experimentresults',
} as const;

export const snapshotsBucket = 'snapshots';
/** Object store of trained models, by version. */
export const modelsBucket = 'models';

export const TENANT_PATTERN = '^[a-z][a-z0-9-]{0,62}$';
