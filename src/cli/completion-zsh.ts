/** The commands as a completion function for zsh, which works as a file in `fpath` and when it is sourced. */

import { allCommands, type TreeCommand, type TreeOption, type Value } from './command-tree.ts'

export function zshScript(tree: TreeCommand): string {
  return `#compdef meridian
# zsh completion for meridian: a file _meridian in fpath, or source <(meridian completion zsh) after compinit
${allCommands(tree).map(functionOf).join('\n')}
if [[ $funcstack[1] == _meridian ]]; then _meridian "$@"; else compdef _meridian meridian; fi
`
}

function nameOf(path: string): string {
  return path === '' ? '_meridian' : `_meridian_${path.replaceAll(' ', '_')}`
}

function functionOf(command: TreeCommand): string {
  const { path, options, subcommands, values } = command
  const specs = options.flatMap(specsOf)
  if (subcommands.length === 0) {
    specs.push(
      ...values.map(({ value, repeatable }, i) => quote(`${repeatable ? '*' : i + 1}:${actionOf(value)}`)),
    )
    return `${nameOf(path)}() {\n  _arguments -s \\\n${specs.map(spec => `    ${spec}`).join(' \\\n')}\n}`
  }
  const lines = subcommands.map(one => quote(`${lastOf(one.path)}:${one.summary}`))
  const cases = subcommands.map(one => `${lastOf(one.path)}) ${nameOf(one.path)} ;;`)
  return `${nameOf(path)}() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C \\
${specs.map(spec => `    ${spec} \\`).join('\n')}
    '1:command:->command' '*::argument:->rest'
  case $state in
    command) local -a commands; commands=(${lines.join(' ')}); _describe command commands ;;
    rest) case $words[1] in ${cases.join(' ')} esac ;;
  esac
}`
}

function lastOf(path: string): string {
  return path.split(' ').at(-1)!
}

function specsOf({ long, short, text, value, repeatable }: TreeOption): string[] {
  const told = `[${text.replaceAll(/[[\]\\]/g, '\\$&')}]`
  const names = short === undefined ? [long] : [long, short]
  const apart = repeatable ? '*' : names.length > 1 ? `(${names.join(' ')})` : ''
  return names.map(name => {
    if (value === undefined) return quote(`${apart}${name}${told}`)
    const takes = name.startsWith('--') ? '=' : ''
    return quote(`${apart}${name}${takes}${told}:${actionOf(value)}`)
  })
}

/** `message:action`. */
function actionOf(value: Value): string {
  switch (value.kind) {
    case 'folder':
      return 'folder:_path_files -/'
    case 'file':
      return 'file:_files'
    case 'words':
      return `value:(${value.words.join(' ')})`
    case 'free':
      return 'value: '
    default:
      return value satisfies never
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
