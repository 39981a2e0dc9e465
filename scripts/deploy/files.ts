import { definitionText } from '../../kube/crd.ts';
import { chartFiles } from './chart.ts';
import { kustomizeFiles } from './kustomize.ts';

/** Every generated file by its path under `deploy/`. */
export function deployFiles(): ReadonlyMap<string, string> {
  return new Map([['crd.yaml', definitionText()], ...kustomizeFiles(), ...chartFiles()]);
}
