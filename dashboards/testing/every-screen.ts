import { overflow, seriousFaults, type Bench } from './browser.ts';

/** Every screen in a state worth looking at, with a text that is there once it is. */
const screens: readonly (readonly [string, string])[] = [
  ['/', 'Revenue by stream'],
  ['/?range=7d&revenue=table', 'Revenue by stream'],
  ['/?range=30d&country=DE', 'Revenue by stream'],
  ['/kpis', 'Click-through rate'],
  ['/kpis/views?by=country', 'Views by country'],
  ['/kpis/rpm', 'Revenue per 1,000 views by channel'],
  ['/kpis/new', 'Measures'],
  ['/revenue?by=channel', 'Pace and risks'],
  ['/audience', 'Watched by the same people'],
  ['/audience?days=7&by=content', 'Who stopped coming?'],
  ['/audience/segment', 'more answers at'],
  ['/audience/posts', 'takes off'],
  ['/audience/churn', 'How long customers stay'],
  ['/audience/churn?band=critical&survival=hazard', 'In which month they leave'],
  ['/audience/customers/studio-200-0', 'to leave within 28 days'],
  ['/audience/customers/nobody', 'knows no such customer'],
  ['/audience/customer-segments', 'changed their segment'],
  ['/audience/value', 'fitted to 114 of them'],
  ['/revenue/recurring', 'Movements of MRR by month'],
  ['/revenue/recurring?cut=segment', 'a customer in two rows counts in both'],
  ['/kpis/nrr', 'Net revenue retention over time'],
  ['/trends', 'Solar sail'],
  ['/trends/topic%3Asolar%20sail', 'Why it is named'],
  ['/forecasts', 'Tried on the past'],
  ['/forecasts?fgrain=hourly&kpi=views&rollup=channel&dim=Night+Train&fan=table', 'What drives it'],
  ['/trends/topic%3Asolar%20sail', 'When to be in it'],
  ['/trends/topic%3Aeclipse', 'No window lies ahead'],
  ['/anomalies?range=7d', 'Views of channel Night Train'],
  ['/anomalies/views.1h.total.1', 'At the same time'],
  ['/kpis/views?range=24h', 'Expected band'],
  ['/revenue/funnel?range=30d&by=country', 'By country of the first event'],
  ['/revenue/cohorts?range=90d', 'Members who came back'],
  ['/revenue/attribution?range=30d', 'Most frequent paths'],
  ['/revenue/seasonality?range=30d', 'Hours outside the interval'],
  ['/revenue/pnl?range=90d&per=month&plan=scale', 'By channel, before the fee'],
  ['/revenue/risks', 'What to do, by expected effect'],
  ['/experiments', 'Thumbnail with a face'],
  ['/experiments/landing-page', 'however often this was looked at'],
  ['/experiments/thumbnail', 'users are assigned and counted'],
  ['/decisions', 'Raise the search budget'],
  ['/decisions/dec_kept', 'How it came here'],
  ['/decisions/policies', 'Weekly report'],
  ['/decisions/policies/ads-down', 'What it would have done'],
  ['/decisions/automation', 'Health of Weir'],
  ['/decisions/audit', 'The chain is whole'],
  ['/decisions/settings', 'May run without a person'],
  ['/alerts', 'Lin Okafor takes care'],
  ['/alerts/tAdsOutage', 'Was it worth telling?'],
  ['/alerts/tAdsOutage?do=acknowledge', 'Reminders and escalation stop'],
  ['/alerts/tAdsOutage?do=silence', 'It is still counted'],
  ['/alerts/notices', 'unread, for you alone'],
  ['/alerts/subscriptions', 'Switched off: channel_is_archived'],
  ['/alerts/silences', 'Nothing is silenced'],
  ['/alerts/log', 'given up'],
  ['/reports', 'Monthly report'],
  ['/reports/thumbnails', 'was covered by 60%'],
  ['/reports/videos', 'cost 0.42 USD'],
  ['/reports/videos?from=storyboard', 'ahead of it'],
  ['/reports/schedules', 'Monthly for the board'],
  ['/allocation', 'Now against proposed'],
  ['/allocation?curve=table&scenarios=table&resource=production_hours', 'How it may turn out'],
  ['/allocation/marketing', 'When to divide anew'],
  ['/allocation/revenue', 'Revenue against now'],
  ['/allocation/plans', 'No plan was kept yet'],
  ['/pricing', 'Roll-out in stages'],
  ['/pricing?product=poster', 'The price hardly moved'],
  ['/pricing/tiers', 'Tier that costs least'],
  ['/pricing/videos', 'When to publish'],
  ['/system', 'Events and progress'],
  ['/system/refused', 'type has capital letters'],
  ['/system/events', 'Register a type'],
  ['/system/settings', 'Lin Okafor'],
  ['/nowhere', 'There is nothing at this address'],
];

const middle = Math.ceil(screens.length / 2);
/** Two halves for two files, which run at the same time. */
export const firstScreens = screens.slice(0, middle);
export const otherScreens = screens.slice(middle);

/**
 * What is wrong with a screen: wider than the page in any of two themes and two widths, or serious by axe in a theme at a width each. Colours
 * depend on the theme and places on the width, so the two other pairs would tell nothing new.
 */
export async function faultsOf(bench: Bench, path: string, text: string): Promise<string[]> {
  const found: string[] = [];
  const opened = await bench.open(path);
  const { page } = opened;
  await page.getByText(text).first().waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 360]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: width === 360 ? 780 : 900 });
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(undefined))));
      const at = `${path} ${colorScheme} ${width}`;
      const wide = await overflow(page);
      if (wide > 0) found.push(`${at}: ${wide} px too wide`);
      if ((colorScheme === 'light') === (width === 1440))
        for (const fault of await seriousFaults(page)) found.push(`${at}: ${JSON.stringify(fault)}`);
    }
  }
  await opened.close();
  return found;
}
