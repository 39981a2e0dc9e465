/** `ordinal worker` as it is, but that every pod takes 20 ms longer to be created: what the guard must notice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../cli/run.ts';
import { KubeClient } from '../../kube/client.ts';
import { pods } from '../../kube/resources.ts';

type Create = (this: KubeClient, resource: object, ...rest: unknown[]) => Promise<unknown>;

const create = Reflect.get(KubeClient.prototype, 'create') as Create;
const slowly: Create = async function (resource, ...rest) {
  if (resource === pods) await sleep(20);
  return create.call(this, resource, ...rest);
};
Reflect.set(KubeClient.prototype, 'create', slowly);
process.exitCode = await run(process.argv.slice(2));
