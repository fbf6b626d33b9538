/** Whether this server should be given clients: it has a plan, its workers serve it, and it has heard what it decides
 *  by lately enough. Pure; knows no sources but by name and silence. */

export interface ReadinessFacts {
  readonly upMs: number
  /** 0: nothing was published yet. */
  readonly generation: number
  /** The generation that each worker answers from. */
  readonly workers: readonly { readonly name: string; readonly generation: number }[]
  /** `silentMs` is undefined for a source that never spoke. */
  readonly sources: readonly { readonly name: string; readonly silentMs: number | undefined }[]
  /** Regions with checks of which nothing is known yet. */
  readonly regionsUnknown: number
  /** How long a source may be silent; 0 for any time. */
  readonly silenceMaxMs: number
}

export interface Readiness {
  readonly ready: boolean
  readonly why: readonly string[]
}

/** At the start clients are kept away until health is known, but not longer: a source that never speaks must not
 *  keep a server out of service for good. */
export const FIRST_WORD_MS = 15_000

export function readiness(facts: ReadinessFacts): Readiness {
  const why = [...planReasons(facts), ...sourceReasons(facts), ...regionReasons(facts)]
  return { ready: why.length === 0, why }
}

function planReasons({ generation, workers }: ReadinessFacts): string[] {
  if (generation === 0) return ['no plan is loaded']
  return workers.filter(worker => worker.generation === 0).map(({ name }) => `${name} has no plan yet`)
}

function sourceReasons({ upMs, sources, silenceMaxMs }: ReadinessFacts): string[] {
  return sources.flatMap(({ name, silentMs }) => {
    const isLate = silenceMaxMs > 0 && (silentMs ?? upMs) > silenceMaxMs
    if (silentMs !== undefined) return isLate ? [`${name} is silent for ${seconds(silentMs)}`] : []
    return isLate || upMs < FIRST_WORD_MS ? [`${name} was not heard yet`] : []
  })
}

function regionReasons({ upMs, regionsUnknown }: ReadinessFacts): string[] {
  if (regionsUnknown === 0 || upMs >= FIRST_WORD_MS) return []
  return [`${regionsUnknown} regions with checks were not looked at yet`]
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`
}
