import { userInfo } from 'node:os';
import type { OrdinalClient } from '../client/ordinal-client.ts';
import type { StatefulSetHandle } from '../client/set-handle.ts';
import type { Console } from './console.ts';
import { usageError } from './exit.ts';
import type { GlobalFlags } from './flags.ts';
import { parseSetName } from './set-name.ts';

/** What a verb works with. */
export interface Session {
  readonly client: OrdinalClient;
  readonly console: Console;
  readonly namespace: string;
  /** The set of a name as typed: `web`, `sts/web`, `osts/web`. Throws a usage error for anything else. */
  readonly set: (name: string) => StatefulSetHandle;
}

/** Opens a session for `work`, and closes it however that ends. */
export async function withSession<T>(
  flags: GlobalFlags,
  console: Console,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(flags, console);
  try {
    return await work(session);
  } finally {
    await session.client.close();
  }
}

async function openSession(flags: GlobalFlags, console: Console): Promise<Session> {
  if (
    flags.namespace !== undefined &&
    flags.namespace !== '' &&
    !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(flags.namespace)
  )
    throw usageError(`"${flags.namespace}" is no name of a namespace: small letters, digits and - within, at most 63`);
  const { OrdinalClient } = await import('../client/ordinal-client.ts');
  const client = await OrdinalClient.connect({
    ...(flags.kubeconfig !== undefined && { kubeconfigPath: flags.kubeconfig }),
    ...(flags.context !== undefined && { context: flags.context }),
    ...(flags.payloadKeys !== undefined && { payloadKeys: flags.payloadKeys }),
    requestedBy: userName(),
  });
  const namespace = flags.namespace ?? client.namespace;
  return {
    client,
    console,
    namespace,
    set(typed) {
      const { name, flavour } = parseSetName(typed);
      return client.statefulSet(namespace, name, { ...(flavour && { flavour }) });
    },
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
