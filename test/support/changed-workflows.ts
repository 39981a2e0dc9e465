import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWorkflowBundle } from './workflow-bundle.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A place in the workflows, and what a version might have there instead. */
export interface WorkflowChange {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** One more activity before the steps of an operation. */
export const changedOperation: WorkflowChange = {
  file: 'operations.ts',
  from: 'const progress = new Progress(input);',
  to: 'const progress = new Progress(input);\n  await planNext({ set: input.set, seen });',
};

/** One more activity before the first look of an entity. */
export const changedEntity: WorkflowChange = {
  file: 'stateful-set.ts',
  from: 'let refusals = 0;',
  to: 'let refusals = 0;\n  await planNext({ set, seen: {} });',
};

/** Bundles the workflow code with one thing changed in it into `path`. */
export async function buildChangedBundle(path: string, { file, from, to }: WorkflowChange): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), 'ordinal-changed-'));
  try {
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const part of ['workflows', 'model', 'activities'])
      await cp(join(root, part), join(copy, part), { recursive: true });
    const place = join(copy, 'workflows', file);
    const text = await readFile(place, 'utf8');
    if (text.split(from).length !== 2) throw new Error(`workflows/${file} does not have ${JSON.stringify(from)} once`);
    await writeFile(place, text.replace(from, to));
    await buildWorkflowBundle(path, join(copy, 'workflows/index.ts'));
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
