import { searchAttributes } from '../workflows/search-attributes.ts';

/** What is asked of Temporal's operator service: a connection of the client or of the worker has it. */
interface Operator {
  listSearchAttributes(request: {
    readonly namespace: string;
  }): Promise<{ readonly customAttributes?: Readonly<Record<string, unknown>> | null }>;
  addSearchAttributes(request: {
    readonly namespace: string;
    readonly searchAttributes: Record<string, number>;
  }): Promise<unknown>;
}

/**
 * `present`: all were there; `added`: they are now; `unknown`: this Temporal does not say, as Temporal Cloud does not, and takes none from us:
 * `advice` tells how they are made.
 */
export type Registration =
  { readonly kind: 'present' | 'added' } | { readonly kind: 'unknown'; readonly advice: string };

const keyword = 2;

/** Makes our search attributes known to the namespace. Throws what is missing and how to add it where we may not. */
export async function ensureSearchAttributes(
  { operatorService }: { readonly operatorService: Operator },
  namespace: string,
): Promise<Registration> {
  const names = Object.values(searchAttributes).map(({ name }) => name);
  let known: Readonly<Record<string, unknown>>;
  try {
    known = (await operatorService.listSearchAttributes({ namespace })).customAttributes ?? {};
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { kind: 'unknown', advice: advice(namespace, names) };
  }
  const missing = names.filter((name) => known[name] === undefined);
  if (missing.length === 0) return { kind: 'present' };
  try {
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
    });
    return { kind: 'added' };
  } catch (error) {
    throw new Error(`Temporal namespace ${namespace} lacks search attributes: ${advice(namespace, missing)}`, {
      cause: error,
    });
  }
}

/** How a person who may makes our search attributes known to the namespace. */
export function advice(
  namespace: string,
  names: readonly string[] = Object.values(searchAttributes).map(({ name }) => name),
): string {
  const create = names.map((name) => `--name ${name} --type Keyword`).join(' ');
  const add = names.map((name) => `--sa "${name}=Keyword"`).join(' ');
  return `temporal operator search-attribute create --namespace ${namespace} ${create}\nor, on Temporal Cloud: tcld namespace search-attributes add --namespace ${namespace} ${add}`;
}

/** PERMISSION_DENIED or UNIMPLEMENTED. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && [7, 12].includes(Number(error.code));
}

/** A Temporal that has lost its data, or another one at the same address, refuses to start a workflow with attributes that it does not know. */
export function lacksSearchAttributes(error: unknown): boolean {
  const { message, cause } = (error ?? {}) as { readonly message?: string; readonly cause?: unknown };
  return /search attribute/i.test(message ?? '') || (cause !== undefined && lacksSearchAttributes(cause));
}
