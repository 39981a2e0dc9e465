import { expect, test } from 'vitest';
import { concealing } from './conceal-values.ts';

const template = {
  metadata: { labels: { app: 'webshop' }, annotations: { 'example.com/token': 'annotated-secret' } },
  spec: {
    containers: [
      {
        name: 'nginx',
        image: 'registry.example/nginx:1.29',
        env: [
          { name: 'PASSWORD', value: 'hunter2' },
          { name: 'QUOTED', value: 'say "please"\nnow' },
          { name: 'LEVEL', value: '1' },
        ],
        command: ['/bin/serve', 'nginx'],
        args: ['--token=swordfish'],
        readinessProbe: {
          httpGet: { path: '/probed-path', httpHeaders: [{ name: 'X-Auth', value: 'header-secret' }] },
        },
      },
    ],
    volumes: [{ name: 'scratch', csi: { driver: 'csi.example', volumeAttributes: { secret: 'volume-secret' } } }],
  },
};

test.each([
  ['a pod', template],
  ['a set', { spec: { replicas: 3, template } }],
  ['a PodTemplate', { template }],
  ['a revision', { data: { spec: { template } } }],
])('values of %s are hidden, whoever quotes them', (_, object) => {
  const conceal = concealing(object);
  for (const [said, told] of [
    ['denied: hunter2 is too short', 'denied: *** is too short'],
    ['Invalid value: "hunter2": no', 'Invalid value: "***": no'],
    ['core.EnvVar{Value:"say \\"please\\"\\nnow"}', 'core.EnvVar{Value:"***"}'],
    ['exec: "/bin/serve": not found', 'exec: "***": not found'],
    ['bad flag --token=swordfish', 'bad flag ***'],
    ['bad token swordfish', 'bad token ***'],
    ['annotated-secret, header-secret, volume-secret', '***, ***, ***'],
  ] as const)
    expect(conceal(said)).toBe(told);
});

test('names, images and labels stay, and so does what only looks like a value', () => {
  const conceal = concealing(template);
  for (const text of [
    'container nginx: cannot pull registry.example/nginx:1.29',
    'env PASSWORD of webshop, volume scratch, header X-Auth',
    'hunter22 and xhunter2',
    'level 1 of 1',
  ])
    expect(conceal(text)).toBe(text);
});

test('what has no template has nothing to hide', () => {
  for (const object of [undefined, null, {}, { spec: { replicas: 1 } }])
    expect(concealing(object)('as it is')).toBe('as it is');
});
