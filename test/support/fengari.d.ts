/** The part of fengari, a Lua in JavaScript, that is used here. */
declare module 'fengari' {
  type State = { readonly state: unique symbol };
  export const lua: {
    readonly LUA_OK: number;
    lua_tojsstring(state: State, index: number): string;
    lua_getfield(state: State, index: number, key: Uint8Array): number;
    lua_pcall(state: State, args: number, results: number, handler: number): number;
  };
  export const lauxlib: {
    luaL_newstate(): State;
    luaL_loadstring(state: State, script: Uint8Array): number;
    luaL_requiref(state: State, name: Uint8Array, open: unknown, global: number): void;
  };
  export const lualib: { readonly luaopen_base: unknown };
  export function to_luastring(text: string): Uint8Array;
}
