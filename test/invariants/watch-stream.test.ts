import { expect, test, vi } from 'vitest';
import { StatusError, type Connection } from './connection.ts';
import type { WatchEvent } from './objects.ts';
import { WatchStream } from './watch-stream.ts';

const pod = (uid: string, resourceVersion: string) => ({ metadata: { name: uid, uid, resourceVersion } });
const list = (resourceVersion: string, ...items: readonly object[]) =>
  [{ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion }, items }] as const;
const line = (type: string, object: object) => ({ type, object });

/** Answers one script after the other, then keeps the last watch open. */
function connectionTo(script: readonly (readonly object[] | StatusError)[]): Connection & { readonly asked: string[] } {
  const asked: string[] = [];
  let turn = 0;
  return {
    asked,
    async get(path, signal) {
      asked.push(path);
      const answer = script[turn++];
      if (answer instanceof StatusError) throw answer;
      return (async function* () {
        for (const object of answer ?? []) {
          const bytes = Buffer.from(`${JSON.stringify(object)}\n`);
          yield bytes.subarray(0, 7);
          yield bytes.subarray(7);
        }
        if (answer === undefined) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      })();
    },
    close: async () => undefined,
  };
}

async function play(script: readonly (readonly object[] | StatusError)[]) {
  const events: WatchEvent[] = [];
  const gaps: string[] = [];
  const connection = connectionTo(script);
  const stream = new WatchStream(connection, '/api/v1/pods', {
    onEvent: (event) => void events.push(event),
    onGap: (gap) => void gaps.push(gap),
  });
  await stream.listed;
  await vi.waitFor(() => expect(connection.asked.length).toBeGreaterThan(script.length), {
    timeout: 3000,
    interval: 5,
  });
  await stream.stop();
  const told = events.map(({ type, listed, object: { kind, metadata } }) =>
    [type, metadata.uid, metadata.resourceVersion, ...(listed === true ? ['listed', kind] : [])].join(' '),
  );
  return { told, gaps, asked: connection.asked };
}

test('lists, watches, and goes on where a watch ended', async () => {
  const { told, gaps, asked } = await play([
    list('5', pod('a', '3')),
    [line('ADDED', pod('b', '6')), line('BOOKMARK', pod('', '9'))],
    [line('DELETED', pod('a', '10'))],
  ]);
  expect(told).toEqual(['ADDED a 3 listed Pod', 'ADDED b 6', 'DELETED a 10']);
  expect(asked.map((path) => /resourceVersion=(\d+)/.exec(path)?.[1])).toEqual([undefined, '5', '9', '10']);
  expect(gaps).toEqual([]);
});

test('a watch that expired is made up from a list, and the recording says so', async () => {
  const { told, gaps } = await play([
    list('5', pod('a', '3'), pod('b', '4')),
    [line('ERROR', { code: 410 })],
    list('20', pod('b', '12'), pod('c', '13')),
  ]);
  expect(told.slice(2)).toEqual(['DELETED a 20', 'MODIFIED b 12 listed Pod', 'ADDED c 13 listed Pod']);
  expect(gaps).toHaveLength(1);
});

test('a kind that is not installed yet is listed once it is, without a gap', async () => {
  const { told, gaps } = await play([new StatusError('/', 404, ''), list('5', pod('a', '3'))]);
  expect(told).toEqual(['ADDED a 3 listed Pod']);
  expect(gaps).toEqual([]);
});

test('who may not list is told at once', async () => {
  const stream = new WatchStream(connectionTo([new StatusError('/', 403, 'no')]), '/', {
    onEvent: () => undefined,
    onGap: () => undefined,
  });
  await expect(stream.listed).rejects.toThrow('403');
  await stream.stop();
});
