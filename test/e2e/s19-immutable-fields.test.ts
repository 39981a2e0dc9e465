import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

const changes = {
  serviceName: { serviceName: 'other' },
  selector: { selector: { matchLabels: { app: 'other' } }, template: { metadata: { labels: { app: 'other' } } } },
  podManagementPolicy: { podManagementPolicy: 'Parallel' },
  volumeClaimTemplates: {
    volumeClaimTemplates: [
      {
        metadata: { name: 'www' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } },
      },
    ],
  },
};

scenario('S19: fields that may not change are refused, with the list of those that may', async (scene) => {
  await scene.apply(await scene.example('s19-immutable-fields'));
  await scene.untilSettled('web');
  scene.mark();
  for (const spec of Object.values(changes)) {
    const patch = JSON.stringify({ spec });
    const refused = scene.kubectl(['patch', scene.kind, 'web', '--type=merge', '-p', patch]);
    await expect(refused).rejects.toThrow(/Forbidden.*'replicas', 'ordinals', 'template', 'updateStrategy'/);
  }
  await scene.settle();
  expect(scene.story()).toEqual([]);
});
