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

/** Says what a set's spec may hold where a field of it is unknown: mostly it is a slip of the pen. */
export function withAllowed(kind: string, { path, message }: FieldProblem): FieldProblem {
  const isSpecField = kind === 'StatefulSet' && message === 'unknown field' && /^spec\.[^.[]+$/.test(path);
  return {
    path,
    message: isSpecField ? `${message}; the spec of a StatefulSet has: ${specFields.join(', ')}` : message,
  };
}
