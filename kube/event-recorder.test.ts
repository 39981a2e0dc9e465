import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aSet } from '../model/objects.fixture.ts';
import { createEventRecorder, type EventRecorder } from './event-recorder.ts';
import { ScriptedServer } from './scripted-server.fixture.ts';

let server: ScriptedServer;
let recorder: EventRecorder;
let now: number;
beforeEach(async () => {
  server = await ScriptedServer.start();
  now = 1_000_000;
  recorder = createEventRecorder(
    server.client(),
    () => now,
    () => now,
  );
});
afterEach(() => server.close());

const set = aSet();

describe('events', () => {
  it('SS-108: the same one again is counted, not written anew', async () => {
    server.answer((call) => call.json(JSON.parse(call.body)));
    for (let times = 0; times < 3; times++) {
      now += 1_000;
      recorder.record(set, 'Warning', 'FailedCreate', 'no');
      await recorder.flush();
    }
    expect(server.calls.map(({ method, body }) => [method, (JSON.parse(body) as { count: number }).count])).toEqual([
      ['POST', 1],
      ['PATCH', 2],
      ['PATCH', 3],
    ]);
  });

  it('counts what comes while the first is being written', async () => {
    recorder.record(set, 'Warning', 'FailedCreate', 'no');
    const first = await server.next();
    recorder.record(set, 'Warning', 'FailedCreate', 'no');
    recorder.record(set, 'Warning', 'FailedCreate', 'no');
    first.json(JSON.parse(first.body));
    const second = await server.next();
    expect([second.method, JSON.parse(second.body)]).toMatchObject(['PATCH', { count: 3 }]);
    second.json({});
    await recorder.flush();
  });

  describe('of a burst', () => {
    const recordThree = () => {
      for (const reason of ['First', 'Second', 'Third']) recorder.record(set, 'Normal', reason, 'yes');
    };
    /** Answers the next call. Its reason, and how long it took to come, in ms. */
    const told = async () => {
      const began = performance.now();
      const call = await server.next();
      const { reason } = JSON.parse(call.body) as { reason: string };
      call.json({});
      return { reason, afterMs: performance.now() - began };
    };

    it('the first comes at once, each other after a pause', async () => {
      recordThree();
      expect((await told()).reason).toBe('First');
      const second = await told();
      expect(second.reason).toBe('Second');
      expect(second.afterMs).toBeGreaterThan(190);
      const flushed = recorder.flush();
      expect((await told()).reason).toBe('Third');
      await flushed;
    });

    it.each([
      ['when it is late', () => (now += 5_000), ['Second', 'Third']],
      ['when a warning comes', () => recorder.record(set, 'Warning', 'Bad', 'no'), ['Second', 'Third', 'Bad']],
      ['when the worker stops', () => void recorder.flush(), ['Second', 'Third']],
    ])('there is no pause any more %s', async (_, hurry, rest) => {
      recordThree();
      const first = await server.next();
      hurry();
      first.json({});
      for (const reason of rest) {
        const next = await told();
        expect(next.reason).toBe(reason);
        expect(next.afterMs).toBeLessThan(150);
      }
      await recorder.flush();
    });
  });

  it('is written anew when the former has expired, and after a while', async () => {
    server.answer((call) =>
      call.method === 'PATCH' ? call.status(404, 'NotFound') : call.json(JSON.parse(call.body)),
    );
    for (let times = 0; times < 3; times++) {
      recorder.record(set, 'Warning', 'FailedCreate', 'no');
      await recorder.flush();
    }
    expect(server.calls.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'POST']);
    expect(recorder.dropped()).toBe(1);
    now += 600_000;
    recorder.record(set, 'Warning', 'FailedCreate', 'no');
    await recorder.flush();
    expect(server.calls.at(-1)?.method).toBe('POST');
  });

  it('SS-108: of many that tell of success some are left out, of refusals none', async () => {
    server.answer((call) => call.json(JSON.parse(call.body)));
    for (let ordinal = 0; ordinal < 40; ordinal++) {
      recorder.record(set, 'Normal', 'SuccessfulCreate', `create Pod web-${ordinal}`);
      recorder.record(set, 'Warning', 'FailedCreate', `create Pod web-${ordinal} failed`);
    }
    await recorder.flush();
    const reasons = server.calls.map(({ body }) => (JSON.parse(body) as { reason: string }).reason);
    expect(reasons.filter((reason) => reason === 'FailedCreate')).toHaveLength(40);
    expect(reasons.filter((reason) => reason === 'SuccessfulCreate')).toHaveLength(25);
    expect(recorder.dropped()).toBe(15);
  });
});
