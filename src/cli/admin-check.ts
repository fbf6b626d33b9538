/** Whether the admin listener may be opened as the settings say, found out before anything is served. Opens nothing
 *  for good. */

import type { ListenAt } from '../admin/listener.ts'
import { isLoopback, parseAddress } from '../base/address.ts'
import { explainFailure, printEndpoint, probeTcp } from './listen.ts'
import { ADMIN_TOKEN_VARIABLE } from './resolve-settings.ts'
import type { SettingKey, Settings } from './settings.ts'

/** Why not and what to do about it, in words. Nothing is loaded for the default, which needs no permission. */
export async function adminFault(
  settings: Settings,
  given: ReadonlySet<SettingKey>,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const { admin } = settings
  if (admin.kind === 'off') return undefined
  const access = accessSettings(settings, environment)
  if (Object.keys(access).length > 0) {
    const { Access } = await import('../admin/access.ts')
    const opened = Access.open(access)
    if (typeof opened === 'string') return `the admin listener cannot be opened: ${opened}`
  }
  if (admin.kind === 'socket') return undefined
  const lacking = isLocal(admin) ? undefined : whatIsLacking(access)
  if (lacking !== undefined)
    return `the admin listener does not open ${printEndpoint(admin)} to others without ${lacking}
  hint: set admin.token-file (or ${ADMIN_TOKEN_VARIABLE}), admin.cert and admin.key;
        or keep it at home: --admin 127.0.0.1:${admin.port}, or a unix socket: --admin /run/meridian/admin.sock`
  // Where nobody said where, a port that is taken is no reason not to serve.
  if (!given.has('admin')) return undefined
  const probed = await probeTcp(admin)
  return 'code' in probed ? explainFailure(probed).replaceAll('--listen', '--admin') : undefined
}

export function accessSettings(settings: Settings, environment: NodeJS.ProcessEnv) {
  const token = environment[ADMIN_TOKEN_VARIABLE] ?? ''
  const { 'admin.token-file': tokenFile, 'admin.cert': certFile, 'admin.key': keyFile } = settings
  return {
    ...(token === '' ? {} : { token }),
    ...(tokenFile === '' ? {} : { tokenFile }),
    ...(certFile === '' ? {} : { certFile }),
    ...(keyFile === '' ? {} : { keyFile }),
  }
}

function isLocal({ address }: ListenAt & { kind: 'tcp' }): boolean {
  const parsed = parseAddress(address)
  return parsed !== undefined && isLoopback(parsed)
}

function whatIsLacking(access: ReturnType<typeof accessSettings>): string | undefined {
  const hasToken = 'token' in access || 'tokenFile' in access
  const hasTls = 'certFile' in access
  if (hasToken && hasTls) return undefined
  return hasTls ? 'a token' : hasToken ? 'TLS' : 'a token and TLS'
}
