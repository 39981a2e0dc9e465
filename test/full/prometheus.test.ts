import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { findFreePorts } from '../../sandbox/processes/free-ports.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { aSet } from '../support/a-set.ts';
import { documentedMetrics } from '../support/documented-metrics.ts';
import { toYaml } from '../support/example.ts';
import { kubectlIn } from '../support/kubectl.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';

const exec = promisify(execFile);
const observability = fileURLToPath(new URL('../../deploy/observability/', import.meta.url));

/** Debian's package `prometheus` has both programs. */
function isInstalled(): boolean {
  try {
    execFileSync('prometheus', ['--version'], { stdio: 'ignore' });
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const installed = isInstalled();
if (!installed) console.warn('skipped: no prometheus and promtool here (Debian: apt-get install prometheus)');

interface Answer<Data> {
  readonly data: Data;
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

describe.skipIf(!installed)('with a real Prometheus', { timeout: 300_000 }, () => {
  let cluster: OwnCluster;
  let folder: string;
  let prometheus: ChildProcess | undefined;
  let address: string;

  const ask = async <Data>(path: string): Promise<Data> => {
    const answer = await fetch(`http://${address}/api/v1/${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as Answer<Data>).data;
  };
  const query = async (expression: string) =>
    (await ask<{ readonly result: readonly Sample[] }>(`query?query=${encodeURIComponent(expression)}`)).result;

  beforeAll(async () => {
    cluster = await startOwnCluster();
    const worker = await cluster.serveBothFlavours();
    folder = await mkdtemp(join(tmpdir(), 'ordinal-prometheus-'));
    await copyFile(join(observability, 'alerts.yaml'), join(folder, 'alerts.yaml'));
    const config = `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [alerts.yaml]
scrape_configs:
  - job_name: ordinal
    static_configs: [{ targets: ['${worker.healthAddress}'] }]
`;
    await writeFile(join(folder, 'prometheus.yaml'), config);
    const [port] = await findFreePorts(1);
    address = `127.0.0.1:${port}`;
    const flags = [
      `--config.file=${join(folder, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ];
    prometheus = spawn('prometheus', flags, { stdio: 'ignore' });
    await waitUntil('Prometheus has scraped the worker', async () => (await query('up == 1')).length === 1, {
      timeoutMs: 60_000,
    });
  }, 300_000);

  afterAll(async () => {
    if (prometheus !== undefined && prometheus.exitCode === null) {
      const ended = new Promise((resolve) => prometheus?.once('exit', resolve));
      prometheus.kill('SIGTERM');
      await ended;
    }
    await cluster?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  test('promtool has no objection to the rules, the scrape configuration and the page', async () => {
    const { stdout } = await exec('promtool', ['check', 'rules', join(observability, 'alerts.yaml')]);
    expect(stdout).toMatch(/SUCCESS: \d+ rules found/);
    // Debian builds it without the discovery of Kubernetes' objects: the rest of the example is checked with a fixed target in its place.
    const { scrape_configs: jobs, ...rest } = parse(await readFile(join(observability, 'prometheus.yaml'), 'utf8')) as {
      readonly scrape_configs: readonly { readonly kubernetes_sd_configs: unknown }[];
    };
    const static_configs = [{ targets: ['a:1'] }];
    const fixed = jobs.map((job) => ({ ...job, kubernetes_sd_configs: undefined, static_configs }));
    const example = join(folder, 'example.yaml');
    await writeFile(example, stringify({ ...rest, scrape_configs: fixed }));
    await exec('promtool', ['check', 'config', example]);
    const [target] = (await query('up')).map(({ metric }) => metric['instance']);
    const page = await (await fetch(`http://${target}/metrics`)).text();
    const check = exec('promtool', ['check', 'metrics']);
    check.child.stdin?.end(page);
    // It lints names too: what it dislikes of ours would be told here; Temporal's names are not ours to choose.
    const told = await check.then(
      ({ stdout, stderr }) => stdout + stderr,
      (error: { readonly stdout: string; readonly stderr: string }) => error.stdout + error.stderr,
    );
    // Temporal's SDK puts labels in camel case on what workflows measure.
    const isTheirs = (line: string) => line.startsWith('temporal_') || /^ordinal_operation.*camelCase/.test(line);
    expect(told.split('\n').filter((line) => line !== '' && !isTheirs(line))).toEqual([]);
  });

  test('a stuck set is scraped, shown by the dashboard, and alerted of', async () => {
    const kubectl = kubectlIn(cluster.target, 'default');
    await kubectl(['apply', '-f', '-'], toYaml([aSet('good'), aSet('bad', {}, 'nginx:broken')]));
    const [stuck] = await waitUntil(
      'Prometheus knows of the stuck set',
      async () => {
        const found = await query('ordinal_set_stuck');
        return found.length > 0 && found;
      },
      { timeoutMs: 90_000 },
    );
    expect(stuck?.metric).toMatchObject({ set_namespace: 'default', set: 'bad', reason: 'ImagePull' });
    await waitUntil('its alert is pending', async () => {
      const { alerts } = await ask<{ readonly alerts: readonly { readonly labels: Sample['metric'] }[] }>('alerts');
      return alerts.some(({ labels }) => labels['alertname'] === 'OrdinalSetStuck' && labels['set'] === 'bad');
    });
    const { panels } = JSON.parse(await readFile(join(observability, 'dashboard.json'), 'utf8')) as {
      readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
    };
    const emptyPanels = async (): Promise<readonly string[]> => {
      const shown = await Promise.all(
        panels.flatMap(({ title, targets }) =>
          targets.map(async ({ expr }) => {
            const plain = expr.replaceAll('$job', '.*').replaceAll('$__rate_interval', '1m');
            return { title, samples: (await query(plain)).length };
          }),
        ),
      );
      const filled = new Set(shown.filter(({ samples }) => samples > 0).map(({ title }) => title));
      return panels.map(({ title }) => title).filter((title) => !filled.has(title) && !mayBeEmpty.has(title));
    };
    await waitUntil(
      'all panels of the dashboard show something',
      async () => {
        const empty = await emptyPanels();
        if (empty.length > 0) throw new Error(`empty: ${empty.join(', ')}`);
        return true;
      },
      { timeoutMs: 90_000 },
    );
    const completed = 'increase(ordinal_operations_total{operation="rollout",outcome="completed"}[5m])';
    expect(Number((await query(completed))[0]?.value[1])).toBeGreaterThan(0);
  });

  test('every name that Prometheus has learned of is documented', async () => {
    const documented = await documentedMetrics();
    const names = await ask<readonly string[]>('label/__name__/values');
    const own = names.filter((name) => /^(ordinal|temporal|process|nodejs)_/.test(name));
    expect(own.length).toBeGreaterThan(40);
    const isKnown = (name: string) => documented.has(name) || documented.has(name.replace(/_(bucket|sum|count)$/, ''));
    expect(own.filter((name) => !isKnown(name))).toEqual([]);
  });
});

/** What a cluster that is well has nothing to say of. */
const mayBeEmpty = new Set(['Refused, repeated, held back', 'Requests to Temporal that failed']);
