/** What a path of the API server is about. */
export interface CallTarget {
  /** The path with placeholders for names: few different ones. */
  readonly template: string;
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

const shape =
  /^(?<api>\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<resource>[^/]+)(?:\/(?<name>[^/]+))?(?<rest>\/.*)?$/;

/** Takes a path apart; where it is none of an object or a collection it is its own template. */
export function callTargetOf(path: string): CallTarget {
  const { api, namespace, resource, name, rest = '' } = shape.exec(path)?.groups ?? {};
  if (resource === undefined) return { template: path };
  const within = namespace === undefined ? '' : '/namespaces/{namespace}';
  return {
    template: `${api}${within}/${resource}${name === undefined ? '' : '/{name}'}${rest}`,
    resource,
    ...(namespace !== undefined && { namespace: decodeURIComponent(namespace) }),
    ...(name !== undefined && { name: decodeURIComponent(name) }),
  };
}
