import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { checkAddress, closer, listen } from './listen.ts';

test('a taken port is said before anything else starts, with what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(checkAddress(port, '127.0.0.1')).rejects.toMatchObject({
    code: 'PLATFORM_ADDRESS_UNUSABLE',
    message: `port ${port} of 127.0.0.1 is taken by another program; stop it, or set WEIR_PORT to a free one (0 takes any)`,
  });
  await new Promise((resolve) => void other.close(resolve));
  await checkAddress(port, '127.0.0.1');
});

test('an address of another machine is said to be none of this one', async () => {
  // TEST-NET-1 of RFC 5737: nobody has it.
  await expect(checkAddress(0, '192.0.2.1')).rejects.toMatchObject({
    code: 'PLATFORM_ADDRESS_UNUSABLE',
    message: '192.0.2.1 is no address of this machine; set WEIR_HOST to one that is',
  });
});

test('a close does not wait for a socket that its client keeps open', async () => {
  const server = createHttpServer();
  const close = closer(server);
  server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
  });
  await listen(server, 0, '127.0.0.1');
  const address = server.address();
  const client = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
  await once(client, 'data');
  const ended = once(client, 'close');
  await close();
  await ended;
});
