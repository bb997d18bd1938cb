/**
 * The `pre` step of `npm start` and `npm test`: brings a bare machine (an old Node and npm are enough) to where Weir runs.
 * Plain JavaScript that Node 18 understands. Idempotent; says what it does; asks nothing.
 */
import { bringBasics, runMain } from './bring-up/bring-up.mjs';
import { buildDashboards, dashboardsAreStale } from './bring-up/dashboards.mjs';
import { alone } from './bring-up/lock.mjs';
import { say } from './bring-up/say.mjs';
import { bringCommands, missingOf, neededCommands } from './bring-up/system.mjs';

await runMain(async () => {
  const purpose = process.argv[2] === 'test' ? 'test' : 'start';
  const node = await bringBasics();
  const needed = neededCommands(purpose);
  if (missingOf(needed).length > 0 || dashboardsAreStale()) {
    await alone(async () => {
      await bringCommands(needed);
      if (dashboardsAreStale()) await buildDashboards(node);
    });
  }
  const names = ['Node', 'packages', ...needed.map((each) => each.name)].join(', ');
  say(`ready: ${names}`);
});
