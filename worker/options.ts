import { z } from 'zod';

const flavour = z.enum(['apps/v1', 'ordinal.dev/v1']);

/** Options of `ordinal worker` and of `runWorker`. */
export const workerOptions = z.object({
  /** APIs whose sets are served. Default: our own resource. */
  resources: z.array(flavour).min(1).default(['ordinal.dev/v1']),
  /** Path of a kubeconfig; default: KUBECONFIG, the home folder, or the service account of the pod. */
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  /** Only sets of these namespaces. Default: all. */
  namespaces: z.array(z.string().min(1)).optional(),
  /** `host:port` for /healthz, /readyz and /metrics; port 0: any. Default `127.0.0.1:0`. */
  healthAddress: z
    .string()
    .regex(/^[^:]*:\d+$/, 'host:port, for example 0.0.0.0:8080')
    .default('127.0.0.1:0'),
  /** Namespace of the lease. */
  leaseNamespace: z.string().default('ordinal-system'),
  /** Steps of an ordered set under way at once; 1 turns looking ahead off. */
  lookAhead: z.number().int().min(1).max(64).default(4),
  /** Before sets of `apps/v1` are served: make sure that no other controller serves them. */
  probe: z.boolean().default(true),
  /** Re-create lost pods while Temporal cannot be reached. */
  repair: z.boolean().default(true),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  /** Milliseconds that a stopping worker gives its activities. */
  graceMs: z.number().int().min(0).default(10_000),
  /**
   * Run as this build of a Worker Deployment of Temporal: an operation stays on the build that began it, the workflow of a set moves to
   * the current build. Default: unversioned; any worker carries on what any other began.
   */
  buildId: z.string().min(1).max(255).optional(),
  /** Name of the Worker Deployment. */
  deploymentName: z.string().min(1).default('ordinal'),
  /** Make this build the current one of its deployment as soon as it serves. */
  makeCurrent: z.boolean().default(false),
  /** Path of a file with the keys that payloads are encrypted with, one `id:base64` a line. Default: ORDINAL_PAYLOAD_KEYS, else they are not. */
  payloadKeys: z.string().optional(),
  /** Path of a prebuilt workflow bundle; default: the one in the package, or one that is built at start. */
  workflowBundle: z.string().optional(),
});

/**
 * How a worker works.
 *
 * @interface
 */
export type WorkerOptions = z.input<typeof workerOptions>;
