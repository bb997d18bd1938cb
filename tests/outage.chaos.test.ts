import { Type } from '@sinclair/typebox';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freePort } from './engine.ts';
import { createStory } from './testing/outage-story.ts';

/** The story of `outage.browser.test.ts` with the process killed at each arrow: nothing is lost and nothing happens twice. */
it('an outage is told, decided on and reported once, whatever is killed and when', async () => {
  const home = mkdtempSync(join(tmpdir(), 'weir-outage-killed-'));
  const story = await createStory(home, await freePort());
  try {
    await story.prepare();
    await story.killAndRestart();
    await story.feedUsual();
    await story.habitKnown();
    await story.feedOutage();
    // Outage → anomaly.
    await story.killAndRestart();
    await story.episode();
    // Anomaly → policy → decision.
    await story.killAndRestart();
    const decision = await story.decision('proposed');
    // Decision → approved.
    await story.killAndRestart();
    await story.call(Type.Unknown(), 'POST', `/api/v1/decisions/${decision.id}/approve`, {
      inputsHash: decision.inputsHash,
    });
    // Approved → actions: report, webhook, alert.
    await story.killAndRestart();
    await story.webhook();
    await story.killAndRestart();
    const report = await story.render();
    await story.mailOf('the mail of the decision', /Report on the way/);
    await story.decision('kept');
    // Recovery → resolve notice.
    await story.feedRecovery();
    await story.killAndRestart();
    await story.mailOf('the notice that it is over', /Subject: .*([Rr]esolved|over)/);

    const own = (await story.decisions()).filter((each) => each.policy.id === 'outage');
    expect(own.map(({ state }) => state)).toEqual(['kept']);
    const reports = (await story.renders()).filter(({ kind }) => kind === 'report');
    expect(reports.map(({ id }) => id)).toEqual([report.id]);
    // A receiver may be told twice over a kill; by its id it is the same.
    const ids = new Set(story.receiver.requests.map(({ headers }) => headers['webhook-id']));
    expect(ids.size).toBe(1);
    const messages = story.mail.mails.map(({ source }) => /Message-I[dD]: (<[^>]+>)/.exec(source)?.[1]);
    const distinct = new Set(messages);
    expect(messages.length - distinct.size).toBeLessThanOrEqual(7);
    const state = await story.call(Type.Unknown(), 'GET', '/api/v1/audit/state');
    expect(JSON.stringify(state)).not.toContain('broken');
  } finally {
    await story.stop();
    rmSync(home, { recursive: true, force: true });
  }
}, 600_000);
