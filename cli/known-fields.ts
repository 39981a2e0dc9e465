import type { FieldProblem } from '../client/errors.ts';

const specFields = [
  'minReadySeconds',
  'ordinals',
  'persistentVolumeClaimRetentionPolicy',
  'podManagementPolicy',
  'replicas',
  'revisionHistoryLimit',
  'selector',
  'serviceName',
  'template',
  'updateStrategy',
  'volumeClaimTemplates',
];

interface TypeName {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Says what a set's spec may hold where a field of it is unknown: mostly it is a slip of the pen. */
export function withAllowed({ apiVersion, kind }: TypeName, { path, message }: FieldProblem): FieldProblem {
  const isSpecField = kind === 'StatefulSet' && message === 'unknown field' && /^spec\.[^.[]+$/.test(path);
  const fields = apiVersion.startsWith('ordinal.dev/') ? [...specFields, 'paused'] : specFields;
  return {
    path,
    message: isSpecField ? `${message}; the spec of a StatefulSet has: ${fields.join(', ')}` : message,
  };
}
