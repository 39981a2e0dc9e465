import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../cli/exit.ts';
import { ScriptedServer } from '../../kube/scripted-server.fixture.ts';
import { aSet } from '../../model/objects.fixture.ts';
import { commandLine, type Said } from '../support/command-line.ts';

async function ordinal(...args: string[]): Promise<Said> {
  return commandLine(args);
}

const { version: packageVersion } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { readonly version: string };

describe('usage', () => {
  it.each([
    [['--help'], 'Usage: ordinal'],
    [['status', '--help'], 'exit 1 stuck, 3 out of time'],
    [['help', 'apply'], '--filename'],
    [['install', '--help'], '--crd-only'],
    [['scale', '--help'], '--namespace'],
    [['--version'], packageVersion],
  ])('helps: %o', async (args, text) => {
    const { code, out } = await ordinal(...args);
    expect(code).toBe(exitCodes.ok);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(text);
  });

  it.each([
    [[], ''],
    [['frob'], "unknown command 'frob'"],
    [['get'], "missing required argument 'name'"],
    [['get', 'web', '--frob'], "unknown option '--frob'"],
    [['get', 'web', '-o', 'xml'], 'Allowed choices are json, yaml, name, wide'],
    [['scale', 'web'], "'--replicas <n>' not specified"],
    [['scale', 'web', '--replicas', 'many'], 'a whole number'],
    [['scale', 'web', '--replicas', '2147483648'], 'a whole number from 0 to 2147483647 is wanted'],
    [['scale', 'web', '--replicas', '1', '--dry-run=foo'], '--dry-run=foo: none, server or client is wanted'],
    [['status', 'web', '--timeout', 'soon'], 'a duration is wanted'],
    [['delete', 'web', '--cascade', 'maybe'], 'Allowed choices are background, foreground, orphan'],
    [['apply'], "'-f, --filename <path...>' not specified"],
    [['apply', '-f', 'https://x/y.yaml'], 'curl -fsSL https://x/y.yaml'],
    [['delete'], 'the name of a set is wanted, or files by -f'],
    [['delete', 'web', '-f', 'x.yaml'], 'the name of a set is wanted, or files by -f'],
    [['worker', '--look-ahead', '0'], 'error: --look-ahead: '],
    [['worker', '--health-address', 'foo'], 'error: --health-address: host:port, for example 0.0.0.0:8080'],
    [['worker', '--make-current'], '--make-current needs --build-id'],
    [['worker', '--deployment-name', 'x'], '--deployment-name needs --build-id'],
    [['list', '-n', 'No_Such'], '"No_Such" is no name of a namespace'],
    [['runs', 'web', '--limit', '0'], 'a whole number, 1 or more, is wanted'],
    [['completion', 'tcsh'], 'bash, zsh or fish'],
  ])('answers %o with exit code 2', { timeout: 30_000 }, async (args, text) => {
    const { code, out, err } = await ordinal(...args);
    expect(code).toBe(exitCodes.usage);
    expect(out).toBe('');
    expect(err).toContain(text);
  });

  it.each(['bash', 'zsh', 'fish'])('completes for %s', async (shell) => {
    const { code, out } = await ordinal('completion', shell);
    expect(code).toBe(exitCodes.ok);
    expect(out).toContain('ordinal __complete');
  });

  it('tells a shell what may stand at the cursor', async () => {
    expect(await ordinal('__complete', 'sta')).toMatchObject({ code: exitCodes.ok, out: 'status\n:4\n' });
  });
});

describe('with a cluster that is too old', () => {
  let server: ScriptedServer;
  let folder: string;
  let kubeconfig: string;
  beforeAll(async () => {
    server = await ScriptedServer.start();
    server.answer((call) => {
      if (call.path === '/version') call.json({ major: '1', minor: '24+', gitVersion: 'v1.24.17-eks-1' });
      else call.status(404, 'NotFound');
    });
    folder = mkdtempSync(join(tmpdir(), 'ordinal-old-'));
    kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, server.kubeConfig().exportConfig());
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await server.close();
  });

  it('installs nothing, and says why', async () => {
    const { code, out, err } = await ordinal('install', '--crd-only', '--kubeconfig', kubeconfig);
    expect([code, out]).toEqual([exitCodes.failed, '']);
    expect(err).toMatch(
      /^error: the API server at http:\S+ v1\.24\.17-eks-1 is older than 1\.28, and would not understand the resource: upgrade the cluster; nothing was installed\n$/,
    );
    expect(server.calls.map(({ path }) => path)).toEqual(['/version']);
  });
});

