import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { rolldown } from 'rolldown';

// Builds the package into dist/: modules and their types for those who import it, the CLI in few files so that it starts fast, and the
// workflows as the one file that a worker loads.

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist`;

rmSync(dist, { recursive: true, force: true });
execFileSync(`${root}node_modules/.bin/tsc`, ['-p', `${root}tsconfig.build.json`], { stdio: 'inherit' });
await bundleCli();
await bundleWorkflows();

async function bundleCli(): Promise<void> {
  const bundle = await rolldown({
    input: `${root}cli/main.ts`,
    platform: 'node',
    // The SDK of Temporal has native parts; the worker is there once already, as modules.
    external: [/^@temporalio\//, /^@grpc\//],
    plugins: [
      {
        name: 'worker-from-dist',
        resolveId: (source) =>
          source === '../worker/index.ts' ? { id: '../worker/index.js', external: true } : undefined,
      },
    ],
    treeshake: { moduleSideEffects: false },
  });
  await bundle.write({ dir: `${dist}/cli`, format: 'esm', minify: true, chunkFileNames: '[name]-[hash].js' });
  await bundle.close();
  chmodSync(`${dist}/cli/main.js`, 0o755);
}

async function bundleWorkflows(): Promise<void> {
  const logger = { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error };
  const { code } = await bundleWorkflowCode({
    workflowsPath: `${dist}/workflows/index.js`,
    failureConverterPath: `${dist}/workflows/failure-converter.js`,
    logger,
  });
  writeFileSync(`${dist}/workflow-bundle.js`, withoutSources(code));
}

/** Stack traces need the places of the source map that the code ends with, not the text of all sources. */
function withoutSources(code: string): string {
  return code.replace(/(?<=sourceMappingURL=data:application\/json;charset=utf-8;base64,)[\w+/=]+/, (encoded) => {
    const map = JSON.parse(Buffer.from(encoded, 'base64').toString()) as object;
    return Buffer.from(JSON.stringify({ ...map, sourcesContent: undefined })).toString('base64');
  });
}
