/** The command line: finds the subcommand, loads only its file, and turns every mistake in the command
 *  into exit code 2. Knows no subcommand's options. */
import { Command, CommanderError } from 'commander'
import { packageVersion } from './package-info.ts'
import { Exit } from './terminal.ts'

/** What a subcommand's file exports. */
export interface Subcommand {
  /** Adds description, options and the action, which resolves to the exit code. */
  define(command: Command, finish: (exitCode: number) => void): void
}

const SUBCOMMANDS: Readonly<Record<string, { summary: string; load: () => Promise<Subcommand> }>> = {
  serve: { summary: 'answer DNS queries from a folder of zone files', load: () => import('./serve.ts') },
  check: { summary: 'read zone files and report every problem in them', load: () => import('./check.ts') },
  explain: { summary: 'tell why a name is answered as it is', load: () => import('./explain.ts') },
  simulate: {
    summary: 'tell who would be served from where, and who moves',
    load: () => import('./simulate.ts'),
  },
  export: { summary: 'print a zone as any other server can load it', load: () => import('./export.ts') },
  status: { summary: 'tell what a running server serves', load: () => import('./status.ts') },
  health: { summary: 'tell how the regions of a running server are', load: () => import('./health.ts') },
  drain: { summary: 'take a region out of the answers', load: () => import('./drain.ts') },
  undrain: { summary: 'take a drain back', load: () => import('./undrain.ts') },
  force: { summary: 'say that a region is up or down', load: () => import('./force.ts') },
  push: { summary: 'tell the verdict of a push check', load: () => import('./push.ts') },
  doctor: { summary: 'look at this host for what goes wrong in practice', load: () => import('./doctor.ts') },
  geo: {
    summary: 'say what geo data is in use, compile it, look addresses up',
    load: () => import('./geo.ts'),
  },
  completion: {
    summary: 'print a script that completes these commands in a shell',
    load: () => import('./completion.ts'),
  },
}

const AFTER_HELP = `
Exit codes: 0 fine, 1 the input is wrong or the server refuses, 2 the command is wrong, 3 cannot run here, or no
server can be reached.

Start here:
  meridian serve                     serve the zones in ./zones on 127.0.0.1:5300
  meridian check                     read them and say what is wrong
  meridian explain NAME --from IP    tell why a client is answered as it is
  meridian simulate                  tell who is served from where, all over the world
  meridian doctor                    look at this host for what would go wrong
  meridian help serve                every setting
`

/** `finish` is told the exit code; by all but `serve`, which leaves by itself. */
export async function run(words: readonly string[], finish: (exitCode: number) => void): Promise<void> {
  const asked = words.filter(word => !word.startsWith('-')).slice(0, 2)
  // A completion is made from all commands.
  const program = await makeProgram(name => asked.includes(name) || asked.includes('completion'), finish)
  if (words.length === 0) {
    program.outputHelp({ error: true })
    return finish(Exit.Usage)
  }
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and version are CommanderErrors too, with exit code 0.
    finish(error.exitCode === 0 ? Exit.Fine : Exit.Usage)
  }
}

/** Every command is known by name; only those wanted are loaded. */
export async function makeProgram(
  isWanted: (name: string) => boolean,
  finish: (exitCode: number) => void,
): Promise<Command> {
  const program = new Command('meridian')
    .description('An authoritative DNS server that answers with the nearest healthy region the law allows.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help; "meridian COMMAND --help" for a command')
    .helpCommand('help [COMMAND]', 'print the help of a command')
    .addHelpText('after', AFTER_HELP)
    .exitOverride()
  for (const [name, { summary, load }] of Object.entries(SUBCOMMANDS)) {
    const command = program.command(name).summary(summary).exitOverride()
    command.helpOption('-h, --help', 'print this help')
    command.showHelpAfterError(`See meridian ${name} --help.`)
    if (isWanted(name)) await defineWhole(command, load, finish)
  }
  return program
}

async function defineWhole(
  command: Command,
  load: () => Promise<Subcommand>,
  finish: (exitCode: number) => void,
): Promise<void> {
  const [{ define }, { filesAndEnvironment }] = await Promise.all([load(), import('./help-page.ts')])
  define(command, finish)
  for (const one of [command, ...command.commands])
    if (one.commands.length === 0) one.addHelpText('after', () => filesAndEnvironment(one))
}
