import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { WeirError } from '../platform/errors/weir-error.ts';

const LAST_ANSWERS_MS = 2_000;

/** Listens; throws PLATFORM_ADDRESS_UNUSABLE with what is wrong with the address. */
export function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(unusable(error, port, host));
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

/** Looks at the start whether the address can be had, not after everything else has been started for nothing. */
export async function checkAddress(port: number, host: string): Promise<void> {
  const probe = createServer();
  await listen(probe, port, host);
  await new Promise<void>((resolve) => void probe.close(() => resolve()));
}

/** Answers what is in hand, for two seconds at most; then every connection ends, also sockets, which the server itself would wait for. */
export function closer(server: Server): () => Promise<void> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return () =>
    new Promise((resolve) => {
      const late = setTimeout(() => {
        for (const socket of open) socket.destroy();
      }, LAST_ANSWERS_MS);
      server.close(() => {
        clearTimeout(late);
        resolve();
      });
      server.closeIdleConnections();
    });
}

export function addressOf(server: Server): string {
  const address = server.address();
  return typeof address === 'object' && address !== null ? `http://${address.address}:${address.port}` : '';
}

const reasons: Readonly<Record<string, (port: number, host: string) => string>> = {
  EADDRINUSE: (port, host) =>
    `port ${port} of ${host} is taken by another program; stop it, or set WEIR_PORT to a free one (0 takes any)`,
  EACCES: (port) => `this user may not listen on port ${port}; set WEIR_PORT to 1024 or more`,
  EADDRNOTAVAIL: (_, host) => `${host} is no address of this machine; set WEIR_HOST to one that is`,
  ENOTFOUND: (_, host) => `${host} is no address of this machine; set WEIR_HOST to one that is`,
};

function unusable(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const reason = reasons[error.code ?? '']?.(port, host);
  return reason === undefined ? error : new WeirError('PLATFORM_ADDRESS_UNUSABLE', reason, { cause: error });
}
