import type { Manifest } from './example.ts';

/** A set of one pod, of `apps/v1`; `pod` and `spec` are laid over its pod's spec and its own. */
export function aSet(name: string, pod: object = {}, image = 'nginx:1', spec: object = {}): Manifest {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image }], ...pod } };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: { serviceName: name, replicas: 1, selector: { matchLabels: labels }, template, ...spec },
  };
}

/** A claim template of 1 Gi; `spec` is laid over its spec. */
export function aClaimTemplate(name: string, spec: object = {}): object {
  return {
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  };
}
