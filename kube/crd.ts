import { stringify } from 'yaml';
import { rule } from './crd-parts.ts';
import { specSchema } from './crd-schema.ts';
import { statusSchema } from './crd-status.ts';
import { setsOf } from './resources.ts';

const { group, version, plural, kind } = setsOf('ordinal.dev/v1');

const columns = [
  { name: 'Ready', type: 'integer', jsonPath: '.status.readyReplicas', description: 'Pods that are Ready' },
  { name: 'Desired', type: 'integer', jsonPath: '.spec.replicas', description: 'Pods that are wanted' },
  { name: 'Updated', type: 'integer', jsonPath: '.status.updatedReplicas', description: 'Pods of the newest template' },
  {
    name: 'State',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Progressing")].reason',
    description: 'What is going on, or what it waits for',
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  { name: 'Containers', type: 'string', jsonPath: '.spec.template.spec.containers[*].name', priority: 1 },
  { name: 'Images', type: 'string', jsonPath: '.spec.template.spec.containers[*].image', priority: 1 },
];

/** The definition of our own resource, to be applied to a cluster. `deploy/crd.yaml` holds the same. */
export function statefulSetDefinition() {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: 'statefulset',
        shortNames: ['osts'],
        categories: ['all'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: {
            status: {},
            scale: {
              specReplicasPath: '.spec.replicas',
              statusReplicasPath: '.status.replicas',
              labelSelectorPath: '.status.selector',
            },
          },
          additionalPrinterColumns: columns,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description:
                'A StatefulSet that Ordinal runs as durable workflows. Spec and status are those of apps/v1.',
              required: ['spec'],
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                spec: specSchema,
                status: statusSchema,
              },
              'x-kubernetes-validations': [
                rule("size(self.metadata.name) <= 63 && !self.metadata.name.contains('.')", {
                  message: 'metadata.name must be a DNS label: at most 63 characters, no dots',
                }),
              ],
            },
          },
        },
      ],
    },
  };
}

/** The definition as YAML, as `deploy/crd.yaml` has it. */
export function definitionText(): string {
  return stringify(statefulSetDefinition(), { aliasDuplicateObjects: false, lineWidth: 0, singleQuote: true });
}
