import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { explainFailure } from '../../../sandbox/binaries/build-tools.ts';
import { cacheFolder } from '../../../sandbox/binaries/find-binaries.ts';
import { moduleVersion, pinsFolder } from '../../../sandbox/binaries/tools.ts';
import { waitForLock } from '../../../sandbox/processes/lock.ts';

/** Paths of what the tests are run with. */
export interface UpstreamPrograms {
  /** Kubernetes' tests of its workload controllers. */
  readonly tests: string;
  /** What answers `kubectl exec` and evaluates readiness probes. */
  readonly kubelet: string;
}

const sources = fileURLToPath(new URL('.', import.meta.url));
const files = [
  'go.mod',
  'go.sum',
  'suite_test.go',
  'kubelet/main.go',
  'kubelet/exec.go',
  'kubelet/files.go',
  'kubelet/ports.go',
  'kubelet/probes.go',
];

/**
 * Builds both programs into the sandbox's cache, once for each change of their sources: 2 minutes on two cores when the sandbox
 * itself was built there. Throws when Go is missing, a registry cannot be reached, or the tests are of another Kubernetes
 * than the sandbox.
 */
export async function buildUpstream(progress: (line: string) => void): Promise<UpstreamPrograms> {
  requireSameKubernetes();
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(sources, file))).update('\0');
  const cache = join(cacheFolder(), `upstream-${hash.digest('hex').slice(0, 16)}`);
  const programs = { tests: join(cache, 'e2e.test'), kubelet: join(cache, 'kubelet') };
  mkdirSync(cacheFolder(), { recursive: true });
  const lock = await waitForLock(`${cache}.lock`, (holder) =>
    progress(`process ${holder.pid} builds Kubernetes' tests; waiting for it`),
  );
  try {
    if (existsSync(cache)) return programs;
    const staging = mkdtempSync(`${cache}.building-`);
    try {
      progress(`Building Kubernetes' own tests once, into ${cache} (some 2 minutes on 2 cores)`);
      await go(['test', '-c', ...options, '-o', join(staging, 'e2e.test'), '.']);
      await go(['build', ...options, '-o', join(staging, 'kubelet'), './kubelet']);
      renameSync(staging, cache);
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
    return programs;
  } finally {
    lock.release();
  }
}

const options = ['-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', '-s -w'];

async function go(args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)('go', args, {
      cwd: sources,
      env: { ...process.env, CGO_ENABLED: '0' },
      maxBuffer: 1 << 26,
    });
  } catch (error) {
    const { stderr = '' } = error as { readonly stderr?: string };
    throw new Error(explainFailure("Kubernetes' tests", 'go', 'Go 1.26 or newer is not on PATH', stderr), {
      cause: error,
    });
  }
}

function requireSameKubernetes(): void {
  const [sandbox, tests] = [fileURLToPath(new URL('go.mod', pinsFolder)), join(sources, 'go.mod')].map((path) =>
    moduleVersion(readFileSync(path, 'utf8'), 'k8s.io/kubernetes'),
  );
  if (sandbox === tests) return;
  throw new Error(
    `test/full/upstream/go.mod has the tests of Kubernetes ${tests}, the sandbox is ${sandbox}: change go.mod and run go mod tidy there`,
  );
}
