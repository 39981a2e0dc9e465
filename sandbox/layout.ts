import { homedir } from 'node:os';
import { join } from 'node:path';

/** The files of one instance, all under its folder. */
export interface Layout {
  readonly dir: string;
  readonly lock: string;
  readonly logs: string;
  readonly etcd: string;
  readonly certificates: string;
  /** The API server's own certificate with its issuer's: what clients trust. */
  readonly authority: string;
  readonly tokens: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
  readonly auditLog: string;
  readonly kwokConfig: string;
  readonly temporalDb: string;
  readonly kubeconfig: (user: KubeUser) => string;
}

/** Who talks to the API server; the audit log names them. */
export type KubeUser = 'admin' | 'scheduler' | 'controller-manager' | 'built-in' | 'kubelet' | 'agent';

/** Names as in a real cluster, so that a reader of the audit log knows them. */
export const userNames: Readonly<Record<KubeUser, string>> = {
  admin: 'kubernetes-admin',
  scheduler: 'system:kube-scheduler',
  'controller-manager': 'system:kube-controller-manager',
  'built-in': 'system:serviceaccount:kube-system:statefulset-controller',
  kubelet: 'sandbox:kubelet',
  agent: 'sandbox:agent',
};

export function layoutOf(dir: string): Layout {
  const certificates = join(dir, 'certificates');
  return {
    dir,
    lock: `${dir}.lock`,
    logs: join(dir, 'logs'),
    etcd: join(dir, 'etcd'),
    certificates,
    authority: join(certificates, 'apiserver.crt'),
    tokens: join(certificates, 'tokens.csv'),
    serviceAccountKey: join(certificates, 'service-account.key'),
    serviceAccountPublicKey: join(certificates, 'service-account.pub'),
    auditLog: join(dir, 'audit.jsonl'),
    kwokConfig: join(dir, 'kwok.yaml'),
    temporalDb: join(dir, 'temporal.db'),
    kubeconfig: (user) => join(dir, user === 'admin' ? 'kubeconfig' : `${user}.kubeconfig`),
  };
}

/** Where instances live unless the caller says otherwise. */
export function defaultStateRoot(): string {
  const xdg = process.env['XDG_STATE_HOME'];
  return join(xdg === undefined || xdg === '' ? join(homedir(), '.local', 'state') : xdg, 'ordinal', 'sandboxes');
}
