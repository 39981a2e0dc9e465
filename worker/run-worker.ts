import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { loadPayloadKeys } from '../codec/payload-keys.ts';
import { createActivities } from '../activities/index.ts';
import { isStillRefused } from '../activities/still-refused.ts';
import { createPlanner } from '../activities/planner.ts';
import { isServed } from '../activities/set-key.ts';
import { KubeClient } from '../kube/client.ts';
import { createClusterCache } from '../kube/cluster-cache.ts';
import { connectCluster } from '../kube/connect.ts';
import { ensureSearchAttributes, lacksSearchAttributes } from '../install/search-attributes.ts';
import { createEventRecorder } from '../kube/event-recorder.ts';
import { createLease, type Lease } from '../kube/lease.ts';
import type { SetKey } from '../model/objects.ts';
import { taskQueueOf } from '../workflows/messages.ts';
import { runChangeFeed } from './change-feed.ts';
import { serveHealth } from './health.ts';
import { takeOver } from './deployment.ts';
import { runLetGo } from './let-go.ts';
import { dataConverter } from './data-converter.ts';
import { createLog, temporalLogger } from './log.ts';
import { beginOperations } from './metrics/begin-operations.ts';
import { connectionFamilies } from './metrics/connection-families.ts';
import type { Family } from './metrics/exposition.ts';
import { metricsPage } from './metrics/metrics-page.ts';
import { createProcessFamilies } from './metrics/process-families.ts';
import { setFamilies } from './metrics/set-families.ts';
import { createTemporalMetrics } from './metrics/temporal-metrics.ts';
import { createWorkerMetrics } from './metrics/worker-metrics.ts';
import { createNameGuard } from './name-conflict.ts';
import { workerOptions, type WorkerOptions } from './options.ts';
import { isProbe, probeNativeSets } from './probe.ts';
import { runRepair } from './repair.ts';
import { aborted, retrying } from './retrying.ts';
import { runStatusWriter } from './status-writer.ts';
import { stepInterceptor } from './step-interceptor.ts';
import { createSetWorkflows } from './temporal.ts';
import { untilConnected } from './until-connected.ts';
import { startTracing } from './tracing/tracing.ts';
import { encryptingFailures, workflowBundle } from './workflow-bundle.ts';

/** What a worker says of itself once it serves. */
export interface WorkerReady {
  readonly cluster: string;
  readonly resources: readonly string[];
  readonly taskQueue: string;
  readonly temporal: string;
  readonly healthAddress: string;
  readonly pid: number;
}

/** A watch that is silent for longer than this makes the worker unready, in ms. */
const staleAfterMs = 60_000;

/**
 * Runs a worker until `signal` is aborted, then stops it in order: no new work, activities told, lease freed, connections closed.
 *
 * Where the API server or Temporal cannot be reached at the start it says which, and tries until it can; `/readyz` is red meanwhile.
 * Throws `ZodError` for bad options, `PayloadKeysError` for keys that cannot be used.
 */
