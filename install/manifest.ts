import { stringify } from 'yaml';
import { statefulSetDefinition } from '../kube/crd.ts';
import { installLabels, type InstallObject } from './objects.ts';
import type { InstallOptions } from './options.ts';
import { rightsObjects } from './rights.ts';
import { workerObjects } from './worker.ts';

/** Everything that Ordinal is in a cluster, in the order in which it can be applied. */
export function installManifest(options: InstallOptions): readonly InstallObject[] {
  return [
    namespaceObject(options.namespace),
    statefulSetDefinition(),
    ...rightsObjects(options),
    ...workerObjects(options),
  ];
}

function namespaceObject(name: string): InstallObject {
  const enforced = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { ...installLabels, ...enforced } } };
}

/** Objects as the documents of one YAML file. */
export function toYaml(objects: readonly object[]): string {
  const documents = objects.map((object) =>
    stringify(object, { aliasDuplicateObjects: false, lineWidth: 0, singleQuote: true, version: '1.1' }),
  );
  return documents.join('---\n');
}
