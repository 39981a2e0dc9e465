import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { operations, runsOf } from '../support/history.ts';
import { kubectlIn } from '../support/kubectl.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { readExample, toYaml } from '../support/example.ts';

const namespace = 'seen-in-the-ui';
const program = findChromium();
if (program === undefined)
  process.stdout.write(
    'skipped: no Chromium (CHROMIUM, or chromium in the PATH), so the Temporal UI is not looked at\n',
  );
let cluster: OwnCluster;
let browser: Browser;

beforeAll(async () => {
  if (program === undefined) return;
  cluster = await startOwnCluster();
  await cluster.startWorker();
  browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  await cluster?.stop();
});

test.skipIf(program === undefined)(
  'the Temporal UI shows the ordinals of a rollout, and what each step does',
  async () => {
    const kubectl = kubectlIn(cluster.target, namespace);
    await kubectl(['create', 'namespace', namespace]);
    await kubectl(['apply', '-f', '-'], toYaml(await readExample('s17-rollback', namespace)));
    await kubectl(['rollout', 'status', 'statefulset/web', '--timeout=2m']);
    await kubectl(['set', 'image', 'statefulset/web', 'nginx=nginx:broken']);
    const stuck = await waitUntil(
      'a rollout is under way',
      async () => operations(await runsOf(cluster.target, namespace)).find(({ status }) => status === 'Running'),
      { timeoutMs: 60_000, everyMs: 200 },
    );
    const page = await browser.newPage({ viewport: { width: 1700, height: 1000 } });
    const address = `${cluster.sandbox.temporalUiUrl}/namespaces/${cluster.target.temporalNamespace}/workflows`;
    const run = `${address}/${encodeURIComponent(stuck.id)}/${stuck.runId}`;

    const details = await shown(page, `${run}/user-metadata`, /pod +state +revision +since/);
    expect(details).toMatch(/rollout seen-in-the-ui\/web → \w+ \(3 pods\)/);
    expect(details).toMatch(/web-2 +(in progress|stuck|waiting) +\w+ +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
    expect(await shown(page, `${run}/user-metadata`, /Stuck \(ImagePull/)).toContain('nginx:broken');
    expect(await shown(page, `${run}/timeline`, /web-2: settle at web-\w+/)).toContain('settle');

    await kubectl(['set', 'image', 'statefulset/web', 'nginx=nginx:1.27']);
    await kubectl(['rollout', 'status', 'statefulset/web', '--timeout=2m']);
    const query = `OrdinalNamespace="${namespace}" AND WorkflowType="rollout" AND ExecutionStatus="Completed"`;
    expect(await shown(page, `${address}?query=${encodeURIComponent(query)}`, /\/web\/operation/)).toContain(
      'Completed',
    );
  },
);

/** Opens an address and waits until the page, with the frames in it, has the text; resolves with all of its text. */
async function shown(page: Page, address: string, text: RegExp): Promise<string> {
  let all = '';
  await page.goto(address);
  return waitUntil(
    `${address} shows ${text}`,
    async () => {
      const parts = page.frames().map((frame) => frame.locator('body').innerText({ timeout: 1_000 }));
      all = (await Promise.allSettled(parts)).map((part) => (part.status === 'fulfilled' ? part.value : '')).join('\n');
      if (text.test(all)) return all;
      // It shows what was so when it was opened.
      await page.keyboard.press('r');
      return undefined;
    },
    { timeoutMs: 90_000, everyMs: 500 },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; it shows:\n${all}`, { cause: error });
  });
}

function findChromium(): string | undefined {
  const named = process.env['CHROMIUM'];
  if (named !== undefined) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
