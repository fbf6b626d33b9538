/** Makes certificates for tests, octet by octet (RFC 5280, DER), so that dates, names and issuers can be wrong in
 *  every way and no outside program is needed. */

import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { parseAddress } from '../../../src/base/address.ts'

export const DAY_MS = 86_400_000

export interface Issued {
  /** PEM, both. */
  readonly cert: string
  readonly key: string
}

export interface Wishes {
  readonly names: readonly string[]
  readonly fromMs: number
  readonly toMs: number
}

export class Authority {
  readonly cert: string
  private readonly key: KeyObject
  private readonly name: string

  constructor(name: string) {
    const { publicKey, privateKey } = newKeys()
    this.name = name
    this.key = privateKey
    const nowMs = Date.now()
    const wishes = { names: [], fromMs: nowMs - 365 * DAY_MS, toMs: nowMs + 3650 * DAY_MS }
    this.cert = certificate({
      ...wishes,
      subject: name,
      issuer: name,
      publicKey,
      signer: privateKey,
      isAuthority: true,
    })
  }

  /** Good for a year from yesterday, unless wished otherwise. */
  issue(wishes: Partial<Wishes>): Issued {
    const { publicKey, privateKey } = newKeys()
    return issued(
      certificate({ ...asWished(wishes), issuer: this.name, publicKey, signer: this.key }),
      privateKey,
    )
  }
}

export function selfSigned(wishes: Partial<Wishes>): Issued {
  const { publicKey, privateKey } = newKeys()
  const made = asWished(wishes)
  return issued(certificate({ ...made, issuer: made.subject, publicKey, signer: privateKey }), privateKey)
}

function asWished(wishes: Partial<Wishes>): Wishes & { subject: string } {
  const nowMs = Date.now()
  const names = wishes.names ?? ['shop.test']
  return { names, subject: names[0] ?? '', fromMs: nowMs - DAY_MS, toMs: nowMs + 365 * DAY_MS, ...wishes }
}

function issued(cert: string, key: KeyObject): Issued {
  return { cert, key: key.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

function newKeys(): { publicKey: Buffer; privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return { publicKey, privateKey: createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' }) }
}

//------------ The certificate ---

interface Fields extends Wishes {
  readonly subject: string
  readonly issuer: string
  /** DER of its SubjectPublicKeyInfo. */
  readonly publicKey: Buffer
  readonly signer: KeyObject
  readonly isAuthority?: boolean
}

const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]
const COMMON_NAME = [0x55, 0x04, 0x03]
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11]
const BASIC_CONSTRAINTS = [0x55, 0x1d, 0x13]

function certificate(fields: Fields): string {
  const algorithm = sequence(objectId(ECDSA_WITH_SHA256))
  const extensions = [
    ...(fields.isAuthority ? [extension(BASIC_CONSTRAINTS, sequence(der(0x01, Buffer.of(0xff))))] : []),
    ...(fields.names.length > 0 ? [extension(SUBJECT_ALT_NAME, sequence(...fields.names.map(altName)))] : []),
  ]
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    distinguishedName(fields.issuer),
    sequence(time(fields.fromMs), time(fields.toMs)),
    distinguishedName(fields.subject),
    fields.publicKey,
    der(0xa3, sequence(...extensions)),
  )
  const signature = bitString(sign('sha256', body, fields.signer))
  const lines = sequence(body, algorithm, signature)
    .toString('base64')
    .match(/.{1,64}/g)!
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function extension(id: readonly number[], value: Buffer): Buffer {
  return sequence(objectId(id), der(0x04, value))
}

function altName(name: string): Buffer {
  return isIP(name) === 0 ? der(0x82, Buffer.from(name)) : der(0x87, Buffer.from(parseAddress(name)!.octets))
}

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId(COMMON_NAME), der(0x0c, Buffer.from(name)))))
}

/** GeneralizedTime, which holds any year. */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/\..*$/, '').replace(/[-:T]/g, '')
  return der(0x18, Buffer.from(`${text}Z`))
}

function bitString(octets: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.of(0), octets]))
}

function objectId(octets: readonly number[]): Buffer {
  return der(0x06, Buffer.from(octets))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function der(tag: number, value: Buffer): Buffer {
  const { length } = value
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...head), value])
}
