import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger, type WorkflowBundle, type WorkflowBundleOption } from '@temporalio/worker';

/** Where a built package keeps its bundle. */
const packaged = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

/** What the workflow code of a source checkout is bundled from. */
export const workflowSources = {
  workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
  failureConverterPath: fileURLToPath(new URL('../workflows/failure-converter.ts', import.meta.url)),
} as const;

/** The workflow code of this version: from `codePath`, from the package, or, in a source checkout, bundled now (about 1 s). */
export async function workflowBundle(logger: Logger, codePath?: string): Promise<WorkflowBundleOption> {
  if (codePath !== undefined) return { codePath };
  if (existsSync(packaged)) return { codePath: packaged };
  return bundleWorkflowCode({ ...workflowSources, logger });
}

/** The same code, told that its failures are to be encrypted (`workflows/failure-converter.ts`). */
export async function encryptingFailures(bundle: WorkflowBundleOption): Promise<WorkflowBundle> {
  const code = 'code' in bundle ? bundle.code : await readFile(bundle.codePath, 'utf8');
  // In one line with what follows, for the source map.
  return { code: `globalThis.ordinalEncryptsFailures = true;${code}` };
}
