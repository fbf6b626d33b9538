/** `meridian completion`: prints a script that teaches a shell our commands, made from the commands themselves. */

import type { Command } from 'commander'
import { commandTree } from './command-tree.ts'
import { bashScript } from './completion-bash.ts'
import { fishScript } from './completion-fish.ts'
import { zshScript } from './completion-zsh.ts'
import { Exit } from './terminal.ts'
import { complainOfUsage } from './world-options.ts'

const AFTER_HELP = `
Commands, options, and where they are known, values: words, files, folders.

Examples:
  source <(meridian completion bash)                                              for this shell
  meridian completion bash > ~/.local/share/bash-completion/completions/meridian  for good
  meridian completion zsh > ~/.zfunc/_meridian       with fpath+=~/.zfunc ahead of compinit in ~/.zshrc
  meridian completion fish > ~/.config/fish/completions/meridian.fish

Exit codes: 0 printed, 2 the command is wrong.
`

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

export function define(command: Command, finish: (exitCode: number) => void): void {
  command
    .description('Prints a script with which bash, zsh or fish completes the commands of meridian.')
    .argument('<SHELL>', 'bash, zsh or fish')
    .addHelpText('after', AFTER_HELP)
    .action((shell: string) => {
      if (!Object.hasOwn(SCRIPTS, shell)) {
        complainOfUsage(`"${shell}" is not bash, zsh or fish`)
        process.stderr.write('See meridian completion --help.\n')
        return finish(Exit.Usage)
      }
      process.stdout.write(SCRIPTS[shell as keyof typeof SCRIPTS](commandTree(command.parent!)))
      finish(Exit.Fine)
    })
}
