/** The builder thread: one build, one message, gone. Ending the thread gives back all the memory that
 *  parsing took; the images live on, because they are shared. */
import { parentPort, workerData } from 'node:worker_threads'
import { type BuildRequest, build } from './build.ts'
import type { BuilderReply } from './builder.ts'

function reply(): BuilderReply {
  try {
    return { result: build(workerData as BuildRequest) }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // Only the system's own errors (no such folder, no permission) are the operator's to mend.
    if (code === undefined) throw error
    return { failure: { code, text: message } }
  }
}

parentPort!.postMessage(reply())
