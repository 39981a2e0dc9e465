import { createServer, type AddressInfo } from 'node:net';
import type { RuntimeOptions } from '@temporalio/worker';
import { operationMetrics } from '../../workflows/operation-metrics.ts';

type MetricsOptions = NonNullable<NonNullable<RuntimeOptions['telemetryOptions']>['metrics']>;

/** An operation of one pod takes a second, one of hundreds of large pods hours. */
const operationSeconds = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14400];
/** How long the page of the SDK may take, in ms. */
const answerWithinMs = 2_000;

/** The metrics of Temporal's SDK, and of our workflows: its native part collects them, and serves them on a port of its own only. */
export interface TemporalMetrics {
  /** For `Runtime.install`. */
  readonly options: MetricsOptions;
  /** The page as text. Rejects while it is not served. */
  page(): Promise<string>;
}

/** Takes a free port of the loopback interface. */
export async function createTemporalMetrics(): Promise<TemporalMetrics> {
  const bindAddress = `127.0.0.1:${await freePort()}`;
  return {
    options: {
      prometheus: {
        bindAddress,
        countersTotalSuffix: true,
        unitSuffix: true,
        useSecondsForDurations: true,
        histogramBucketOverrides: { [operationMetrics.seconds.name]: operationSeconds },
      },
    },
    async page() {
      const answer = await fetch(`http://${bindAddress}/metrics`, { signal: AbortSignal.timeout(answerWithinMs) });
      if (!answer.ok) throw new Error(`the metrics of Temporal's SDK: ${answer.status}`);
      return answer.text();
    },
  };
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
