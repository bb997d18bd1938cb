import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditList } from '../platform/contracts/audit.ts';
import { freePort } from './engine.ts';
import { createStory } from './testing/outage-story.ts';
import { createStoryPictures, SIZE } from './testing/story-pictures.ts';

type Story = Awaited<ReturnType<typeof createStory>>;
const run = promisify(execFile);
const entry = join(import.meta.dirname, '..', 'weir.ts');

/**
 * Outage in a simulated feed → anomaly → policy → decision proposed → approved on screen → report rendered → mail and webhook → it is over:
 * on the real engine, with a real mail server, receiver and browser, and everything in the audit trail. With WEIR_STORY_PICTURES set to a
 * folder it takes a picture of each step (`npm run story`).
 */
describe('from an outage to the notice that it is over', () => {
  const home = mkdtempSync(join(tmpdir(), 'weir-outage-'));
  let story: Story;
  let browser: Browser;
  let page: Page;
  const pictures = createStoryPictures(process.env['WEIR_STORY_PICTURES']);
  let secret = '';
  let decision: Awaited<ReturnType<Story['decision']>>;

  beforeAll(async () => {
    story = await createStory(home, await freePort());
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: SIZE });
    await page.goto(story.signInLink ?? '');
    secret = (await story.prepare()).webhookSecret;
    await story.feedUsual();
    await story.habitKnown();
    await pictures.visit(page, '1-usual', `${story.url()}/kpis/views?range=24h&grain=1m`, 'Expected band');
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await story.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('an outage is an anomaly, and the anomaly a proposal of the policy', async () => {
    await story.feedOutage();
    const episode = await story.episode();
    expect(episode.observed).toBeLessThan(episode.expected ?? 0);
    await pictures.visit(page, '2-anomaly', `${story.url()}/anomalies?range=24h`, 'Views');
    await pictures.visit(page, '3-why', `${story.url()}/anomalies/${episode.id}`, /^Next$/);
    decision = await story.decision('proposed');
    expect(decision.trigger.kpi).toBe('views');
    expect(decision.actions.map(({ kind }) => kind)).toEqual(['render', 'webhook', 'alert']);
    await pictures.visit(page, '4-proposed', `${story.url()}/decisions`, 'Report an outage');
    // Nothing happens without a yes.
    expect(await story.renders()).toEqual([]);
    expect(story.receiver.requests).toEqual([]);
  }, 180_000);

  it('the anomaly is told by mail: what, since when, how unusual, and why this mail came', async () => {
    const mail = await story.mailOf('the mail of the anomaly', /Subject: .*far below/);
    expect(mail.to).toBe('oncall@example.com');
    expect(mail.source).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(mail.source).toContain('Views and decisions');
    await pictures.mail(page, '5-mail', mail.source);
  });

  it('a person approves it on the screen', async () => {
    await page.goto(`${story.url()}/decisions`);
    await page
      .getByRole('button', { name: /^Approve/ })
      .first()
      .click();
    await page.getByRole('dialog').waitFor();
    await pictures.take(page, '6-approve');
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await story.decision('kept')).approvals).toHaveLength(1);
    await pictures.visit(page, '7-kept', `${story.url()}/decisions/${decision.id}`, 'How it came here');
  }, 120_000);

  it('the report is made, leads back to the decision, and its bytes are what they are said to be', async () => {
    const job = await story.render();
    expect(job.askedBy).toMatchObject({ type: 'decision', id: decision.id });
    const pdf = job.artefacts.find(({ contentType }) => contentType === 'application/pdf');
    const { hash, head } = await story.sha256(pdf?.href ?? '');
    expect(hash).toBe(pdf?.sha256);
    expect(head).toBe('%PDF-');
    await pictures.visit(page, '8-made', `${story.url()}/reports`, '✓ done');
    const html = job.artefacts.find(({ contentType }) => contentType.startsWith('text/html'));
    await pictures.visit(page, '9-report', `${story.url()}${html?.href ?? ''}&inline=1`, 'Summary');
  }, 120_000);

  it('operations get the webhook, signed, once', async () => {
    const { body, headers } = await story.webhook();
    const told: unknown = new Webhook(secret).verify(body.toString('utf8'), headers);
    expect(JSON.stringify(told)).toContain(decision.id);
    const ids = story.receiver.requests.map((request) => request.headers['webhook-id']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('the mail of the decision comes, and when views are back the notice in the same thread', async () => {
    await story.mailOf('the mail of the decision', /Report on the way/);
    const first = await story.mailOf('the first mail', /Subject: .*far below/);
    const id = /Message-I[dD]: (<[^>]+>)/.exec(first.source)?.[1] ?? 'none';
    await story.feedRecovery();
    const over = await story.mailOf('the notice that it is over', /Subject: .*([Rr]esolved|over)/);
    expect(over.source).toContain(id);
    const thread = /\/alerts\/([\w-]+)\?tenant/.exec(over.source.replaceAll(/=\r?\n/g, ''))?.[1] ?? '';
    await pictures.visit(page, '10-over', `${story.url()}/alerts/${thread}`, /[Rr]esolved|Over/);
  }, 180_000);

  it('everything is in the audit trail, and the chain is whole', async () => {
    const { entries } = await story.call(AuditList, 'GET', '/api/v1/audit?limit=100');
    const text = JSON.stringify(entries);
    for (const part of ['outage', decision.id, 'approve', 'alert-subscriptions'])
      expect(text, part).toContain(part);
    expect(text).not.toContain('oncall@example.com');
    const { stdout } = await run(process.execPath, [entry, 'verify', 'audit'], {
      env: { ...process.env, WEIR_HOME: home },
    });
    expect(stdout).toContain('whole');
    await pictures.visit(page, '11-trail', `${story.url()}/decisions/audit`, 'The chain is whole');
  }, 60_000);
});
