import { readFileSync } from 'node:fs';
import { installDefaults, type InstallOptions } from '../../install/options.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** The version of the package, the chart and the image. */
export const packageVersion = version;

/** What a kustomization has until an overlay says otherwise: the image's name is a placeholder, the address that of Temporal's own chart. */
export const exampleOptions: InstallOptions = {
  ...installDefaults,
  image: `ordinal:${version}`,
  temporalAddress: 'temporal-frontend.temporal.svc:7233',
  native: false,
  namespaces: [],
};
