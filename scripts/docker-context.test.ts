import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { nodeProgram } from '../sandbox/processes/node-program.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

it('.dockerignore lets through every folder that the image is built from', async () => {
  const tsc = fileURLToPath(import.meta.resolve('typescript/package.json'));
  const args = [join(dirname(tsc), 'bin', 'tsc'), '--listFilesOnly', '-p', 'tsconfig.build.json'];
  const { stdout } = await promisify(execFile)(nodeProgram(), args, { cwd: root });
  const sources = stdout.split('\n').map((path) => relative(root, path));
  const folders = sources
    .filter((path) => path.includes('/') && !/^(\.\.|node_modules)/.test(path))
    .map((path) => path.split('/')[0]);
  const lines = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n');
  expect(folders.length).toBeGreaterThan(50);
  expect(new Set(folders)).toEqual(new Set(folders.filter((folder) => lines.includes(`!${folder}`))));
});
