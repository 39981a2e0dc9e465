import { rule, type Schema } from './crd-parts.ts';

const counter: Schema = { type: 'integer', format: 'int32', minimum: 0 };
const counters = ['replicas', 'readyReplicas', 'availableReplicas', 'currentReplicas', 'updatedReplicas'];

const atMost = (part: string, whole: string): Schema =>
  rule(`!has(self.${part}) || self.${part} <= (has(self.${whole}) ? self.${whole} : 0)`, {
    message: `cannot be greater than status.${whole}`,
    fieldPath: `.${part}`,
  });

/** The status: that of `apps/v1` with its rules (SS-20), and the selector as a text, which the scale subresource needs. */
export const statusSchema: Schema = {
  type: 'object',
  // Of a set that nobody has looked at yet: kstatus, by which Helm and Flux wait, takes an object with no status at all for a settled one.
  default: { observedGeneration: 0, replicas: 0 },
  properties: {
    observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
    ...Object.fromEntries(counters.map((name) => [name, counter])),
    currentRevision: { type: 'string' },
    updateRevision: { type: 'string' },
    collisionCount: counter,
    selector: { type: 'string' },
    conditions: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: {
        type: 'object',
        required: ['type', 'status'],
        properties: {
          type: { type: 'string' },
          status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
          reason: { type: 'string' },
          message: { type: 'string' },
          observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
          lastTransitionTime: { type: 'string', format: 'date-time' },
        },
      },
    },
  },
  'x-kubernetes-validations': [
    ...['readyReplicas', 'availableReplicas', 'currentReplicas', 'updatedReplicas'].map((name) =>
      atMost(name, 'replicas'),
    ),
    atMost('availableReplicas', 'readyReplicas'),
    rule(
      '!has(oldSelf.collisionCount) || (has(self.collisionCount) && self.collisionCount >= oldSelf.collisionCount)',
      { message: 'cannot be decremented', fieldPath: '.collisionCount' },
    ),
  ],
};
