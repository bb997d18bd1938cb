import { createServer } from 'node:http';
import type { Server } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** Real servers on loopback that take what we send and answer as they are told. */

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface HttpReceiver {
  readonly origin: string;
  readonly requests: ReceivedRequest[];
  /** Answers the next request of a path so, once. */
  answerNext(path: string, status: number, headers?: Readonly<Record<string, string>>, body?: string): void;
  stop(): Promise<void>;
}

const usual: Readonly<Record<string, { status: number; body: string }>> = {
  '/pagerduty': { status: 202, body: '{"status":"success"}' },
  '/push': { status: 201, body: '' },
};

export async function startHttpReceiver(): Promise<HttpReceiver> {
  const requests: ReceivedRequest[] = [];
  const planned = new Map<string, { status: number; headers: Record<string, string>; body: string }[]>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      requests.push({ path, headers, body: Buffer.concat(chunks) });
      const plan = planned.get(path)?.shift();
      const { body, status } = plan ?? usual[path] ?? { status: 200, body: 'ok' };
      response.writeHead(status, plan?.headers ?? {});
      response.end(body);
    });
  });
  const port = await listen(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    answerNext: (path, status, headers = {}, body = '') => {
      planned.set(path, [...(planned.get(path) ?? []), { status, headers: { ...headers }, body }]);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

export interface MailReceiver {
  readonly url: string;
  /** Mails as they came, headers unfolded. */
  readonly mails: { readonly to: string; readonly source: string }[];
  /** Refuses the next mail with this code, once. */
  refuseNext(code: number): void;
  /** How many were refused. */
  refused(): number;
  stop(): Promise<void>;
}

export async function startMailReceiver(): Promise<MailReceiver> {
  const mails: { to: string; source: string }[] = [];
  const refusals: number[] = [];
  let refused = 0;
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: (_address, _session, done) => {
      const code = refusals.shift();
      if (code === undefined) done();
      else {
        refused += 1;
        done(Object.assign(new Error('refused by the test'), { responseCode: code }));
      }
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const source = Buffer.concat(chunks)
          .toString('utf8')
          .replaceAll(/\r\n[ \t]+/g, ' ');
        mails.push({ to: session.envelope.rcptTo[0]?.address ?? '', source });
        done();
      });
    },
  });
  const port = await listen(server.server);
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refuseNext: (code) => void refusals.push(code),
    refused: () => refused,
    stop: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

export function mailHeader(source: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)$`, 'im').exec(source.split('\r\n\r\n')[0] ?? '')?.[1]?.trim();
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return address.port;
}
