import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeApi } from './fake-api.fixture.ts';
import { createLease, type Lease } from './lease.ts';
import type { LeaseObject } from './resources.ts';

const path = '/apis/coordination.k8s.io/v1/leases';
const timing = { leaseDurationMs: 300, renewMs: 50 };

let api: FakeApi;
const running: Lease[] = [];

beforeEach(async () => {
  api = await FakeApi.start();
});
afterEach(async () => {
  api.intercept = () => false;
  await Promise.all(running.splice(0).map((lease) => lease.stop()));
  await api.server.close();
});

/** A contender that works until it loses; `log` tells what happened in which order. */
function contend(identity: string, log: string[], more: Partial<typeof timing> = {}): Lease {
  const client = api.server.client({ attempts: 1 });
  const lease = createLease({ client, namespace: 'ordinal-system', name: 'leader', identity, ...timing, ...more });
  running.push(lease);
  void lease.run(async (signal) => {
    log.push(`${identity} in`);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    log.push(`${identity} out`);
  });
  return lease;
}

const patience = { timeout: 8_000, interval: 5 };
const stored = (): LeaseObject | undefined => api.find(path, 'leader', 'ordinal-system');
const until = (log: readonly string[], expected: readonly string[]): Promise<void> =>
  vi.waitFor(() => expect(log).toEqual(expected), patience);

test('makes its namespace and the lease, and keeps renewing', async () => {
  const log: string[] = [];
  const lease = contend('a', log);
  await until(log, ['a in']);
  expect(lease.held).toBe(true);
  const first = stored();
  expect(first?.spec).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 1, leaseTransitions: 0 });
  expect(first?.spec?.renewTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  await vi.waitFor(() => expect(Number(stored()?.metadata.resourceVersion)).toBeGreaterThan(104), patience);
  expect(stored()?.spec?.acquireTime).toBe(first?.spec?.acquireTime);
  expect(log).toEqual(['a in']);
});

test('a second one waits, and follows at once when the first stops', async () => {
  const log: string[] = [];
  const first = contend('a', log, { leaseDurationMs: 60_000 });
  await until(log, ['a in']);
  const second = contend('b', log, { leaseDurationMs: 60_000 });
  // Who finds the lease held watches it.
  await vi.waitFor(() => expect(api.server.calls.some(({ query }) => query.has('watch'))).toBe(true), patience);
  expect(second.held).toBe(false);
  const began = performance.now();
  await first.stop();
  await until(log, ['a in', 'a out', 'b in']);
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(stored()?.spec?.leaseTransitions).toBe(1);
});

test('who cannot renew is out before the next one is in', async () => {
  const log: string[] = [];
  contend('a', log);
  await until(log, ['a in']);
  contend('b', log);
  let cutOff = true;
  api.intercept = (call) => {
    const isOurs = call.method === 'PUT' && (JSON.parse(call.body) as LeaseObject).spec?.holderIdentity === 'a';
    // No answer: the request hangs, as in a partition.
    return cutOff && isOurs;
  };
  await until(log, ['a in', 'a out', 'b in']);
  cutOff = false;
});

test('a lease that somebody took is given up at once', async () => {
  const log: string[] = [];
  const lease = contend('a', log, { leaseDurationMs: 60_000 });
  await until(log, ['a in']);
  const taken = stored();
  api.put(path, { ...taken!, spec: { ...taken!.spec, holderIdentity: 'thief' } });
  await until(log, ['a in', 'a out']);
  expect(lease.held).toBe(false);
  expect(stored()?.spec?.holderIdentity).toBe('thief');
});

test('a renewal whose reply was lost does not cost the lease', async () => {
  const log: string[] = [];
  contend('a', log);
  await until(log, ['a in']);
  let lost = 0;
  api.intercept = (call) => {
    if (call.method !== 'PUT' || lost > 0) return false;
    lost += 1;
    api.put(path, JSON.parse(call.body) as LeaseObject);
    call.cut();
    return true;
  };
  await vi.waitFor(() => expect(lost).toBe(1), patience);
  const version = Number(stored()?.metadata.resourceVersion);
  await vi.waitFor(() => expect(Number(stored()?.metadata.resourceVersion)).toBeGreaterThan(version + 2), patience);
  expect(log).toEqual(['a in']);
});

test('a holder with a clock that is years behind is respected as long as he renews', async () => {
  const log: string[] = [];
  contend('a', log);
  await until(log, ['a in']);
  api.intercept = (call) => {
    if (call.method !== 'PUT') return false;
    const body = JSON.parse(call.body) as LeaseObject;
    if (body.spec?.holderIdentity !== 'a') return false;
    if (body.metadata.resourceVersion !== stored()?.metadata.resourceVersion) return false;
    call.json(api.put(path, { ...body, spec: { ...body.spec, renewTime: '1999-01-01T00:00:00.000000Z' } }));
    return true;
  };
  contend('b', log);
  const version = Number(stored()?.metadata.resourceVersion);
  // Far more renewals than fit into one lease.
  await vi.waitFor(() => expect(Number(stored()?.metadata.resourceVersion)).toBeGreaterThan(version + 30), patience);
  expect(log).toEqual(['a in']);
});

test('work that fails gives the lease up, and it is contended for anew', async () => {
  const problems: unknown[] = [];
  const client = api.server.client();
  const onProblem = (error: unknown): void => void problems.push(error);
  const lease = createLease({ client, namespace: 'ordinal-system', name: 'l', identity: 'a', onProblem, ...timing });
  running.push(lease);
  let turns = 0;
  void lease.run(async (signal) => {
    turns += 1;
    if (turns === 1) throw new Error('broken');
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  });
  await vi.waitFor(() => expect(turns).toBe(2), patience);
  expect(problems).toEqual([new Error('broken')]);
});
