import { podTemplateSchema } from './crd-template.ts';
import { type Schema, labelMap, nonNegative, rule } from './crd-parts.ts';

const mutableFields =
  "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'";
const immutableFields = ['selector', 'serviceName', 'podManagementPolicy', 'volumeClaimTemplates'];

/** Whether an expression of the selector chooses the labels of the template. */
const holds =
  "e.operator == 'In' ? (e.key in l && has(e.values) && l[e.key] in e.values)" +
  " : e.operator == 'NotIn' ? !(e.key in l && has(e.values) && l[e.key] in e.values)" +
  " : e.operator == 'Exists' ? e.key in l : !(e.key in l)";
const labels = 'has(self.template.metadata) && has(self.template.metadata.labels) ? self.template.metadata.labels : {}';

const mismatch = { message: '`selector` does not match template `labels`', fieldPath: '.template.metadata' };

/** The spec of a set: fields, defaults and rules of `apps/v1` (SS-1 to SS-17), and `paused`. */
export const specSchema: Schema = {
  type: 'object',
  required: ['selector', 'template'],
  properties: {
    replicas: { ...nonNegative, default: 1 },
    selector: selectorSchema(),
    template: podTemplateSchema,
    volumeClaimTemplates: {
      type: 'array',
      maxItems: 64,
      items: claimTemplateSchema(),
      'x-kubernetes-list-type': 'atomic',
    },
    serviceName: {
      type: 'string',
      maxLength: 63,
      pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$',
    },
    podManagementPolicy: { type: 'string', enum: ['OrderedReady', 'Parallel'], default: 'OrderedReady' },
    updateStrategy: updateStrategySchema(),
    revisionHistoryLimit: { type: 'integer', format: 'int32', default: 10 },
    minReadySeconds: nonNegative,
    ordinals: { type: 'object', properties: { start: nonNegative } },
    persistentVolumeClaimRetentionPolicy: {
      type: 'object',
      default: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      properties: {
        whenDeleted: { type: 'string', enum: ['Retain', 'Delete'], default: 'Retain' },
        whenScaled: { type: 'string', enum: ['Retain', 'Delete'], default: 'Retain' },
      },
    },
    paused: {
      type: 'boolean',
      description: 'Holds updates and scaling in until it is lifted; lost pods still come back.',
    },
  },
  'x-kubernetes-validations': [
    rule(immutableFields.map(unchanged).join(' && '), {
      message: `updates to statefulset spec for fields other than ${mutableFields} are forbidden`,
      reason: 'FieldValueForbidden',
    }),
    rule(
      `!has(self.selector.matchLabels) || [${labels}].all(l, self.selector.matchLabels.all(k, k in l && l[k] == self.selector.matchLabels[k]))`,
      mismatch,
    ),
    rule(
      `!has(self.selector.matchExpressions) || [${labels}].all(l, self.selector.matchExpressions.all(e, ${holds}))`,
      mismatch,
    ),
  ],
};

/** An absent field and an empty one are the same (SS-17). */
function unchanged(field: string): string {
  const empty = field === 'volumeClaimTemplates' ? '[]' : "''";
  return field === 'selector' || field === 'podManagementPolicy'
    ? `self.${field} == oldSelf.${field}`
    : `(has(self.${field}) ? self.${field} : ${empty}) == (has(oldSelf.${field}) ? oldSelf.${field} : ${empty})`;
}

function selectorSchema(): Schema {
  return {
    type: 'object',
    properties: {
      matchLabels: { ...labelMap, maxProperties: 64 },
      matchExpressions: {
        type: 'array',
        maxItems: 64,
        'x-kubernetes-list-type': 'atomic',
        items: {
          type: 'object',
          required: ['key', 'operator'],
          properties: {
            key: { type: 'string', minLength: 1, maxLength: 317 },
            operator: { type: 'string', enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] },
            values: {
              type: 'array',
              maxItems: 64,
              'x-kubernetes-list-type': 'atomic',
              items: { type: 'string', maxLength: 63 },
            },
          },
          'x-kubernetes-validations': [
            rule(
              "self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 : !has(self.values) || size(self.values) == 0",
              { message: "values are required for operators 'In' and 'NotIn', and forbidden for the others" },
            ),
          ],
        },
      },
    },
    'x-kubernetes-map-type': 'atomic',
    'x-kubernetes-validations': [
      rule(
        '(has(self.matchLabels) && size(self.matchLabels) > 0) || (has(self.matchExpressions) && size(self.matchExpressions) > 0)',
        { message: 'empty selector is invalid for statefulset' },
      ),
    ],
  };
}

function updateStrategySchema(): Schema {
  return {
    type: 'object',
    default: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: 1 } },
    properties: {
      type: { type: 'string', enum: ['RollingUpdate', 'OnDelete', 'Recreate'], default: 'RollingUpdate' },
      rollingUpdate: {
        type: 'object',
        properties: {
          partition: { ...nonNegative, default: 0 },
          maxUnavailable: {
            'x-kubernetes-int-or-string': true,
            anyOf: [{ type: 'integer' }, { type: 'string' }],
            maxLength: 16,
            default: 1,
            'x-kubernetes-validations': [
              rule("type(self) == int ? self > 0 : string(self).matches('^0*(100|[1-9][0-9]?)%$')", {
                message: 'must be a positive number of pods, or a percentage from 1% to 100%',
              }),
            ],
          },
        },
      },
    },
    'x-kubernetes-validations': [
      rule("self.type == 'RollingUpdate' || !has(self.rollingUpdate)", {
        message: "only allowed for updateStrategy 'RollingUpdate': set rollingUpdate to null to use another type",
        fieldPath: '.rollingUpdate',
      }),
    ],
  };
}

/** Has the defaults of `apps/v1`: what may not change must look the same as it is written and as a set of `apps/v1` shows it. */
function claimTemplateSchema(): Schema {
  return {
    type: 'object',
    required: ['metadata', 'spec'],
    properties: {
      apiVersion: { type: 'string', default: 'v1' },
      kind: { type: 'string', default: 'PersistentVolumeClaim' },
      metadata: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
          namespace: { type: 'string' },
          labels: labelMap,
          annotations: { type: 'object', additionalProperties: { type: 'string' } },
          finalizers: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
          creationTimestamp: { type: 'string', nullable: true },
        },
      },
      spec: {
        type: 'object',
        required: ['accessModes', 'resources'],
        properties: {
          accessModes: {
            type: 'array',
            minItems: 1,
            items: { type: 'string', enum: ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'] },
            'x-kubernetes-list-type': 'atomic',
          },
          resources: {
            type: 'object',
            required: ['requests'],
            properties: {
              requests: {
                type: 'object',
                required: ['storage'],
                properties: {
                  storage: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
                },
              },
            },
            'x-kubernetes-preserve-unknown-fields': true,
          },
          volumeMode: { type: 'string', default: 'Filesystem' },
        },
        'x-kubernetes-preserve-unknown-fields': true,
      },
      status: {
        type: 'object',
        properties: { phase: { type: 'string' } },
        default: { phase: 'Pending' },
        'x-kubernetes-preserve-unknown-fields': true,
      },
    },
  };
}