export async function runWorker(
  options: WorkerOptions,
  signal: AbortSignal,
  onReady: (ready: WorkerReady) => void = () => undefined,
): Promise<void> {
  const settings = workerOptions.parse(options);
  const payloadKeys = loadPayloadKeys(settings.payloadKeys);
  const log = createLog(settings.logLevel);
  const logger = temporalLogger(log);
  const stopwatch = () => performance.now();
  const metrics = createWorkerMetrics(stopwatch);
  const processFamilies = createProcessFamilies();
  const temporalMetrics = await createTemporalMetrics();
  Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } },
      metrics: temporalMetrics.options,
    },
  });

  let unready: () => readonly string[] = () => ['starting'];
  let clusterFamilies: () => readonly Family[] = () => [];
  const health = await serveHealth(settings.healthAddress, {
    unready: () => unready(),
    metrics: () =>
      metricsPage([...metrics.read(), ...clusterFamilies(), ...processFamilies()], () => temporalMetrics.page()),
  });
  const tracing = await startTracing(log);
  const cleanup: (() => Promise<void>)[] = [() => health.close(), () => tracing.stop()];
  try {
    const tell = (what: string) => (error: unknown, nextMs: number) => {
      const message = `${what}: ${error instanceof Error ? error.message : String(error)}`;
      unready = () => [message];
      log.warn({ nextAttemptMs: nextMs }, message);
    };
    const { kubeconfig: kubeconfigPath, context } = settings;
    const client = new KubeClient(connectCluster({ kubeconfigPath, context, onRequest: tracing.onRequest }));
    const bundled = workflowBundle(logger, settings.workflowBundle);
    bundled.catch(() => undefined);
    const cluster = await retrying(() => client.clusterId(), signal, tell('Kubernetes API server'));

    const probed =
      settings.probe && settings.resources.includes('apps/v1')
        ? retrying(() => probeNativeSets(client, settings.leaseNamespace, signal), signal, tell('probe'))
        : undefined;
    probed?.catch(() => undefined);

    const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
    const address = connectionOptions.address ?? '127.0.0.1:7233';
    const register = async (connection: NativeConnection) => {
      const registered = await ensureSearchAttributes(connection, namespace);
      if (registered.kind === 'unknown')
        log.info(`the Temporal namespace needs search attributes: ${registered.advice}`);
    };
    const connected = retrying(
      async () => {
        const connection = await NativeConnection.connect({ ...connectionOptions, grpcCompression: { codec: 'none' } });
        try {
          await register(connection);
          return connection;
        } catch (error) {
          await connection.close();
          throw error;
        }
      },
      signal,
      tell(`Temporal at ${address}`),
    );
    connected.catch(() => undefined);

    const cache = createClusterCache(client, {
      flavours: settings.resources,
      namespaces: settings.namespaces,
      onProblem: ({ during, resource, error }) => {
        log.warn({ during, resource: resource.plural, error: String(error) }, 'watch');
        if (during === 'list' && !isListed) unready = () => [String(error)];
      },
    });
    let isListed = false;
    cache.start();
    cleanup.push(() => cache.stop());
    await Promise.race([cache.ready, aborted(signal)]);
    signal.throwIfAborted();
    isListed = true;
    await probed;

    const clock = () => Date.now();
    const planner = createPlanner(cache, clock, { lookAhead: settings.lookAhead });
    const events = createEventRecorder(client, clock, stopwatch);
    const dependencies = {
      cluster,
      flavours: settings.resources,
      namespaces: settings.namespaces,
      client,
      cache,
      planner,
      events,
      clock,
      stopwatch,
      onAvailable: (seconds: number) => metrics.podWaitSeconds.observe(seconds),
    };
    const taskQueue = taskQueueOf(cluster);
    const identity = `${hostname()}_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
    const onProblem = (error: unknown, key?: object) => log.warn({ ...key, error: String(error) }, 'elected work');
    const onOutage = (isOut: boolean) => {
      metrics.temporalIsOut = isOut;
      log.warn(
        isOut ? 'Temporal cannot be reached: lost pods are re-created, nothing else is done' : 'Temporal is back',
      );
    };
    const onRepaired = () => metrics.repairedPods.add(1);
    let lease: Lease | undefined;
    const newLease = () =>
      (lease = createLease({ client, namespace: settings.leaseNamespace, name: 'ordinal', identity, onProblem }));
    clusterFamilies = () => {
      const holdsLease = lease?.held === true;
      const stalenessMs = cache.staleness();
      const connections = { api: client.transport.metrics(), stalenessMs, eventsDropped: events.dropped(), holdsLease };
      return [...setFamilies(cache, holdsLease), ...connectionFamilies(connections)];
    };
    const names = createNameGuard({ cache, client, clock, onProblem });
    const unanswered = () => Promise.reject(new Error('not connected yet'));
    const withoutTemporal = (ask: () => Promise<unknown>, held: AbortSignal) => [
      runLetGo({ cache, client, planner, onProblem }, held),
      ...(settings.repair
        ? [
            runRepair(
              { ...dependencies, ask, mayServe: (key) => names.mayServe(key), onProblem, onOutage, onRepaired },
              held,
            ),
          ]
        : []),
    ];
    const connection = await untilConnected(
      connected,
      newLease(),
      (held) => Promise.all(withoutTemporal(unanswered, held)),
      signal,
    );
    cleanup.push(() => connection.close());
    metrics.temporalIsOut = false;
    beginOperations(Runtime.instance().metricMeter, namespace, taskQueue);
    const converter = dataConverter(payloadKeys);
    const worker = await Worker.create({
      connection,
      namespace,
      identity,
      taskQueue,
      workflowBundle: payloadKeys === undefined ? await bundled : await encryptingFailures(await bundled),
      dataConverter: converter,
      activities: createActivities(dependencies),
      interceptors: { activity: [...tracing.activities, stepInterceptor(metrics, stopwatch)] },
      sinks: tracing.sinks,
      maxConcurrentActivityTaskExecutions: 400,
      maxConcurrentWorkflowTaskExecutions: 100,
      activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 5 },
      workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 5 },
      maxHeartbeatThrottleInterval: '2s',
      stickyQueueScheduleToStartTimeout: '2s',
      shutdownGraceTime: settings.graceMs,
      ...(settings.buildId !== undefined && {
        workerDeploymentOptions: {
          useWorkerVersioning: true,
          version: { deploymentName: settings.deploymentName, buildId: settings.buildId },
          defaultVersioningBehavior: 'AUTO_UPGRADE',
        },
      }),
      workflowFailureErrorTypes: { '*': ['NondeterminismError'] },
    });

    const temporal = new Client({ connection, namespace, dataConverter: converter });
    const workflows = createSetWorkflows(temporal, cluster, (key) => isServed(dependencies, key));
    const ask = () => connection.workflowService.getSystemInfo({});
    const wake = metrics.wakes.watching(async (key: SetKey) => {
      if (isProbe(key, settings.leaseNamespace) || !(await names.mayServe(key))) return;
      if (await isStillRefused(dependencies, key)) return;
      await workflows.wake(key).catch(async (error: unknown) => {
        if (!lacksSearchAttributes(error)) throw error;
        await register(connection);
        await workflows.wake(key);
      });
    });
    const wakeGone = metrics.wakes.watching((key) => workflows.wakeGone(key));
    const serving = newLease();
    const elected = serving.run(async (held) => {
      log.info({ identity }, 'elected');
      await Promise.all([
        runChangeFeed({ cache, planner, clock, stopwatch, ...workflows, wake, wakeGone, onProblem }, held),
        names.run(held),
        runStatusWriter({ cache, client, planner, events, clock, stopwatch, onProblem }, held),
        ...withoutTemporal(ask, held),
      ]);
      metrics.wakes.forget();
      metrics.temporalIsOut = false;
    });
    cleanup.push(async () => {
      await serving.stop();
      await elected;
      await Promise.race([events.flush(), sleep(1_000)]);
    });

    unready = () => [
      ...(worker.getState() === 'RUNNING' ? [] : [`Temporal worker is ${worker.getState()}`]),
      ...(cache.staleness() < staleAfterMs ? [] : [`nothing heard from the API server for ${cache.staleness()} ms`]),
    ];
    onReady({
      cluster,
      resources: settings.resources,
      taskQueue,
      temporal: address,
      healthAddress: health.address,
      pid: process.pid,
    });
    const stop = () => worker.shutdown();
    signal.addEventListener('abort', stop, { once: true });
    if (settings.buildId !== undefined) {
      const build = { deploymentName: settings.deploymentName, buildId: settings.buildId };
      takeOver(connection, namespace, build, settings.makeCurrent, signal, (said) => log.warn(said)).catch(onProblem);
    }
    if (signal.aborted) stop();
    await worker.run();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    for (const step of cleanup.reverse())
      await step().catch((error: unknown) => log.warn({ error: String(error) }, 'stop'));
  }
}
