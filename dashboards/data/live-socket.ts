import { io, type Socket } from 'socket.io-client';
import type { ClientToServerEvents, ServerToClientEvents } from '../../platform/contracts/live.ts';
import type { LiveTransport } from './live-store.ts';

const ANSWER_MS = 10_000;
const REFUSED_MS = 3_000;

/** One socket a page, authorised by the session cookie; it reconnects by itself with growing pauses. */
export function createSocketTransport(onRefused: () => void): LiveTransport {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io({
    transports: ['websocket', 'polling'],
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
  });
  let retry: ReturnType<typeof setTimeout> | undefined;
  socket.on('connect_error', () => {
    // `active` is false when the server refused the handshake, which the client does not try again by itself: the session may
    // have ended, or the server may have been starting. Everything else it tries again.
    if (socket.active) return;
    onRefused();
    clearTimeout(retry);
    retry = setTimeout(() => socket.connect(), REFUSED_MS);
  });
  return {
    subscribe: (topic) =>
      new Promise((resolve, reject) => {
        socket.timeout(ANSWER_MS).emit('subscribe', { topic }, (late, answer) => {
          if (late !== null) reject(late);
          else resolve(answer.ok ? answer.snapshot : undefined);
        });
      }),
    unsubscribe: (topic) => void socket.emit('unsubscribe', { topic }),
    onUpdate: (take) => void socket.on('update', take),
    onConnection: (change) => {
      socket.on('connect', () => change(true));
      socket.on('disconnect', (reason) => {
        change(false);
        // The server closes sockets of ended sessions and of tenants left; it has to be asked whether we may come back.
        if (reason === 'io server disconnect') socket.connect();
      });
    },
    close: () => {
      clearTimeout(retry);
      socket.close();
    },
  };
}
