import type { Console } from '../console.ts';
import type { OutputFormat } from '../flags.ts';
import { kubectlYaml } from '../kubectl-yaml.ts';

/** The schema of what the CLI itself puts together; objects of the cluster keep their own. */
const apiVersion = 'cli.ordinal.dev/v1';

/** Prints for programs; says whether it did. `names` are printed for `-o name`. `follows`: another document stands before this one. */
export async function printed(
  console: Console,
  format: OutputFormat | undefined,
  document: object | readonly object[],
  names: readonly string[],
  { follows = false }: { readonly follows?: boolean } = {},
): Promise<boolean> {
  switch (format) {
    case 'json':
      console.out(JSON.stringify(document, withoutBookkeeping, 2));
      return true;
    case 'yaml': {
      const { stringify } = await import('yaml');
      const text = stringify(document, withoutBookkeeping, { ...kubectlYaml, aliasDuplicateObjects: false });
      console.out(`${follows ? '---\n' : ''}${text.trimEnd()}`);
      return true;
    }
    case 'name':
      if (names.length > 0) console.out(names.join('\n'));
      return true;
    case 'wide':
    case undefined:
      return false;
  }
}

/** A document of our own: `kind` says what its fields are. */
export function documentOf(kind: string, fields: object): object {
  return { apiVersion, kind, ...fields };
}

export function listOf(kind: string, items: readonly object[]): object {
  return { apiVersion, kind: `${kind}List`, items };
}

/** Who set which field fills pages and tells a person nothing; kubectl hides it too. */
function withoutBookkeeping(key: unknown, value: unknown): unknown {
  return key === 'managedFields' ? undefined : value;
}
