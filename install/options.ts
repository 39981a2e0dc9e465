/** What an installation may be told. */
export interface InstallOptions {
  /** Namespace of the worker and of its lease. */
  readonly namespace: string;
  /** Image of the worker; its entry point is `ordinal`, its user is a number other than 0. */
  readonly image: string;
  readonly replicas: number;
  /** `host:port` of Temporal's frontend, as pods of the cluster reach it. */
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** Secret with further `TEMPORAL_*` variables (API key, certificates); it need not exist. */
  readonly temporalSecret: string;
  /** Secret whose entry `keys` has the keys that payloads are encrypted with; none: they are not. It has to exist. */
  readonly payloadKeysSecret?: string | undefined;
  /** Also serve the sets of `apps/v1`. */
  readonly native: boolean;
  /** Serve these namespaces only; none: all. */
  readonly namespaces: readonly string[];
}

export const installDefaults = {
  namespace: 'ordinal-system',
  replicas: 2,
  temporalNamespace: 'default',
  temporalSecret: 'ordinal-temporal',
} as const;
