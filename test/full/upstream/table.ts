import { readFileSync } from 'node:fs';

/** A test of Kubernetes' own, and what is expected of it here. */
export interface Row {
  /** Its full name, but for `[sig-apps] `. */
  readonly name: string;
  /** Why it cannot be run on simulated kubelets, or undefined for one that has to pass. */
  readonly notRun?: string;
}

const page = new URL('../../../docs/upstream-tests.md', import.meta.url);

/** The rows of docs/upstream-tests.md. */
export function readTable(): readonly Row[] {
  return [...readFileSync(page, 'utf8').matchAll(/^\| `(.+)` \| (.+) \|$/gm)].map(([, name = '', result = '']) =>
    result === 'passes' ? { name } : { name, notRun: result },
  );
}
