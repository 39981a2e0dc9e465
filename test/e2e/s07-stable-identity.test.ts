import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

interface EndpointSlices {
  readonly items: readonly {
    readonly endpoints?: readonly { readonly hostname?: string; readonly addresses: readonly string[] }[];
  }[];
}

scenario('S7: each pod has a name, a host name and an address in the DNS that stay (SS-26, SS-27)', async (scene) => {
  await scene.apply(await scene.example('s07-stable-identity'));
  await scene.untilSettled('web');
  const revision = scene.set('web')?.status?.currentRevision;
  for (const i of [0, 1]) {
    const pod = scene.pods().get(`web-${i}`);
    expect(pod?.spec).toMatchObject({ hostname: `web-${i}`, subdomain: 'nginx' });
    expect(pod?.metadata.labels).toEqual({
      app: 'nginx',
      'statefulset.kubernetes.io/pod-name': `web-${i}`,
      'apps.kubernetes.io/pod-index': String(i),
      'controller-revision-hash': revision,
    });
    expect(pod?.metadata.ownerReferences).toMatchObject([
      { kind: 'StatefulSet', name: 'web', uid: scene.set('web')?.metadata.uid, controller: true },
    ]);
  }

  // What the cluster's DNS serves as web-0.nginx.<namespace>.svc.cluster.local: an endpoint with that host name.
  const named = async () => {
    const path = `/apis/discovery.k8s.io/v1/namespaces/${scene.namespace}/endpointslices`;
    const { items } = await scene.api.call<EndpointSlices>(
      'GET',
      `${path}?labelSelector=kubernetes.io/service-name=nginx`,
    );
    const endpoints = items.flatMap(({ endpoints = [] }) => endpoints);
    return endpoints.map(({ hostname, addresses }) => `${hostname} ${addresses.join()}`).toSorted();
  };
  const wanted = () => [0, 1].map((i) => `web-${i} ${scene.pods().get(`web-${i}`)?.status?.podIP}`);
  await expect.poll(named, { timeout: 10_000 }).toEqual(wanted());

  scene.mark();
  await scene.kubectl(['delete', 'pod', 'web-1']);
  await scene.until('web-1 is back', () => scene.story().includes('ready web-1'));
  await expect.poll(named, { timeout: 10_000 }).toEqual(wanted());
});

scenario('S7: a pod whose labels are taken away is let go, and taken back when they return (SS-103)', async (scene) => {
  await scene.apply(await scene.example('s07-stable-identity'));
  await scene.untilSettled('web');
  const before = scene.pods().get('web-1')?.metadata.uid;
  const owner = () => scene.pods().get('web-1')?.metadata.ownerReferences?.[0]?.uid;
  scene.mark();
  await scene.kubectl(['label', 'pod', 'web-1', 'app=other', '--overwrite']);
  await scene.until('web-1 is released', () => owner() === undefined);
  await scene.kubectl(['label', 'pod', 'web-1', 'app=nginx', '--overwrite']);
  await scene.until('web-1 is adopted', () => owner() === scene.set('web')?.metadata.uid);
  await scene.untilSettled('web');
  expect(scene.pods().get('web-1')?.metadata.uid).toBe(before);
  expect(scene.story()).toEqual([]);
});
