import type { KubeClient } from '../kube/client.ts';
import { isNotFound } from '../kube/errors.ts';
import type { Resource } from '../kube/resources.ts';
import { NotFoundError, translate } from './errors.ts';

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/** Finds the resource that serves a kind. Throws `NotFoundError` when there is none. */
export type Discovery = (apiVersion: string, kind: string) => Promise<Resource>;

/** Asks the API server once for each group and version; a kind that was not found is asked for again. */
export function createDiscovery(kube: KubeClient): Discovery {
  const asked = new Map<string, Promise<ResourceList>>();
  const ask = (apiVersion: string): Promise<ResourceList> => {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    return kube.transport
      .request<ResourceList>({ verb: 'get', method: 'GET', path, resource: 'discovery', repeatable: true })
      .catch((error: unknown) => {
        if (isNotFound(error)) return {};
        throw translate(error, apiVersion);
      });
  };
  return async (apiVersion, kind) => {
    const pending = asked.get(apiVersion) ?? ask(apiVersion);
    asked.set(apiVersion, pending);
    const { resources = [] } = await pending;
    const served = resources.find((each) => each.kind === kind && !each.name.includes('/'));
    if (served === undefined) {
      asked.delete(apiVersion);
      const remedy = apiVersion.startsWith('ordinal.dev/') ? '; install it: ordinal install --crd-only' : '';
      throw new NotFoundError(`no matches for kind "${kind}" in version "${apiVersion}"${remedy}`);
    }
    const [first = '', second] = apiVersion.split('/');
    const { name: plural, namespaced } = served;
    return second === undefined
      ? { group: '', version: first, plural, kind, namespaced }
      : { group: first, version: second, plural, kind, namespaced };
  };
}
