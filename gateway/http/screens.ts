/** First path parts of the app's screens: these addresses answer with the app, every other unknown one with 404. */
const screens: ReadonlySet<string> = new Set([
  '',
  'now',
  'kpis',
  'revenue',
  'audience',
  'trends',
  'anomalies',
  'forecasts',
  'allocation',
  'pricing',
  'experiments',
  'decisions',
  'alerts',
  'reports',
  'system',
  'settings',
  'events',
  'deadletter',
]);

export function isScreen(path: string): boolean {
  const [, first = '', ...rest] = path.split('/');
  // An id may have dots. `//host/path` is no screen: it would be another site in a link.
  return first === '' ? rest.length === 0 : screens.has(first) && rest.length <= 4;
}
