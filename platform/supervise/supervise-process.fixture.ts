import { silentLog } from '../log/log.ts';
import { systemClock } from '../time/clock.ts';
import { acquireHomeLock } from './home-lock.ts';
import { startNatsServer } from './nats-server.ts';

/** The process that supervise.integration.test.ts kills: it locks a home and supervises a server there. */
const home = process.argv[2] ?? '';
const lock = acquireHomeLock(home);
const nats = await startNatsServer({ home, log: silentLog, clock: systemClock });
process.once('SIGTERM', () => {
  void nats.stop().then(() => {
    lock.release();
    process.exit(0);
  });
});
process.stdout.write(`${nats.pid()} ${nats.port}\n`);
