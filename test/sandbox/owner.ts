/** Starts a sandbox, tells its processes on standard output, and then waits to be killed. */
import { startSandbox } from '../../sandbox/sandbox.ts';

const [name = '', stateRoot = ''] = process.argv.slice(2);
const { dir, kubeconfig, pids } = await startSandbox({ name, stateRoot, nodes: 1 });
process.stdout.write(`${JSON.stringify({ dir, kubeconfig, pids })}\n`);
setInterval(() => undefined, 2 ** 30);
