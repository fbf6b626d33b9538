/** A thread that does nothing but start builder threads. A thread begins with its parent's priority, and starting
 *  one is work in itself: a rebuild begun by the main thread would compete with those who answer before it could
 *  stand back. */
import { type MessagePort, parentPort, Worker } from 'node:worker_threads'
import { standBack } from './stand-back.ts'
import { besideThis } from './worker-url.ts'

standBack()

parentPort!.on('message', (port: MessagePort) => {
  const thread = new Worker(besideThis(import.meta.url, '../control/builder-thread'), {
    workerData: port,
    transferList: [port],
  })
  // Its end closes the port, which is what the main thread waits for; why it ended is told here.
  thread.once('error', error => {
    const { code, message } = error as NodeJS.ErrnoException
    parentPort!.postMessage({ code: code ?? 'ERR_BUILDER', text: message })
  })
})
