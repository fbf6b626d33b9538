/** The main thread's side of a build: starts the builder thread and waits for its one message.
 *  Knows nothing of what a build does. */
import { Worker } from 'node:worker_threads'
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

export const buildInThread: Build = async request => {
  const thread = new Worker(besideThis(import.meta.url, 'builder-thread'), { workerData: request })
  try {
    return await new Promise<BuilderReply>(resolve => {
      thread.once('message', resolve)
      thread.once('error', error => resolve({ failure: threadFailure(error) }))
      thread.once('exit', () =>
        resolve({ failure: threadFailure(new Error('the builder thread just left')) }),
      )
    })
  } finally {
    // Not waited for: its memory is given back while the result is already being published.
    void thread.terminate()
  }
}

/** A builder that ran out of memory, or into a bug of ours, must not take the server with it. */
function threadFailure(error: unknown): BuildFailure {
  const { code, message } = error as NodeJS.ErrnoException
  return { code: code ?? 'ERR_BUILDER', text: message }
}
