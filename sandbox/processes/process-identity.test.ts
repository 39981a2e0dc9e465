import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identify, isAlive, parseProcStat, signalProcess } from './process-identity.ts';

const stat = (state: string, command = 'node', threads = 1) =>
  `42 (${command}) ${state} 1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 ${threads} 0 987654 1 2 3`;

test('the start time is found whatever the command is called', () => {
  expect(parseProcStat(stat('S'))).toBe('987654');
  expect(parseProcStat(stat('S', 'a) R 1 (b'))).toBe('987654');
});

test('a zombie is not alive', () => {
  expect(parseProcStat(stat('Z'))).toBeUndefined();
});

test('a zombie with a thread that still runs is alive: it may write to the disk', () => {
  expect(parseProcStat(stat('Z', 'etcd', 2))).toBe('987654');
});

test('this very process is alive, and a recycled pid is another process', () => {
  const self = identify(process.pid);
  expect(self && isAlive(self)).toBe(true);
  const impostor = { pid: process.pid, startTime: '1' };
  expect(isAlive(impostor)).toBe(false);
  expect(signalProcess(impostor, 'SIGKILL')).toBe(false);
});

test('a child is signalled by its identity, and gone after it', async () => {
  const child = spawn('sleep', ['60']);
  const identity = identify(child.pid ?? 0);
  expect(identity && signalProcess(identity, 'SIGKILL')).toBe(true);
  await once(child, 'exit');
  expect(identity && isAlive(identity)).toBe(false);
});
