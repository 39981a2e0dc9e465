import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import type { SetFlavour, SetKey } from '../model/objects.ts';
import { changed, entityId, operationId, type SetRef, taskQueueOf, workflowTypes } from '../workflows/messages.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import type { OpenWorkflow } from './change-feed.ts';

/** What the elected work asks of Temporal. */
export interface SetWorkflows {
  /** Tells the operation of a set that runs to look; where none does, its entity, which is started if need be. */
  wake(key: SetKey): Promise<void>;
  /** The same for a set that is gone: nothing is started. */
  wakeGone(key: SetKey): Promise<void>;
  /** What is open of the sets that are served: of others this worker cannot tell whether they are gone. */
  open(): Promise<readonly OpenWorkflow[]>;
}

/** The workflows of the sets of one cluster that this worker serves, on its connection. */
export function createSetWorkflows(client: Client, cluster: string, isServed: (key: SetKey) => boolean): SetWorkflows {
  const ref = (key: SetKey): SetRef => ({ cluster, ...key });
  /** The entity has no part in it: a signal that it only passed on would cost both histories. */
  const told = async (workflowId: string): Promise<boolean> => {
    try {
      await client.workflow.getHandle(workflowId).signal(changed);
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
  return {
    async wake(key) {
      const set = ref(key);
      if (await told(operationId(set))) return;
      const keyword = (key: (typeof searchAttributes)[keyof typeof searchAttributes], value: string) =>
        ({ key, value }) as SearchAttributePair;
      await client.workflow.signalWithStart(workflowTypes.statefulSet, {
        workflowId: entityId(set),
        taskQueue: taskQueueOf(cluster),
        signal: changed,
        args: [set],
        workflowTaskTimeout: '5s',
        staticSummary: `StatefulSet ${key.namespace}/${key.name} (${key.flavour})`,
        memo: { flavour: key.flavour },
        typedSearchAttributes: [
          keyword(searchAttributes.cluster, cluster),
          keyword(searchAttributes.namespace, key.namespace),
          keyword(searchAttributes.name, key.name),
        ],
      });
    },
    async wakeGone(key) {
      const set = ref(key);
      if (!(await told(operationId(set)))) await told(entityId(set));
    },
    async open() {
      const query = `ExecutionStatus = 'Running' AND ${searchAttributes.cluster.name} = '${cluster}'`;
      const found: OpenWorkflow[] = [];
      for await (const { type, memo, workflowId, typedSearchAttributes } of client.workflow.list({ query })) {
        const [, , namespace, name] = workflowId.split('/');
        if (namespace === undefined || name === undefined) continue;
        const flavour: SetFlavour = memo?.flavour === 'ordinal.dev/v1' ? 'ordinal.dev/v1' : 'apps/v1';
        if (!isServed({ flavour, namespace, name })) continue;
        const isOperation = type !== workflowTypes.statefulSet;
        const saysStuck = typedSearchAttributes.get(searchAttributes.phase) === 'Stuck';
        found.push({ key: { flavour, namespace, name }, isOperation, saysStuck });
      }
      return found;
    },
  };
}