describe('with an API server that is slow', () => {
  let server: ScriptedServer;
  let folder: string;
  beforeEach(async () => {
    server = await ScriptedServer.start();
    folder = mkdtempSync(join(tmpdir(), 'ordinal-slow-'));
    writeFileSync(join(folder, 'config'), server.kubeConfig().exportConfig());
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await server.close();
  });
  const at = (...args: string[]) => ordinal('-n', 'shop', '--kubeconfig', join(folder, 'config'), ...args);

  /** Answers for one object; what is listed and watched is left to the test. */
  const answering = (): void =>
    server.answer((call) => {
      if (call.path.endsWith('/statefulsets/web')) call.json(aSet());
    });

  it.each([
    ['status', () => undefined, 'timed out: statefulset "sts/web": the API server has not told anything of it yet'],
    ['status', answering, 'timed out: statefulset "sts/web": the API server has not told anything of it yet'],
    ['delete', () => undefined, 'timed out: the API server has not confirmed the deletion of statefulset "web"'],
    ['delete', answering, 'timed out: statefulset.apps "web" still goes: nothing was seen of the set yet'],
  ])('%s ends in time, however silent that is', { timeout: 5_000 }, async (verb, answer, said) => {
    answer();
    const { code, err } = await at(verb, 'sts/web', '--timeout', '200ms');
    expect(err).toContain(said);
    expect(code).toBe(exitCodes.timeout);
  });

  it('status waits longer than a timer of Node can', async () => {
    const conditions = [{ type: 'Stalled', status: 'True', reason: 'ImagePull', message: 'no' }] as const;
    const settled = { observedGeneration: 1, readyReplicas: 3, currentRevision: 'web-a', updateRevision: 'web-a' };
    server.answer((call) => {
      const stuck = aSet({}, { observedGeneration: 1, conditions });
      if (call.path.endsWith('/statefulsets/web')) call.json(stuck);
      else if (!call.query.has('watch')) call.json({ metadata: { resourceVersion: '1' }, items: [stuck] });
      else {
        const object = aSet({}, settled, { resourceVersion: '2' });
        setTimeout(() => call.lines({ type: 'MODIFIED', object }), 100);
      }
    });
    const { code, err } = await at('status', 'sts/web', '--timeout', '600h', '--stuck-after', '600h');
    expect([code, err]).toEqual([exitCodes.ok, '']);
  });
});

describe('with a cluster that does not answer', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ordinal-cli-'));
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'gone',
      contexts: [{ name: 'gone', context: { cluster: 'gone', user: 'me' } }],
      clusters: [{ name: 'gone', cluster: { server: 'http://127.0.0.1:1' } }],
      users: [{ name: 'me', user: {} }],
    };
    writeFileSync(join(folder, 'config'), JSON.stringify(kubeconfig));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (...args: string[]) => ordinal('--kubeconfig', join(folder, 'config'), ...args);

  it.each([[['list']], [['get', 'web']], [['scale', 'web', '--replicas=2']], [['status', 'sts/web']]])(
    'says where it was looked for: %o',
    async (args) => {
      const { code, out, err } = await at(...args);
      expect([code, out]).toEqual([exitCodes.failed, '']);
      expect(err).toContain('cannot reach the Kubernetes API server at http://127.0.0.1:1 (ECONNREFUSED)');
    },
  );
  it.each([
    [['get', 'deploy/web'], exitCodes.usage, 'names no StatefulSet'],
    [['set', 'image', 'web', 'nginx'], exitCodes.usage, 'is not CONTAINER=IMAGE'],
    [['apply', '-f', '/no/such/file'], exitCodes.usage, 'does not exist'],
    [['--context', 'other', 'list'], exitCodes.failed, 'no context other; it has: gone'],
    [['--kubeconfig', '/no/such/config', 'list'], exitCodes.failed, 'cannot read the kubeconfig /no/such/config'],
  ])('answers %o', async (args, expected, text) => {
    const { code, err } = await at(...args);
    expect(err).toContain(text);
    expect(code).toBe(expected);
  });
});
