/** A running cluster with its Temporal server, as plain data: it crosses from the process that started it to those of the tests. */
export interface Target {
  /** Path; cluster administrator. */
  readonly kubeconfig: string;
  /** Path; the identity of an installed worker, which has the rights that an installation gives it and no other. */
  readonly workerKubeconfig: string;
  /** Path of the program. */
  readonly kubectl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** Path; one audit event a line. */
  readonly auditLog: string;
  /** Path of the prebuilt workflow code. */
  readonly workflowBundle: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The cluster that ordinary tests share; a worker serves both flavours of set on it. */
    readonly target: Target;
  }
}
