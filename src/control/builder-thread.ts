/** The builder thread: one build, one message, gone. Ending the thread gives back all the memory that
 *  parsing took; the images live on, because they are shared. */
import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { monotonicMs } from '../base/clock.ts'
import { type BuildRequest, build } from './build.ts'
import type { BuilderReply } from './builder.ts'

/** The first build keeps everybody waiting; a later one must not take the core from those who answer. On Linux
 *  this is the thread's own priority, elsewhere it would be the whole process's. */
function standBack({ build }: BuildRequest): void {
  if (build > 1 && process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW)
}

async function reply(): Promise<BuilderReply> {
  try {
    const startedMs = monotonicMs()
    standBack(workerData as BuildRequest)
    const result = await build(workerData as BuildRequest)
    return { result, elapsedMs: monotonicMs() - startedMs }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // Only the system's own errors (no such folder, no permission) are the operator's to mend.
    if (code === undefined) throw error
    return { failure: { code, text: message } }
  }
}

parentPort!.postMessage(await reply())
