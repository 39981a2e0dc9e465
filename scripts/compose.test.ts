import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { workerCommand } from '../cli/worker-command.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';

// What the loader of Docker Compose cannot know of docker-compose.yml. That loader reads it in test/full/compose.test.ts.

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: object;
  readonly restart?: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const compose = text('docker-compose.yml');
const { services, volumes } = parse(compose) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};
const variables = new Map(
  [...text('.env').matchAll(/^(\w+)=(.+)$/gm)].map(([, name = '', value = '']) => [name, value]),
);
const filled = (value: string) => value.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => variables.get(name) ?? '');

test('every variable has a value in .env, and every value is used', () => {
  const used = [...compose.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
  expect(new Set(used)).toEqual(new Set(variables.keys()));
});

test.each(Object.entries(services))(
  '%s: its image has a full version, its files are there, its ports are local',
  (_, service) => {
    expect(filled(service.image)).toMatch(/:v?\d+\.\d+/);
    const mounted = (service.volumes ?? [])
      .filter((volume) => volume.startsWith('.'))
      .map((volume) => volume.split(':'));
    for (const [host = '', inside = ''] of mounted) {
      expect(existsSync(join(root, host)), host).toBe(true);
      expect(inside).toMatch(/^\//);
    }
    const script = service.entrypoint?.[1];
    const at = mounted.find(([, inside = '']) => script === inside || script?.startsWith(`${inside}/`));
    if (script !== undefined)
      expect(existsSync(join(root, script.replace(at?.[1] ?? '?', at?.[0] ?? '?'))), script).toBe(true);
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  },
);

test.each(Object.entries(services))('%s waits for what can be waited for', (_, service) => {
  for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
    expect(Object.keys(services)).toContain(name);
    if (condition === 'service_healthy') expect(services[name]?.healthcheck, name).toBeDefined();
    else
      expect({ condition, restart: services[name]?.restart }).toEqual({ condition: 'service_completed_successfully' });
  }
});

test('every volume is declared', () => {
  const named = Object.values(services)
    .flatMap((service) => service.volumes ?? [])
    .filter((volume) => !volume.startsWith('.'))
    .map((volume) => volume.split(':')[0]);
  expect(new Set(named)).toEqual(new Set(Object.keys(volumes)));
});

test('the worker is told what it understands, and serves both resources', () => {
  const words = services['worker']?.command ?? [];
  expect(words).toEqual(expect.arrayContaining(['apps/v1', 'ordinal.dev/v1']));
  const known = workerCommand().options.map(({ long }) => long);
  for (const word of words) if (word.startsWith('--')) expect(known).toContain(word.split('=')[0]);
});

test("Kubernetes' own controller is off", () => {
  expect(services['kubernetes']?.command).toContain(
    '--kube-controller-manager-arg=controllers=*,-statefulset-controller',
  );
});

test('the search attributes of the namespace are those of our workflows', () => {
  const made = [...text('deploy/compose/namespace.sh').matchAll(/--name (\w+)/g)].map(([, name]) => name);
  expect(new Set(made)).toEqual(new Set(Object.values(searchAttributes).map(({ name }) => name)));
});

test('versions are those of the package, of the Node.js that it is tested with, and of the sandbox', () => {
  const { version } = JSON.parse(text('package.json')) as { readonly version: string };
  expect(variables.get('ORDINAL_VERSION')).toBe(version);
  const { packages } = JSON.parse(text('package-lock.json')) as {
    readonly packages: Readonly<Record<string, { readonly version: string }>>;
  };
  const node = packages['node_modules/node']?.version;
  const bases = [...text('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  expect(bases).toEqual([`node:${node}-bookworm-slim`, `node:${node}-bookworm-slim`]);
  const kubernetes = /k8s\.io\/kubernetes (v[\d.]+)/.exec(text('sandbox/go.mod'))?.[1];
  expect(variables.get('K3S_VERSION')).toBe(`${kubernetes}-k3s1`);
});
