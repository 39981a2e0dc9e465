import type { TransportMetrics } from '../../kube/request-meter.ts';
import type { Family } from './exposition.ts';

export interface Connections {
  readonly api: TransportMetrics;
  /** Time since the kind heard of longest ago was heard of, in ms. */
  readonly stalenessMs: number;
  readonly eventsDropped: number;
  readonly holdsLease: boolean;
}

/** How this worker gets on with the API server. */
export function connectionFamilies({ api, stalenessMs, eventsDropped, holdsLease }: Connections): readonly Family[] {
  const requests = (value: (request: TransportMetrics['requests'][number]) => number) =>
    api.requests.map((request) => {
      const { verb, resource, code } = request;
      return { labels: { verb, resource, code }, value: value(request) };
    });
  return [
    {
      name: 'ordinal_api_requests_total',
      type: 'counter',
      help: 'Requests to the API server, repeated ones each, by verb, resource and code (none: no answer).',
      samples: requests(({ count }) => count),
    },
    {
      name: 'ordinal_api_request_seconds_total',
      type: 'counter',
      help: 'Time until the answers of these requests began, in all.',
      samples: requests(({ seconds }) => seconds),
    },
    single('ordinal_api_retries_total', 'counter', 'Requests to the API server that were repeated.', api.retries),
    single(
      'ordinal_api_throttled_seconds_total',
      'counter',
      'Time that requests were held back by our own limit of requests a second.',
      api.throttledSeconds,
    ),
    single(
      'ordinal_cache_staleness_seconds',
      'gauge',
      'Time since the watch that has been silent longest was heard. Up to a minute is normal.',
      stalenessMs / 1_000,
    ),
    single(
      'ordinal_events_dropped_total',
      'counter',
      'Kubernetes events that were not written: too many of a set, or refused.',
      eventsDropped,
    ),
    single('ordinal_lease_held', 'gauge', 'Whether this worker does the elected work.', holdsLease ? 1 : 0),
  ];
}

function single(name: string, type: Family['type'], help: string, value: number): Family {
  return { name, type, help, samples: [{ value }] };
}
