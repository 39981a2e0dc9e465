/**
 * `ordinal worker` as it is, with its side effects told and one of them, perhaps, its last. ORDINAL_CRASH_FOLDER names the folder with the
 * orders; nothing outside of this folder reads it.
 */
import { enableCompileCache } from 'node:module';

// As the product's own entry point does: hundreds of workers are started.
enableCompileCache();
const { run } = await import('../../../../cli/run.ts');
const { SideEffects } = await import('./side-effects.ts');
const { tapTemporal } = await import('./tap-temporal.ts');
const { tapTransport } = await import('./tap-transport.ts');

const { ORDINAL_CRASH_FOLDER: folder } = process.env;
if (folder === undefined) throw new Error('ORDINAL_CRASH_FOLDER is not set');
const effects = new SideEffects(folder);
tapTransport(effects);
tapTemporal(effects);
process.exitCode = await run(process.argv.slice(2));
