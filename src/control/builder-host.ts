/** A thread that does nothing but start builder threads. A thread begins with its parent's priority, and starting
 *  one is work in itself: a rebuild begun by the main thread would compete with those who answer before it could
 *  stand back. On Linux a priority is the thread's own; elsewhere it would be the whole process's and is left alone. */
import { constants, setPriority } from 'node:os'
import { type MessagePort, parentPort, Worker } from 'node:worker_threads'
import { besideThis } from './worker-url.ts'

if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW)

parentPort!.on('message', (port: MessagePort) => {
  const thread = new Worker(besideThis(import.meta.url, 'builder-thread'), {
    workerData: port,
    transferList: [port],
  })
  // Its end closes the port, which is what the main thread waits for; why it ended is told here.
  thread.once('error', error => {
    const { code, message } = error as NodeJS.ErrnoException
    parentPort!.postMessage({ code: code ?? 'ERR_BUILDER', text: message })
  })
})
