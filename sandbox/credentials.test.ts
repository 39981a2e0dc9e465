import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeCredentials } from './credentials.ts';
import { layoutOf } from './layout.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'credentials-'))));
afterEach(() => rmSync(dir, { recursive: true }));

test('every user has a token of its own, and keeps it when the sandbox moves to another port', () => {
  const layout = layoutOf(dir);
  writeCredentials(layout, 'a', 'https://127.0.0.1:1');
  const tokens = readFileSync(layout.tokens, 'utf8');
  const key = readFileSync(layout.serviceAccountKey, 'utf8');
  expect(
    new Set(
      tokens
        .trim()
        .split('\n')
        .map((line) => line.split(',')[0]),
    ).size,
  ).toBe(6);

  writeCredentials(layout, 'a', 'https://127.0.0.1:2');
  expect(readFileSync(layout.tokens, 'utf8')).toBe(tokens);
  expect(readFileSync(layout.serviceAccountKey, 'utf8')).toBe(key);
  expect(readFileSync(layout.kubeconfig('admin'), 'utf8')).toContain('https://127.0.0.1:2');
});

test('nobody else on the machine can read them', () => {
  const layout = layoutOf(dir);
  writeCredentials(layout, 'a', 'https://127.0.0.1:1');
  for (const path of [layout.tokens, layout.serviceAccountKey, layout.kubeconfig('admin')]) {
    expect(statSync(path).mode & 0o077).toBe(0);
  }
});
