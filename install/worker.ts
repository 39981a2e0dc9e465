import { installLabels, installName, type InstallObject, workerLabels } from './objects.ts';
import type { InstallOptions } from './options.ts';

const healthPort = 8080;
const payloadKeysFolder = '/etc/ordinal/payload-keys';

/** The worker's Deployment, its disruption budget, and the Service of its health pages. */
export function workerObjects(options: InstallOptions): readonly InstallObject[] {
  const metadata = { name: installName, namespace: options.namespace, labels: installLabels };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: workerLabels, ports: [{ name: 'http', port: healthPort, targetPort: 'http' }] },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      // Not a minimum, which a Deployment of one replica could never give up.
      spec: { maxUnavailable: 1, selector: { matchLabels: workerLabels } },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: options.replicas,
        selector: { matchLabels: workerLabels },
        template: { metadata: { labels: workerLabels }, spec: podSpec(options) },
      },
    },
  ];
}

function podSpec(options: InstallOptions) {
  const { payloadKeysSecret } = options;
  const ifEncrypted = <T>(part: T): readonly T[] => (payloadKeysSecret === undefined ? [] : [part]);
  return {
    serviceAccountName: installName,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    // A worker that stops gives its steps back, makes an ordinal whole that is between delete and create, and frees the lease.
    terminationGracePeriodSeconds: 30,
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: workerLabels },
      matchLabelKeys: ['pod-template-hash'],
    })),
    containers: [
      {
        name: 'worker',
        image: options.image,
        args: workerArgs(options),
        env: [
          { name: 'TEMPORAL_ADDRESS', value: options.temporalAddress },
          { name: 'TEMPORAL_NAMESPACE', value: options.temporalNamespace },
          ...ifEncrypted({ name: 'ORDINAL_PAYLOAD_KEYS', value: `${payloadKeysFolder}/keys` }),
        ],
        envFrom: [{ secretRef: { name: options.temporalSecret, optional: true } }],
        ports: [{ name: 'http', containerPort: healthPort }],
        livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 10, failureThreshold: 3 },
        readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 5, failureThreshold: 2 },
        // Enough for 1,000 pods (docs/performance.md).
        resources: { requests: { cpu: '100m', memory: '320Mi' }, limits: { memory: '640Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [
          { name: 'tmp', mountPath: '/tmp' },
          ...ifEncrypted({ name: 'payload-keys', mountPath: payloadKeysFolder, readOnly: true }),
        ],
      },
    ],
    volumes: [
      { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
      ...ifEncrypted({ name: 'payload-keys', secret: { secretName: payloadKeysSecret } }),
    ],
  };
}

/** What follows `ordinal`. The API of native sets comes last: a chart can leave it out. */
function workerArgs({ namespace, native, namespaces }: InstallOptions): readonly string[] {
  return [
    'worker',
    `--health-address=:${healthPort}`,
    `--lease-namespace=${namespace}`,
    ...(namespaces.length === 0 ? [] : ['--namespaces', ...namespaces]),
    '--resource',
    'ordinal.dev/v1',
    ...(native ? ['apps/v1'] : []),
  ];
}
