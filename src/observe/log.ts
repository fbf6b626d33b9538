/** The log: JSON lines for machines, one short line for people, both from pino. Knows nothing of what
 *  is logged. */

export type LogFields = Readonly<Record<string, unknown>>

/** The part of pino that is used, so that nobody else needs to know it. */
export interface Log {
  debug(fields: LogFields, text: string): void
  info(fields: LogFields, text: string): void
  warn(fields: LogFields, text: string): void
  error(fields: LogFields, text: string): void
}

export interface LogOptions {
  readonly level: string
  readonly format: 'json' | 'pretty'
  readonly colours: boolean
  /** Takes one whole line. */
  readonly write: (line: string) => void
}

export async function createLog(options: LogOptions): Promise<Log> {
  const { pino } = await import('pino')
  const write =
    options.format === 'json'
      ? options.write
      : (line: string) => options.write(prettyLine(line, options.colours))
  const log: Log = pino(
    {
      level: options.level,
      base: null,
      formatters: { level: label => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    { write },
  )
  return log
}

const COLOUR_BY_LEVEL: Readonly<Record<string, number>> = { debug: 90, info: 32, warn: 33, error: 31 }

/** `03:31:11 info  zones built zones=2 …`. Whatever has a form of its own comes as `details` and stands
 *  for all the rest; what is to be pasted comes as `try` and gets a line. */
export function prettyLine(json: string, colours: boolean): string {
  const { level, time, msg, details, try: command, ...fields } = JSON.parse(json) as Record<string, unknown>
  const paint = (code: number, text: string): string => (colours ? `\x1b[${code}m${text}\x1b[0m` : text)
  const levelName = paint(COLOUR_BY_LEVEL[String(level)] ?? 31, String(level))
  const at = paint(90, String(time).slice(11, 19))
  if (typeof details === 'string')
    return `${at} ${details.replace(/ (?:error|warning) /, ` ${levelName} `)}\n`
  const told = Object.entries(fields).map(([key, value]) => paint(90, `${key}=${shown(value)}`))
  const padding = ' '.repeat(Math.max(0, 5 - String(level).length))
  const line = [at, `${levelName}${padding}`, String(msg), ...told].join(' ')
  return typeof command === 'string' ? `${line}\n\n  Try:  ${command}\n\n` : `${line}\n`
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(',')
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}
