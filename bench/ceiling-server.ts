import { createServer } from 'node:http';
import { connectBus } from '../platform/bus/bus.ts';
import { silentLog } from '../platform/log/log.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { systemClock } from '../platform/time/clock.ts';

/**
 * The bare ceiling: take a request, JSON.parse it, put it into JetStream as it is, answer after the acknowledgement. No validation, no
 * identity, no partition, nothing behind the log. What the engine adds is measured against this, in the same run.
 */
const [natsUrl = '', natsToken = ''] = process.argv.slice(2);
const bus = await connectBus({
  servers: natsUrl,
  token: natsToken,
  name: 'ceiling',
  log: silentLog,
  metrics: createMetrics({ processMetrics: false }),
  clock: systemClock,
});
await bus.ensureStream({ name: 'ceiling', subjects: ['ceiling'], maxBytes: 8 * 1024 ** 3 });

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    const accepted = Array.isArray(parsed) ? parsed.length : 1;
    bus.publish('ceiling', body).then(
      () => {
        const answer = JSON.stringify({ accepted });
        response.writeHead(202, { 'content-type': 'application/json', 'content-length': answer.length });
        response.end(answer);
      },
      () => response.writeHead(503).end(),
    );
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(
    `listening on http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}\n`,
  );
});
