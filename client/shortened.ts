/** What is longer is no value but a whole object. */
const longest = 200;

/** What an API server says, without the whole objects that it quotes: nobody reads them, and what is in them is not for every log. */
export function shortened(said: string): string {
  let short = said.replaceAll(/(?<!\\)"\{(?:[^"\\]|\\.)*"/gs, (quoted) => (quoted.length > longest ? '{...}' : quoted));
  for (let from = short.indexOf('{'); from >= 0; from = short.indexOf('{', from + 1)) {
    const end = endOfObject(short, from);
    if (end - from > longest) short = `${short.slice(0, from)}{...}${short.slice(end)}`;
    else from = end;
  }
  return short;
}

/** Behind the brace that closes the one at `from`; the end of the text where none does. */
function endOfObject(text: string, from: number): number {
  let depth = 0;
  for (const { 0: found, index } of text.slice(from).matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (found === '{') depth++;
    else if (found === '}') depth--;
    if (depth === 0) return from + index + 1;
  }
  return text.length;
}
