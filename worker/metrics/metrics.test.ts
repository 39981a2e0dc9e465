import { describe, expect, test } from 'vitest';
import type { SetKey, StatefulSet } from '../../model/objects.ts';
import { Counter } from './counter.ts';
import { expositionText } from './exposition.ts';
import { Histogram } from './histogram.ts';
import { metricsPage } from './metrics-page.ts';
import { setFamilies } from './set-families.ts';
import { WakeLag } from './wake-lag.ts';

test('a counter adds up by labels, and escapes what labels hold', () => {
  const counter = new Counter('ordinal_x_total', 'Help\nin two lines.');
  counter.add(1, { why: 'say "no"\\\n' });
  counter.add(2, { why: 'say "no"\\\n' });
  counter.add(1, { why: 'b' });
  expect(expositionText([counter.read()])).toBe(
    [
      String.raw`# HELP ordinal_x_total Help\nin two lines.`,
      '# TYPE ordinal_x_total counter',
      String.raw`ordinal_x_total{why="say \"no\"\\\n"} 3`,
      'ordinal_x_total{why="b"} 1',
      '',
    ].join('\n'),
  );
});

test('buckets of a histogram hold all that is not above their bound', () => {
  const histogram = new Histogram('ordinal_x_seconds', 'Help.', [1, 2, 5]);
  for (const value of [0.5, 1, 1.5, 7]) histogram.observe(value, { verb: 'settle' });
  const lines = expositionText([histogram.read()]).split('\n').slice(2);
  expect(lines).toEqual([
    'ordinal_x_seconds_bucket{verb="settle",le="1"} 2',
    'ordinal_x_seconds_bucket{verb="settle",le="2"} 3',
    'ordinal_x_seconds_bucket{verb="settle",le="5"} 3',
    'ordinal_x_seconds_bucket{verb="settle",le="+Inf"} 4',
    'ordinal_x_seconds_sum{verb="settle"} 10',
    'ordinal_x_seconds_count{verb="settle"} 4',
    '',
  ]);
});

test('the page is told without Temporal’s metrics where they cannot be had, and says so', async () => {
  expect(await metricsPage([], () => Promise.reject(new Error('down')))).toMatch(/^ordinal_temporal_metrics_up 0$/m);
  const page = await metricsPage([], () => Promise.resolve('temporal_x 1\n'));
  expect(page).toMatch(/^ordinal_temporal_metrics_up 1\ntemporal_x 1$/m);
});

describe('the lag of the change feed', () => {
  const key: SetKey = { flavour: 'apps/v1', namespace: 'shop', name: 'web' };
  const lagOf = (lag: WakeLag) => lag.read().find(({ name }) => name === 'ordinal_feed_lag_seconds')?.samples[0]?.value;

  test('is the age of the oldest wake that was not sent, its failed attempts included', async () => {
    let now = 1_000;
    let reachable = false;
    const lag = new WakeLag(() => now);
    const wake = lag.watching(() => (reachable ? Promise.resolve() : Promise.reject(new Error('no'))));
    expect(lagOf(lag)).toBe(0);
    await expect(wake(key)).rejects.toThrow('no');
    now += 2_000;
    await expect(wake(key)).rejects.toThrow('no');
    expect(lagOf(lag)).toBe(2);
    now += 1_000;
    reachable = true;
    await wake(key);
    expect(lagOf(lag)).toBe(0);
    const text = expositionText(lag.read());
    expect(text).toContain('ordinal_feed_wakes_total{outcome="failed"} 2');
    expect(text).toContain('ordinal_feed_wakes_total{outcome="sent"} 1');
    expect(text).toContain('ordinal_feed_wake_duration_seconds_sum 3');
  });

  test('is forgotten with the lease', async () => {
    let now = 0;
    const lag = new WakeLag(() => now);
    await expect(lag.watching(() => Promise.reject(new Error('no')))(key)).rejects.toThrow('no');
    now = 5_000;
    expect(lagOf(lag)).toBe(5);
    lag.forget();
    expect(lagOf(lag)).toBe(0);
  });
});

describe('sets by state', () => {
  type Conditions = NonNullable<NonNullable<StatefulSet['status']>['conditions']>;
  const sets: Readonly<Record<string, Conditions>> = {
    done: [{ type: 'Progressing', status: 'False', reason: 'Settled' }],
    held: [{ type: 'Progressing', status: 'False', reason: 'Paused' }],
    moving: [{ type: 'Reconciling', status: 'True', reason: 'RollingOut' }],
    broken: [{ type: 'Stalled', status: 'True', reason: 'ImagePull' }],
  };
  const cache = {
    sets: () => Object.keys(sets).map((name): SetKey => ({ flavour: 'apps/v1', namespace: 'shop', name })),
    view: ({ name }: SetKey) => {
      const set = { metadata: { generation: 1 }, status: { observedGeneration: 1, conditions: sets[name] } };
      return { set: set as unknown as StatefulSet, pods: [], claims: new Map(), revisions: [] };
    },
  };

  test('go by their conditions; stuck ones are named', () => {
    const text = expositionText(setFamilies(cache, true));
    for (const state of ['settled', 'paused', 'progressing', 'stuck'])
      expect(text).toContain(`ordinal_sets{state="${state}"} 1\n`);
    expect(text.match(/^ordinal_set_stuck.*$/gm)).toEqual([
      'ordinal_set_stuck{api="apps/v1",set_namespace="shop",set="broken",reason="ImagePull"} 1',
    ]);
  });

  test('are told by nobody but the holder of the lease', () => {
    expect(setFamilies(cache, false).flatMap(({ samples }) => samples)).toEqual([]);
  });
});
