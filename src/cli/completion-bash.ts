/** The commands as a completion script for bash 3.2 and newer, without any helper package. */

import { allCommands, type TreeCommand, type TreeOption, type Value } from './command-tree.ts'

export function bashScript(tree: TreeCommand): string {
  const commands = allCommands(tree)
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`)
  const takers = new Set(commands.flatMap(({ options }) => options.filter(takesValue).flatMap(namesOf)))
  return `# bash completion for meridian; load it with: source <(meridian completion bash)
_meridian() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path= taken=0 word i
  # bash makes words of their own of "=" and ":".
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      ${[...takers].join('|')}) i=$((i + 1)); [[ \${COMP_WORDS[i]} == = ]] && i=$((i + 1)); continue ;;
      -*) continue ;;
    esac
    case "\${path:+$path }$word" in
      ${paths.join('|')}) path="\${path:+$path }$word" ;;
      *) taken=$((taken + 1)) ;;
    esac
  done
  COMPREPLY=()
  case "$path $prev" in
${commands.flatMap(optionCases).join('\n')}
  esac
  case $path in
${commands.map(commandCase).join('\n')}
  esac
}
_meridian_words() { COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_meridian_files() { compopt -o filenames 2>/dev/null; local IFS=$'\\n'; COMPREPLY=($(compgen "$1" -- "$cur")); }
complete -F _meridian meridian
`
}

function takesValue({ value }: TreeOption): boolean {
  return value !== undefined
}

function namesOf({ long, short }: TreeOption): string[] {
  return short === undefined ? [long] : [long, short]
}

function optionCases({ path, options }: TreeCommand): string[] {
  return options.filter(takesValue).map(option => {
    const patterns = namesOf(option).map(name => `'${path} ${name}'`)
    return `    ${patterns.join('|')}) ${offer(option.value!)}; return ;;`
  })
}

function commandCase({ path, options, subcommands, values }: TreeCommand): string {
  const words = options.flatMap(namesOf).join(' ')
  const names = subcommands.map(one => one.path.split(' ').at(-1)!)
  const offers = values.map(({ value, repeatable }, i) => `${repeatable ? '*' : i}) ${offer(value)} ;;`)
  const rest =
    names.length > 0
      ? `_meridian_words '${[...names, ...(path === '' ? ['help'] : [])].join(' ')}'`
      : offers.length > 0
        ? `case $taken in ${offers.join(' ')} esac`
        : ':'
  return `    '${path}') if [[ $cur == -* ]]; then _meridian_words '${words}'; else ${rest}; fi ;;`
}

function offer(value: Value): string {
  switch (value.kind) {
    case 'folder':
      return '_meridian_files -d'
    case 'file':
      return '_meridian_files -f'
    case 'words':
      return `_meridian_words '${value.words.join(' ')}'`
    case 'free':
      return ':'
    default:
      return value satisfies never
  }
}
