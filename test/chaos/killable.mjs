/** Loaded before Meridian: at SIGUSR2 one of its UDP worker threads is ended in the midst of whatever it does, each in
 *  its turn. A thread cannot be killed from outside its process. */

import { syncBuiltinESMExports } from 'node:module'
import threads, { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  const alive = []
  const { Worker } = threads
  threads.Worker = class extends Worker {
    constructor(url, options) {
      super(url, options)
      if (!String(url).includes('/udp-worker')) return
      alive.push(this)
      this.once('exit', () => {
        if (alive.includes(this)) alive.splice(alive.indexOf(this), 1)
      })
    }
  }
  syncBuiltinESMExports()
  process.on('SIGUSR2', () => void alive.shift()?.terminate())
}
