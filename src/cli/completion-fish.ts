/** The commands as completions for fish. */

import { allCommands, type TreeCommand, type TreeOption, type Value } from './command-tree.ts'

export function fishScript(tree: TreeCommand): string {
  const commands = allCommands(tree)
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`)
  return `# fish completion for meridian: ~/.config/fish/completions/meridian.fish
function __meridian_path
    set -l path
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; and continue
        set -l longer (string trim -- "$path $word")
        contains -- "$longer" ${paths.join(' ')}; and set path $longer
    end
    echo $path
end
function __meridian_at
    test (__meridian_path) = "$argv[1]" 2>/dev/null; or test -z "$argv[1]" -a -z (__meridian_path | string collect)
end
complete -c meridian -e
complete -c meridian -f
${commands.flatMap(linesOf).join('\n')}
`
}

function linesOf({ path, options, subcommands, values }: TreeCommand): string[] {
  const at = `complete -c meridian -n ${quote(`__meridian_at ${quote(path)}`)}`
  return [
    ...subcommands.map(one => `${at} -a ${one.path.split(' ').at(-1)!} -d ${quote(one.summary)}`),
    ...options.map(option => `${at}${optionWords(option)} -d ${quote(option.text)}`),
    ...values.map(({ value }) => `${at}${valueWords(value)}`).filter(line => line !== at),
  ]
}

function optionWords({ long, short, value }: TreeOption): string {
  const names = ` -l ${long.slice(2)}${short === undefined ? '' : ` -s ${short.slice(1)}`}`
  return value === undefined ? names : `${names} -x${valueWords(value)}`
}

function valueWords(value: Value): string {
  switch (value.kind) {
    case 'folder':
      return ` -a '(__fish_complete_directories (commandline -ct))'`
    case 'file':
      return ` -a '(__fish_complete_path (commandline -ct))'`
    case 'words':
      return ` -a '${value.words.join(' ')}'`
    case 'free':
      return ''
    default:
      return value satisfies never
  }
}

/** Within single quotes fish knows two escapes. */
function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`
}
