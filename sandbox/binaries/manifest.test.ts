import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readManifest, verifyManifest, writeManifest } from './manifest.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'manifest-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const verify = async () => verifyManifest(folder, readManifest(folder) ?? {});

test('what was built is recognised, also after a copy gave it another time', async () => {
  writeFileSync(join(folder, 'etcd'), 'program');
  await writeManifest(folder, ['etcd']);
  expect(await verify()).toEqual([]);
  utimesSync(join(folder, 'etcd'), 1, 1);
  expect(await verify()).toEqual([]);
});

test('a changed or missing program is named', async () => {
  for (const name of ['etcd', 'kwok', 'kubectl']) writeFileSync(join(folder, name), 'program');
  await writeManifest(folder, ['etcd', 'kwok', 'kubectl']);
  writeFileSync(join(folder, 'etcd'), 'problem');
  utimesSync(join(folder, 'etcd'), 1, 1);
  writeFileSync(join(folder, 'kubectl'), 'longer than before');
  rmSync(join(folder, 'kwok'));
  expect(await verify()).toEqual(['etcd', 'kwok', 'kubectl']);
});

test('a folder without a manifest was not built', () => {
  expect(readManifest(folder)).toBeUndefined();
});
