import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { blocksOf } from '../support/doc-blocks.ts';
import { endedOperations } from '../support/history.ts';
import { kubectlIn } from '../support/kubectl.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';
import { openUserShell, type UserShell } from '../support/user-shell.ts';

test("the commands of docs/security.md: keys, an installation with them, and a codec server that Temporal's command line asks", async () => {
  const cluster = await startOwnCluster();
  const shell = await openUserShell(cluster.target, { temporal: cluster.sandbox.binaries.temporal });
  try {
    await run(cluster, shell);
  } finally {
    await cluster.stop();
    await shell.close();
  }
});

async function run(cluster: OwnCluster, shell: UserShell): Promise<void> {
  const { target } = cluster;
  const { folder, env } = shell;
  const inShell = (command: string, more?: Readonly<Record<string, string | undefined>>) =>
    shell.run(command, folder, more);
  const blocks = await blocksOf('docs/security.md');
  const commands = blocks.filter(({ info }) => info === 'sh').flatMap(({ text }) => text.trim().split('\n'));
  const [makeKeys, secret, install, makeToken, serve, show, ...more] = commands as [string, ...string[]];
  expect(more).toEqual([]);

  await inShell(makeKeys);
  expect(await inShell(secret ?? '')).toContain('secret/ordinal-payload-keys created');
  await inShell(install ?? '');
  const mounted = ['get', 'deployment', 'ordinal', '-o', 'jsonpath={.spec.template.spec.volumes[*].secret.secretName}'];
  expect(await kubectlIn(target, 'ordinal-system')(mounted)).toContain('ordinal-payload-keys');

  await cluster.startWorker(['--payload-keys', join(folder, 'payload-keys')]);
  const play = async (scene: Scene) => {
    await scene.apply(await scene.example('s06-scale'));
    await scene.untilSettled('web', 60_000);
    const ID = (await endedOperations(scene, 1))[0]?.id;

    await inShell(makeToken ?? '');
    const server = spawn('sh', ['-euc', `exec ${serve} --address 127.0.0.1:0`], { cwd: folder, env });
    try {
      const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
      const url = /^codec server at (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1] ?? '';
      const asked = (show ?? '').replace('http://127.0.0.1:8081', url);
      expect(asked).not.toBe(show);
      const readable = await inShell(`${asked} --output json`, { ID });
      const result = Buffer.from('{"outcome":"completed').toString('base64');
      expect(readable).toContain(result);
      const wrong = asked.replace(/--codec-auth .*/, '--codec-auth "Bearer something-else"');
      expect(wrong).not.toBe(asked);
      await expect(inShell(`${wrong} --output json`, { ID })).rejects.toThrow('deadline exceeded');
      const blind = await inShell('temporal workflow show --workflow-id "$ID" --output json', { ID });
      expect(blind).not.toContain(result);
    } finally {
      server.kill('SIGTERM');
      const [code] = (await once(server, 'exit')) as [number | null];
      expect(code).toBe(0);
    }
  };
  await playOn(target, 'decoded', play, 'ordinal.dev/v1');
}
