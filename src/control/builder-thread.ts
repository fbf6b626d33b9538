/** The builder thread: one build, one message, gone. Ending the thread gives back all the memory that
 *  parsing took; the images live on, because they are shared. */
import { type MessagePort, workerData } from 'node:worker_threads'
import { monotonicMs } from '../base/clock.ts'
import { type BuildRequest, build } from './build.ts'
import type { BuilderReply } from './builder.ts'

const port = workerData as MessagePort

async function reply(request: BuildRequest): Promise<BuilderReply> {
  try {
    const startedMs = monotonicMs()
    const result = await build(request)
    return { result, elapsedMs: monotonicMs() - startedMs }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // Only the system's own errors (no such folder, no permission) are the operator's to mend.
    if (code === undefined) throw error
    return { failure: { code, text: message } }
  }
}

port.once('message', async (request: BuildRequest) => {
  port.postMessage(await reply(request))
  port.close()
})
