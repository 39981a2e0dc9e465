import { type KubeRequest, type RequestOptions, Transport } from '../../../../kube/transport.ts';
import type { SideEffects } from './side-effects.ts';

/** Every write to the API server becomes a side effect that is told. To be called before the first transport is made. */
export function tapTransport(effects: SideEffects): void {
  // oxlint-disable-next-line typescript/unbound-method
  const { request } = Transport.prototype;
  Transport.prototype.request = function <T>(this: Transport, call: KubeRequest, options?: RequestOptions): Promise<T> {
    const send = (): Promise<T> => request.call(this, call, options) as Promise<T>;
    const label = labelOf(call);
    return label === undefined ? send() : effects.around(label, send);
  };
}

const nouns: Readonly<Record<string, string>> = {
  pods: 'pod',
  persistentvolumeclaims: 'claim',
  controllerrevisions: 'revision',
  statefulsets: 'set',
};

interface Body {
  readonly metadata?: { readonly name?: string };
  readonly reason?: string;
}

/** Undefined for reads, and for the lease, which is renewed by the clock whatever happens. */
function labelOf({ verb, method, path, resource, body }: KubeRequest): string | undefined {
  if (method === 'GET') return undefined;
  const { metadata, reason }: Body = body ?? {};
  if (resource === 'events') return `create event ${reason}`;
  if (resource === 'podtemplates') return 'try template';
  const noun = nouns[resource];
  if (noun === undefined) return undefined;
  const segments = path.split('/').map(decodeURIComponent);
  if (segments.at(-1) === 'status') return `write status ${segments.at(-2)}`;
  return `${verb} ${noun} ${method === 'POST' ? metadata?.name : segments.at(-1)}`;
}
