import { usageError } from '../exit.ts';

/** The script that makes a shell ask `ordinal __complete` what may stand at the cursor. */
export function completion(shell: string): string {
  const script = scripts[shell];
  if (script === undefined) throw usageError(`"${shell}": bash, zsh or fish is wanted`);
  return script;
}

// The last line of an answer is a directive: :0 lets the shell offer files.
const bash = `# bash completion for ordinal
_ordinal() {
  local IFS=$'\\n' answer
  answer=($(ordinal __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  COMPREPLY=()
  [ "\${#answer[@]}" -eq 0 ] && return
  if [ "\${answer[-1]}" = ":0" ]; then compopt -o default; else compopt +o default; fi
  unset 'answer[-1]'
  COMPREPLY=("\${answer[@]}")
}
complete -F _ordinal ordinal`;

const fish = `# fish completion for ordinal
function __ordinal_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l answer (ordinal __complete $words[2..-1] 2>/dev/null)
  if test "$answer[-1]" = ":0"
    __fish_complete_path (commandline -ct)
  end
  for word in $answer[1..-2]
    echo $word
  end
end
complete -c ordinal -f -a "(__ordinal_complete)"`;

const scripts: Readonly<Record<string, string>> = {
  bash,
  zsh: `autoload -U +X bashcompinit && bashcompinit\n${bash}`,
  fish,
};

export const shells = Object.keys(scripts);
