/** An object to install. */
export interface InstallObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Name of every object of the installation that has no reason for another. */
export const installName = 'ordinal';

/** By this label an installation is found again, to take away what it no longer has. */
export const installLabel = { key: 'ordinal.dev/part-of', value: 'installation' } as const;

export const installLabels = {
  'app.kubernetes.io/name': installName,
  [installLabel.key]: installLabel.value,
} as const;

/** Of the worker's pods; a Deployment never changes its selector. */
export const workerLabels = { 'app.kubernetes.io/name': installName, 'app.kubernetes.io/component': 'worker' } as const;
