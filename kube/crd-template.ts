import { labelMap, rule, type Schema } from './crd-parts.ts';

/** Typed only by name, so that server-side apply merges containers one by one as it does in `apps/v1`. */
const containers: Schema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string' }, image: { type: 'string' } },
    'x-kubernetes-preserve-unknown-fields': true,
  },
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
};

/**
 * The pod template. Its pod spec is kept as it is written: a schema of our own would drop fields that are younger than we are. The
 * worker has the API server check it as a whole before it touches a pod; only what is special about sets is checked here (SS-3).
 */
export const podTemplateSchema: Schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    metadata: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        generateName: { type: 'string' },
        namespace: { type: 'string' },
        labels: { ...labelMap, maxProperties: 256 },
        annotations: { type: 'object', additionalProperties: { type: 'string' } },
        finalizers: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        creationTimestamp: { type: 'string', nullable: true },
      },
    },
    spec: {
      type: 'object',
      required: ['containers'],
      properties: {
        restartPolicy: { type: 'string', enum: ['Always'] },
        activeDeadlineSeconds: { type: 'integer' },
        containers: { ...containers, minItems: 1 },
        initContainers: containers,
      },
      'x-kubernetes-preserve-unknown-fields': true,
      'x-kubernetes-validations': [
        rule('!has(self.activeDeadlineSeconds)', {
          message: 'activeDeadlineSeconds in StatefulSet is not Supported',
          fieldPath: '.activeDeadlineSeconds',
          reason: 'FieldValueForbidden',
        }),
      ],
    },
  },
};
