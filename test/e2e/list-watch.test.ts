import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { nodeProgram } from '../../sandbox/processes/node-program.ts';
import { withoutClusterWide } from '../support/example.ts';
import { scenario } from '../support/scenario.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

scenario('list -w: one header, and a line for each set that changes', async (scene) => {
  await scene.apply(withoutClusterWide(await scene.example('s06-scale')));
  await scene.untilSettled('web');
  const args = ['list', '-w', '-n', scene.namespace, '--kubeconfig', scene.target.kubeconfig];
  const child = spawn(nodeProgram(), [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => void (said += chunk.toString()));
    await scene.until('it is listed', () => /^web +2 +2 +2 +Healthy/m.test(said));
    await scene.scale('web', 3);
    await scene.until('the change is told', () => /^web +3 +3 +3 +Healthy/m.test(said));
    expect(said.match(/^NAME/gm)).toHaveLength(1);
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
});
