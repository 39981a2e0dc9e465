import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LogBuilder } from './log-builder.ts';
import type { Log } from './objects.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'invariants-'))));
afterAll(() => rm(folder, { recursive: true }));

const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

async function run(log: Log, ...flags: readonly string[]) {
  const [watchLog, auditLog] = [join(folder, 'watch.jsonl'), join(folder, 'audit.jsonl')];
  await writeFile(watchLog, lines(log.watch));
  await writeFile(auditLog, `${lines(log.audit)}{"torn":`);
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const args = [main, '--watch-log', watchLog, '--audit-log', auditLog, ...flags];
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });
}

test('a clean log ends with 0', async () => {
  const { code, stdout } = await run(new LogBuilder().start(0, 1, 2).build());
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'no violation in 8 watch events, 3 calls\n' });
});

test('a violation is a line of the table, and the end is 1', async () => {
  const { code, stdout } = await run(new LogBuilder().create(1).build());
  expect(code).toBe(1);
  expect(stdout.split('\n')[1]).toMatch(
    /^2026-01-01T00:00:04.000Z {2}ordered-start {2}ordinal.dev\/web {2}test\/web-1/,
  );
});

test('wrong flags end with 2 and the usage', async () => {
  const { code, stderr } = await run(new LogBuilder().build(), '--grace-ms', 'x');
  expect(code).toBe(2);
  expect(stderr).toContain('--watch-log FILE');
});
