import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { findFreePorts, isFree } from './free-ports.ts';

test('ports are distinct, and a preferred one is taken only while it is free', async () => {
  const [port = 0] = await findFreePorts(1);
  expect(await findFreePorts(2, [port])).toContain(port);

  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  expect(await isFree(port)).toBe(false);
  const others = await findFreePorts(20, [port]);
  expect(others).not.toContain(port);
  expect(new Set(others).size).toBe(20);
  server.close();
});
