import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareUtf8, goJson } from './go-json.ts';

// Expected texts were printed by encoding/json of Go 1.26.
describe('goJson', () => {
  it.each([
    [1e-6, '0.000001'],
    [1e-7, '1e-7'],
    [1e20, '100000000000000000000'],
    [1e21, '1e+21'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [-0, '-0'],
    [0.5, '0.5'],
  ])('SS-48: prints the number %d as Go does', (value, expected) => {
    expect(goJson(value)).toBe(expected);
  });

  it.each([
    ['<a href="x">&</a>', String.raw`"\u003ca href=\"x\"\u003e\u0026\u003c/a\u003e"`],
    ['\b\f\n\r\t\u0001\u001f', String.raw`"\b\f\n\r\t\u0001\u001f"`],
    ['\u2028\u2029\u007f', '"\\u2028\\u2029\u007f"'],
    ['ünï 😀', '"ünï 😀"'],
    ['x\ud800y', '"x\ufffdy"'],
    [String.raw`\ /`, String.raw`"\\ /"`],
  ])('SS-48: prints the string %j as Go does', (value, expected) => {
    expect(goJson(value)).toBe(expected);
  });

  it('SS-48: sorts keys by their UTF-8 bytes, numbers and empty ones too', () => {
    const value = { '\u{1F600}': 1, '\uFFFD': 2, a: 3, '10': 4, '9': 5, '': 6 };
    expect(goJson(value)).toBe('{"":6,"10":4,"9":5,"a":3,"\uFFFD":2,"\u{1F600}":1}');
  });

  it('leaves undefined keys out and keeps null', () => {
    expect(goJson({ a: undefined, b: null, c: [null, true] })).toBe('{"b":null,"c":[null,true]}');
  });

  it('means the same JSON, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = goJson(value);
        expect(goJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(value);
      }),
    );
  });
});

it('compareUtf8 orders strings as their UTF-8 bytes', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
