import { readFile } from 'node:fs/promises';
import { lauxlib, lua, lualib, to_luastring } from 'fengari';
import { parse } from 'yaml';

const map = new URL('../../deploy/argocd/argocd-cm.yaml', import.meta.url);

/** What Argo CD takes an object for. */
export interface ArgoHealth {
  readonly status: string;
  readonly message: string;
}

/** The health script for our resource, as Argo CD runs it: a function of `obj`, with no library but the basic one. */
export async function argoHealth(): Promise<(object: unknown) => ArgoHealth> {
  const { data } = parse(await readFile(map, 'utf8')) as { readonly data: Readonly<Record<string, string>> };
  const script = data['resource.customizations.health.ordinal.dev_StatefulSet'] ?? '';
  return (object) => {
    const state = lauxlib.luaL_newstate();
    lauxlib.luaL_requiref(state, to_luastring('_G'), lualib.luaopen_base, 1);
    const code = `obj = ${literal(object)}\n${script}`;
    const failed =
      lauxlib.luaL_loadstring(state, to_luastring(code)) !== lua.LUA_OK || lua.lua_pcall(state, 0, 1, 0) !== lua.LUA_OK;
    if (failed) throw new Error(`the health script fails: ${lua.lua_tojsstring(state, -1)}`);
    const field = (key: string) => {
      lua.lua_getfield(state, 2, to_luastring(key));
      return lua.lua_tojsstring(state, -1);
    };
    return { status: field('status'), message: field('message') };
  };
}

/** JSON as Lua writes it. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return `{${value.map(literal).join(',')}}`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, item]) => `[${literal(key)}]=${literal(item)}`)
      .join(',')}}`;
  if (typeof value !== 'string') return JSON.stringify(value);
  const bytes = [...Buffer.from(value)].map((byte) => `\\${String(byte).padStart(3, '0')}`);
  return `"${bytes.join('')}"`;
}
