import { expositionText, type Family } from './exposition.ts';

/**
 * One page of all that is measured: ours, then Temporal's. Where Temporal's cannot be had, ours are told all the same, and that is told by
 * `ordinal_temporal_metrics_up`.
 */
export async function metricsPage(ours: readonly Family[], temporal: () => Promise<string>): Promise<string> {
  const theirs = await temporal().catch(() => undefined);
  const up: Family = {
    name: 'ordinal_temporal_metrics_up',
    type: 'gauge',
    help: "Whether this page holds the metrics of Temporal's SDK too.",
    samples: [{ value: theirs === undefined ? 0 : 1 }],
  };
  return expositionText([...ours, up]) + (theirs ?? '');
}
