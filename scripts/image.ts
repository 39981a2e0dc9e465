/**
 * `npm run image -- --out DIR`: the files of the container image, in an empty folder: what the Dockerfile copies onto a Node.js. Builds the
 * package, installs its production dependencies by the lock file, writes their bill of materials, and removes what no worker reads. Prints what each part weighs, and
 * fails above the limit.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isNeedless, platforms } from './image/needless.ts';
import { filesIn, limitMB, sizesOf } from './image/sizes.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string' } } });
if (values.out === undefined) throw new Error('say where to: npm run image -- --out DIR');
const { arch, platform } = process;
if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64'))
  throw new Error(
    `an image can be assembled on Linux, x64 or arm64 (${Object.values(platforms).join(', ')}), not on ${platform} ${arch}: docker build -t ordinal .`,
  );
const out = values.out;
await mkdir(out, { recursive: true });
if ((await readdir(out)).length > 0) throw new Error(`${out} is not empty: name another folder, or empty it`);

execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' });
for (const name of ['package.json', 'package-lock.json', 'LICENSE']) await cp(join(root, name), join(out, name));
await cp(join(root, 'dist'), join(out, 'dist'), { recursive: true });
execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
  cwd: out,
  stdio: 'inherit',
});
const materials = execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: out, maxBuffer: 2 ** 26 });
await writeFile(join(out, 'sbom.cdx.json'), materials);

for (const path of await filesIn(out)) if (isNeedless(path, arch)) await rm(join(out, path));
await mkdir(join(out, 'bin'));
for (const name of ['ordinal', 'kubectl-ordinal', 'kubectl_complete-ordinal'])
  await symlink('../dist/cli/main.js', join(out, 'bin', name));

const sizes = await sizesOf(out);
const total = sizes.reduce((sum, [, MB]) => sum + MB, 0);
for (const [part, MB] of [...sizes, ['all', total] as const])
  process.stdout.write(`${MB.toFixed(1).padStart(6)} MB  ${part}\n`);
if (total > limitMB) throw new Error(`the image weighs ${total.toFixed()} MB, more than ${limitMB}`);
