import type { ScalarTag, SchemaOptions } from 'yaml';

const tag = (name: string) => `tag:yaml.org,2002:${name}`;

/**
 * YAML as kubectl reads it, to be given to `yaml` for reading and writing: mostly 1.1, with `0400` octal, `yes` and `on` booleans and merge keys, but
 * also 1.2's `0o400`, and neither times nor numbers to the base of 60: those stay texts.
 */
export const kubectlYaml: SchemaOptions = {
  schema: 'failsafe',
  resolveKnownTags: false,
  merge: true,
  customTags: [
    'null',
    boolean(true, /^(?:[Yy]|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/),
    boolean(false, /^(?:[Nn]|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/),
    number('int'),
    number('float'),
    { tag: tag('binary'), resolve: (text: string) => Buffer.from(text, 'base64').toString() },
  ],
};

function boolean(value: boolean, test: RegExp): ScalarTag {
  return {
    tag: tag('bool'),
    default: true,
    test,
    identify: (other) => other === value,
    resolve: () => value,
    stringify: String.bind(undefined, value),
  };
}

function number(name: 'int' | 'float'): ScalarTag {
  return {
    tag: tag(name),
    default: true,
    test: /^[-+]?(?:0[bB][01_]+|0[oO][0-7_]+|0[xX][\da-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][-+]?[\d_]+)?|\.\d+(?:[eE][-+]?\d+)?|\.(?:inf|Inf|INF))$|^\.(?:nan|NaN|NAN)$/,
    identify: (value) => typeof value === 'number',
    resolve(text, onError) {
      const value = numberOf(text);
      if (value === undefined) onError(`"${text}" cannot be sent: JSON has no such number`);
      // Kubernetes keeps whole numbers of 64 bits.
      else if (/^[-+]?\d+$/.test(text) && !Number.isSafeInteger(value) && Math.abs(Number(value)) < 2 ** 63) {
        onError(`${text} is a greater whole number than can be sent exactly`);
      }
      return value;
    },
    stringify: ({ value }) => JSON.stringify(value),
  };
}

/** Undefined: neither finite nor too great, so that it stays a text. */
function numberOf(text: string): number | string | undefined {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(text.replaceAll('_', '')) ?? [];
  if (/^\.[a-z]/i.test(digits)) return undefined;
  // What has an 8 or a 9 is decimal after all, and so is an octal beyond 64 bits.
  const octal = /^0[0-7]+$/.test(digits) ? Number(`0o${digits}`) : Infinity;
  const value = octal < 2 ** 64 ? octal : Number(digits.toLowerCase());
  if (!Number.isFinite(value)) return text;
  return sign === '-' && value !== 0 ? -value : value;
}
