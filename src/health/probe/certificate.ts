/** What a server's certificate says: whether it may be believed, in the words of our closed list, and whether it
 *  ends soon. Knows no probes but their words. */

import type { X509Certificate } from 'node:crypto'
import type { FailureReason } from './probe.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Renewal of a certificate of ninety days is usually due a month before its end: at two weeks it has failed. */
const WARNED_MS_MAX = 14 * DAY_MS
/** Of its whole life, for those that live a few days only. */
const WARNED_SHARE = 1 / 4

/** By the code OpenSSL or Node has for why it would not believe a certificate. */
export function certificateFault(
  code: string,
  certificate: X509Certificate | undefined,
  host: string,
): Fault {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return { reason: 'certificate-date', detail: `a certificate ended${at(certificate?.validTo)}` }
    case 'CERT_NOT_YET_VALID':
      return { reason: 'certificate-date', detail: `a certificate begins${at(certificate?.validFrom)}` }
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        reason: 'certificate-name',
        detail: `the certificate is for ${namesOf(certificate)}, not for ${host}`,
      }
    default:
      return { reason: 'certificate-untrusted', detail: UNTRUSTED[code] ?? words(code) }
  }
}

export interface Fault {
  readonly reason: FailureReason
  readonly detail: string
}

/** An empty text when all is well. */
export function expiryWarning(certificate: X509Certificate | undefined, nowMs: number): string {
  if (certificate === undefined) return ''
  const fromMs = Date.parse(certificate.validFrom)
  const toMs = Date.parse(certificate.validTo)
  const leftMs = toMs - nowMs
  if (!(leftMs < Math.min(WARNED_MS_MAX, (toMs - fromMs) * WARNED_SHARE))) return ''
  if (leftMs <= 0) return `the certificate ended${at(certificate.validTo)}`
  const left = leftMs < 2 * DAY_MS ? `${Math.floor(leftMs / HOUR_MS)} h` : `${Math.floor(leftMs / DAY_MS)} d`
  return `the certificate ends in ${left}`
}

const UNTRUSTED: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'the chain ends in an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'an issuer of the chain is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer is not known here, and the server sends no chain',
  CERT_REVOKED: 'the certificate is revoked',
}

function words(code: string): string {
  return `the certificate is not trusted: ${code.toLowerCase().replaceAll('_', ' ')}`
}

function at(date: string | undefined): string {
  const ms = Date.parse(date ?? '')
  return Number.isNaN(ms) ? '' : ` at ${new Date(ms).toISOString().slice(0, 16)}Z`
}

function namesOf(certificate: X509Certificate | undefined): string {
  const names = certificate?.subjectAltName ?? certificate?.subject ?? ''
  return names.replace(/(?:DNS|IP Address):/g, '').replaceAll('\n', ' ') || 'nobody'
}
