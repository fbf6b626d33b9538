/** The main thread's side of a build: has a builder thread started and waits for its one message.
 *  Knows nothing of what a build does. */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { BuildRequest, BuildResult } from './build.ts'
import { besideThis } from './worker-url.ts'

/** The zones folder cannot be read at all. */
export interface BuildFailure {
  readonly code: string
  readonly text: string
}

export type BuilderReply =
  | { readonly result: BuildResult; readonly elapsedMs: number }
  | { readonly failure: BuildFailure }

export type Build = (request: BuildRequest) => Promise<BuilderReply>

/** At once and at full speed: for the first build, which everybody waits for. */
export const buildInThread: Build = request => {
  const { ours, theirs } = openChannel(request)
  const thread = new Worker(besideThis(import.meta.url, '../control/builder-thread'), {
    workerData: theirs,
    transferList: [theirs],
  })
  return awaitReply(ours, onFailure => thread.once('error', error => onFailure(threadFailure(error))))
}

/** Standing back behind those who answer: for every later build. One at a time. */
export function backgroundBuilds(): Build {
  let host: Worker | undefined
  return async request => {
    host ??= openHost()
    const started = host
    const { ours, theirs } = openChannel(request)
    started.postMessage(theirs, [theirs])
    try {
      return await awaitReply(ours, onFailure => {
        started.once('message', onFailure)
        started.once('error', error => onFailure(threadFailure(error)))
      })
    } finally {
      started.removeAllListeners('message')
      started.removeAllListeners('error')
      // One that failed itself is not asked again.
      started.once('error', () => {
        host = undefined
      })
    }
  }
}

function openHost(): Worker {
  const host = new Worker(besideThis(import.meta.url, '../control/builder-host'))
  // It waits for work as long as we live, and is no reason to.
  host.unref()
  return host
}

function openChannel(request: BuildRequest): { ours: MessagePort; theirs: MessagePort } {
  const { port1: ours, port2: theirs } = new MessageChannel()
  ours.postMessage(request)
  return { ours, theirs }
}

function awaitReply(
  port: MessagePort,
  listen: (onFailure: (failure: BuildFailure) => void) => void,
): Promise<BuilderReply> {
  return new Promise(resolve => {
    port.once('message', resolve)
    listen(failure => resolve({ failure }))
    port.once('close', () => resolve({ failure: threadFailure(new Error('the builder thread just left')) }))
  })
}

/** A builder that ran out of memory, or into a bug of ours, must not take the server with it. */
function threadFailure(error: unknown): BuildFailure {
  const { code, message } = error as NodeJS.ErrnoException
  return { code: code ?? 'ERR_BUILDER', text: message }
}
