/** Who may look: the token that callers show and the certificate that we show, both read again when their files
 *  change. Knows no routes and no sockets. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext } from 'node:tls'

export interface AccessSettings {
  /** As the environment has it; the file comes before it. */
  readonly token?: string
  readonly tokenFile?: string
  readonly certFile?: string
  readonly keyFile?: string
}

export interface Certificate {
  readonly cert: Buffer
  readonly key: Buffer
}

/** Shorter ones can be guessed. */
export const TOKEN_CHARS_MIN = 16

export type Admission = 'admitted' | 'missing' | 'wrong'

export class Access {
  private readonly settings: AccessSettings
  /** Tokens are compared by their digests under a key of this process: equally long, whatever was shown. */
  private readonly secret = randomBytes(32)
  private digest: Buffer | undefined
  private shown: Certificate | undefined
  private stamps: string

  /** Or, as text, what is wrong with a file. */
  static open(settings: AccessSettings): Access | string {
    const access = new Access(settings)
    return access.read() ?? access
  }

  private constructor(settings: AccessSettings) {
    this.settings = settings
    this.stamps = this.stampsOfNow()
  }

  get asksForToken(): boolean {
    return this.digest !== undefined
  }

  get certificate(): Certificate | undefined {
    return this.shown
  }

  /** `authorization` is the header as it came. */
  admit(authorization: string | undefined): Admission {
    if (this.digest === undefined) return 'admitted'
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
    if (token === undefined) return 'missing'
    return timingSafeEqual(this.digestOf(token), this.digest) ? 'admitted' : 'wrong'
  }

  /** Looks whether a file has changed. `changed` after all was read anew; a text says why what was known is kept. */
  refresh(): 'same' | 'changed' | { readonly fault: string } {
    const stamps = this.stampsOfNow()
    if (stamps === this.stamps) return 'same'
    this.stamps = stamps
    const fault = this.read()
    return fault === undefined ? 'changed' : { fault }
  }

  /** All or nothing: a bad file leaves what was. */
  private read(): string | undefined {
    const token = readToken(this.settings)
    if (typeof token === 'object') return token.fault
    const certificate = readCertificate(this.settings)
    if (certificate !== undefined && 'fault' in certificate) return certificate.fault
    this.digest = token === undefined ? undefined : this.digestOf(token)
    this.shown = certificate
    return undefined
  }

  private digestOf(token: string): Buffer {
    return createHmac('sha256', this.secret).update(token).digest()
  }

  private stampsOfNow(): string {
    const { tokenFile, certFile, keyFile } = this.settings
    return [tokenFile, certFile, keyFile].map(path => (path === undefined ? '' : stampOf(path))).join(' ')
  }
}

function stampOf(path: string): string {
  const there = statSync(path, { throwIfNoEntry: false })
  return there === undefined ? 'gone' : `${there.ino}/${there.mtimeMs}/${there.size}`
}

interface Fault {
  readonly fault: string
}

function readToken({ token, tokenFile }: AccessSettings): string | undefined | Fault {
  const text = tokenFile === undefined ? token : readText(tokenFile)
  if (typeof text !== 'string') return text
  const trimmed = text.trim()
  const whence = tokenFile ?? 'MERIDIAN_ADMIN_TOKEN'
  if (trimmed.length < TOKEN_CHARS_MIN)
    return { fault: `the token of ${whence} has ${trimmed.length} characters, fewer than ${TOKEN_CHARS_MIN}` }
  if (/\s/.test(trimmed)) return { fault: `the token of ${whence} has a space or line break within` }
  return trimmed
}

function readText(path: string): string | Fault {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return { fault: `${path} cannot be read: ${(error as Error).message}` }
  }
}

function readCertificate({ certFile, keyFile }: AccessSettings): Certificate | undefined | Fault {
  if (certFile === undefined && keyFile === undefined) return undefined
  if (certFile === undefined || keyFile === undefined)
    return {
      fault: 'a certificate needs its key, and a key its certificate: set both admin.cert and admin.key',
    }
  try {
    const certificate = { cert: readFileSync(certFile), key: readFileSync(keyFile) }
    createSecureContext(certificate)
    return certificate
  } catch (error) {
    return { fault: `${certFile} and ${keyFile} are no certificate and its key: ${(error as Error).message}` }
  }
}
