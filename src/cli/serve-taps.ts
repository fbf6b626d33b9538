/** What is observed of the traffic, if anything: settings → taps. A server that observes nothing loads none of it. */

import type { TapDesk } from '../control/tap-desk.ts'
import type { Log } from '../observe/log.ts'
import { packageVersion } from './package-info.ts'
import type { Settings } from './settings.ts'

export async function openTaps(settings: Settings, log: Log): Promise<TapDesk | undefined> {
  const socket = settings['dnstap.socket']
  if (socket === '') return undefined
  const { TapDesk } = await import('../control/tap-desk.ts')
  const dnstap = {
    socket,
    messages: settings['dnstap.messages'],
    identity: settings['dnstap.identity'] || settings.identity,
    version: `meridian ${packageVersion()}`,
  }
  return new TapDesk({ dnstap, messageEvery: settings['dnstap.sample'], log })
}
