import { readFile, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { applyManifest } from '../../cli/install/apply-manifest.ts';
import { installManifest } from '../../install/manifest.ts';
import { installName, type InstallObject } from '../../install/objects.ts';
import { installDefaults, type InstallOptions } from '../../install/options.ts';
import { KubeClient } from '../../kube/client.ts';
import { connectCluster } from '../../kube/connect.ts';
import { openKubeApi } from '../../sandbox/kube-api.ts';

const { namespace } = installDefaults;

/** As the API server names the worker of an installation. */
export const workerUser = `system:serviceaccount:${namespace}:${installName}`;

/** An installation that serves everything. Its image and its Temporal are never looked for: the tests' workers are processes. */
const options: InstallOptions = {
  ...installDefaults,
  image: 'ordinal:test',
  temporalAddress: 'temporal:7233',
  native: true,
  namespaces: [],
};

interface Kubeconfig {
  readonly users: readonly { readonly name: string }[];
}

/** Gives a cluster the rights of an installation, by its own code, and writes a kubeconfig with a token of its worker. */
export async function installIdentity(kubeconfig: string, path: string): Promise<void> {
  const client = new KubeClient(connectCluster({ kubeconfigPath: kubeconfig }));
  try {
    await applyManifest(client, installManifest(options).filter(isIdentity), {
      dryRun: false,
      force: false,
      told: () => undefined,
    });
  } finally {
    await client.transport.close();
  }
  await writeWorkerKubeconfig(kubeconfig, path);
}

/** A kubeconfig of the same cluster with a token of the worker's service account, good for a day. */
export async function writeWorkerKubeconfig(kubeconfig: string, path: string): Promise<void> {
  const api = openKubeApi(kubeconfig);
  try {
    const { status } = await api.call<{ readonly status: { readonly token: string } }>(
      'POST',
      `/api/v1/namespaces/${namespace}/serviceaccounts/${installName}/token`,
      { spec: { expirationSeconds: 86_400 } },
    );
    const config = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
    const users = config.users.map(({ name }) => ({ name, user: { token: status.token } }));
    await writeFile(path, stringify({ ...config, users }), { mode: 0o600 });
  } finally {
    await api.close();
  }
}

function isIdentity({ apiVersion, kind }: InstallObject): boolean {
  return apiVersion.startsWith('rbac.') || kind === 'ServiceAccount' || kind === 'Namespace';
}
