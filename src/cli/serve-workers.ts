/** Settings and sockets → the workers to start. */
import { availableParallelism } from 'node:os'
import type { WorkerSpec, WorkerTask } from '../control/supervise.ts'
import { besideThis } from '../control/worker-url.ts'
import type { ResponderSettings, TapOrders } from '../plan/worker-contract.ts'
import type { Listening } from './listen.ts'
import { packageVersion } from './package-info.ts'
import type { Settings } from './settings.ts'

/** `tap` is asked once for each worker. */
export function workerSpecs(
  settings: Settings,
  { endpoints, udpSockets }: Listening,
  tap?: () => TapOrders,
): WorkerSpec[] {
  const responder: ResponderSettings = {
    identity: settings.identity,
    version: settings['hide-version'] ? '' : `meridian ${packageVersion()}`,
    udpPayloadBytesMax: settings['udp-payload'],
    tcpIdleMs: settings['tcp.idle'],
    diagnosticsFor: settings['diagnostics.allow'],
    ...(settings['ecs.trust'].length === 0 ? {} : { subnetsFrom: settings['ecs.trust'] }),
  }
  const limits = {
    connectionsMax: settings['tcp.connections'],
    connectionsPerClientMax: settings['tcp.per-client'],
    queriesPerConnectionMax: settings['tcp.queries'],
    pendingReplyBytesMax: settings['tcp.pending'],
    writeTimeoutMs: settings['tcp.write-timeout'],
    messageTimeoutMs: settings['tcp.message-timeout'],
  }
  const udpTasks: WorkerTask[] =
    udpSockets === undefined
      ? Array.from({ length: dgramWorkers(settings.workers) }, () => ({
          kind: 'dgram',
          responder,
          listen: endpoints,
        }))
      : Array.from({ length: settings.workers }, (_, index) => ({
          kind: 'udp',
          responder,
          isPinned: isPinned(settings),
          sockets: udpSockets.map(perWorker => perWorker[index]!),
        }))
  const tasks: WorkerTask[] = [...udpTasks, { kind: 'stream', responder, listen: endpoints, limits }]
  return tasks.map(task => ({
    task: tap === undefined ? task : { ...task, tap: tap() },
    url: besideThis(import.meta.url, `../serve/${task.kind}-worker`),
  }))
}

/** With fewer workers than cores the kernel finds them a free one better than we can: two servers of ours would
 *  choose the same. */
function isPinned({ pin, workers }: Settings): boolean {
  return pin === 'yes' || (pin === 'auto' && workers === availableParallelism())
}

/** Several dgram sockets can share a port only where Node knows SO_REUSEPORT for them. */
export function dgramWorkers(wanted: number, nodeVersion = process.versions.node): number {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number)
  const canShare =
    process.platform === 'linux' &&
    (major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12))
  return canShare ? wanted : 1
}
